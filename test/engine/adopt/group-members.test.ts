// in turn: it starts processes.
// Results of a group's tasks are taken over like any others: by the root of their keys, which a stage's tasks have together.
import { rmSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { parseLock } from "../../../engine/lock/lock-file.ts"
import { project } from "../../../engine/testing/project.ts"

const lockFile = "experiments/squares.lock.json"
const text = (squared: string): string => `import { Schema } from "effect"
import { each, experiment, many, stage } from "refold"
export const listing = stage("listing", {
  params: Schema.Struct({}), inputs: {}, outputs: { list: "value" }, run: () => ({ list: [3, 1, 7, 5] }),
})
export const square = stage("square", {
  params: Schema.Struct({ number: Schema.Number }), inputs: {}, outputs: { squared: "value" },
  run: ({ params }) => ({ squared: ${squared} }),
})
export const sum = stage("sum", {
  params: Schema.Struct({}), inputs: { all: many("value") }, outputs: { sum: "value" },
  run: ({ inputs }) => ({ sum: Object.values(inputs.all).reduce((a, b) => a + b, 0) }),
})
export default experiment("squares", {}, () =>
  sum({}, { all: each("numbers", listing({}).list, (number) => square({ number }).squared) }).sum,
)`
const lab = project(t, {
  "package.json": '{"type":"module"}',
  "experiments/squares.ts": text("params.number ** 2"),
})
await lab.json("--exp", "squares", "--update-lock")

t.test(
  "after a refactor a sample is computed again, and the group's line has today's root and the mark",
  async (t) => {
    const moved = project(t, lab.root)
    moved.write({ "experiments/squares.ts": text("params.number * params.number") })
    const adopted = await moved.plain("adopt", "square", "--exp", "squares", "--sample", "1", "--seed", "1")
    t.equal(adopted.code, 0, adopted.stderr + adopted.stdout)
    const [before, after] = [lab, moved].map(
      (each) => parseLock(each.read(lockFile), lockFile).groups.numbers!,
    )
    t.not(after!.keys.square, before!.keys.square)
    t.same(
      Object.entries(after!.items).map(([item, [digest]]) => [item, digest]),
      Object.entries(before!.items).map(([item, [digest]]) => [item, digest]),
    )
    t.same(Object.keys(after!.adopted ?? {}), ["numbers square"])
    const ran = await moved.json("--exp", "squares", "--locked")
    t.same([ran.code, ...new Set(Object.values(ran.tasks))], [0, "cached"])
    const clone = project(t, moved.root)
    rmSync(join(clone.root, "artifacts"), { recursive: true })
    const { code, stdout } = await clone.plain("verify", "--exp", "squares", "--json")
    const last = JSON.parse(stdout.trim().split("\n").at(-1)!)
    t.equal(code, 0)
    t.ok(last.adopted.length > 0 && last.adopted.length < 4, "all but what was computed again")
    t.same(last.restsOnAdopted, ["sum"])
  },
)

t.test("a bit that differs refuses all", async (t) => {
  const moved = project(t, lab.root)
  moved.write({ "experiments/squares.ts": text("params.number * params.number + 1") })
  t.equal((await moved.plain("adopt", "square", "--exp", "squares", "--sample", "4")).code, 3)
  t.equal(moved.read(lockFile), lab.read(lockFile))
})

t.test("results of a run are taken over, too, each by its own key", async (t) => {
  const moved = project(t, lab.root)
  const { id } = JSON.parse((await moved.plain("runs", "--json")).stdout.trim().split("\n")[0]!)
  moved.write({ "experiments/squares.ts": text("params.number * params.number") })
  const adopted = await moved.plain("adopt", "square", "--exp", "squares", "--from", id, "--sample", "1")
  t.equal(adopted.code, 0, adopted.stderr + adopted.stdout)
  const ran = await moved.json("--exp", "squares", "--locked")
  t.same([ran.code, ...new Set(Object.values(ran.tasks))], [0, "cached"])
})
