import t from "tap"
import { parseLock } from "../../engine/lock/lock-file.ts"
import { countOf, differences, lockedDigests, readDigests } from "./digests.ts"

const lines = (...events: ReadonlyArray<object>): string =>
  events.map((event) => `${JSON.stringify(event)}\n`).join("")

const started = { event: "run-started", plan: [{ task: "split" }, { task: "train" }, { task: "chart" }] }
const split = { event: "task-finished", task: "split", status: "ran", outputs: { rows: "aa" } }
const epoch = (index: number, state: string) => ({
  event: "link-finished",
  task: "train",
  unit: "epoch",
  index,
  state,
})
const train = (weights: string) => ({
  event: "task-finished",
  task: "train",
  status: "ran",
  outputs: { weights },
})
const chart = { event: "task-finished", task: "chart", status: "ran", outputs: { svg: "cc" } }
const whole = readDigests(lines(started, split, epoch(1, "e1"), epoch(2, "e2"), train("bb"), chart))

t.test("all outputs and all states of a chain count", async (t) => {
  t.equal(countOf(whole), 5)
  t.strictSame(whole.failures, [])
})

t.test("the order in which tasks finish makes no difference", async (t) => {
  const other = readDigests(lines(started, epoch(1, "e1"), epoch(2, "e2"), train("bb"), split, chart))
  t.strictSame(differences(whole, other), [])
})

t.test(
  "the first difference is the most upstream one, although a later task was reported before it",
  async (t) => {
    const other = readDigests(
      lines(started, { ...chart, outputs: { svg: "dd" } }, split, epoch(1, "e1"), epoch(2, "x"), train("y")),
    )
    t.strictSame(
      differences(whole, other).map(({ task, output }) => `${task} ${output}`),
      ["train state 2", "train weights", "chart svg"],
    )
  },
)

t.test("a lost state, a lost task and a surplus output are differences", async (t) => {
  const other = readDigests(
    lines(started, { ...split, outputs: { rows: "aa", more: "ff" } }, epoch(1, "e1"), train("bb")),
  )
  t.strictSame(differences(whole, other), [
    { task: "split", output: "more", expected: undefined, found: "ff" },
    { task: "train", output: "state 2", expected: "e2", found: undefined },
    { task: "chart", output: "svg", expected: "cc", found: undefined },
  ])
})

t.test("a lock file counts as a run: its outputs, and its states in order", async (t) => {
  const line = (outputs: Readonly<Record<string, string>>, states: ReadonlyArray<string> = []) => ({
    ...{ key: "k", params: {}, contents: {} },
    outputs,
    states,
  })
  const locked = (states: ReadonlyArray<string>) =>
    lockedDigests(
      parseLock(
        JSON.stringify({
          format: "refold-lock/1",
          "task chart": line({ svg: "cc" }),
          "task split": line({ rows: "aa" }),
          "task train": line({ weights: "bb" }, states),
        }),
        "lab.lock.json",
      ),
    )
  t.strictSame(differences(whole, locked(["e1", "e2"])), [])
  t.strictSame(
    differences(whole, locked(["e2", "e1"])).map(({ output }) => output),
    ["state 1", "state 2"],
  )
})

t.test("a failed task and a refused run are told in their own words", async (t) => {
  const failed = {
    event: "task-finished",
    task: "train",
    status: "failed",
    error: { tag: "X", message: "no wasm" },
  }
  t.strictSame(readDigests(lines(started, split, failed)).failures, ["train: no wasm"])
  const refused = { event: "refused", error: { tag: "X", message: "no such option" } }
  t.strictSame(readDigests(lines(refused)).failures, ["no such option"])
})

t.test("a run that was killed in the midst of a line lacks what it had not said", async (t) => {
  const cut = readDigests(`${lines(started, split, epoch(1, "e1"))}{"event":"task-fin`)
  t.strictSame(
    differences(whole, cut).map(({ task, output }) => `${task} ${output}`),
    ["train state 2", "train weights", "chart svg"],
  )
})
