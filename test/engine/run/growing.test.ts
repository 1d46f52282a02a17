// A run whose plan grows while it runs: tasks that join once another task has given its outputs.
import t from "tap"
import { experiment } from "../../../engine/declare/index.ts"
import { type PlannedTask, plan } from "../../../engine/plan/plan.ts"
import { controlledStage } from "../../../engine/testing/controlled-stage.ts"
import { memoryPlace } from "../../../engine/testing/memory-place.ts"

const list = controlledStage("list")
const item = controlledStage("item")

/** The list alone is declared; its items, wired to it, join when it is known. */
const lists = experiment("lists", {}, () => ({ list: list.stage({ id: "list" }, { given: {} }).value }))

/** Planned as though they had been declared from the start. */
function itemsOf(task: PlannedTask, ids: ReadonlyArray<string>): ReadonlyArray<PlannedTask> {
  const output = { _tag: "Output", kind: "value", name: "value", source: task.node } as const
  const wired = experiment("items", {}, () =>
    ids.map((id) => item.stage({ id }, { given: { list: output } }, { id }).value),
  )
  return plan(wired, {})
    .tasks.filter(({ stage }) => stage === "item")
    .map((joining) => ({ ...joining, upstream: [task] }))
}

t.test(
  "tasks join a run when what they depend on is settled, run, and are cached the next time",
  async (t) => {
    const place = memoryPlace(t)
    const options = {
      jobs: 2,
      grow: (task: PlannedTask) => (task.stage === "list" ? itemsOf(task, ["a", "b"]) : []),
      joining: [item.stage],
    }
    const running = place.run(lists, options)
    ;(await list.next()).succeed(["a", "b"])
    const [first, second] = [await item.next(), await item.next()]
    t.same(first.given, { list: ["a", "b"] }, "an item is given what the list gave")
    first.succeed(1)
    second.succeed(2)
    const { summary, recorder } = await running
    t.same(recorder.tasks, { list: "ran", "item@id=a": "ran", "item@id=b": "ran" })
    t.same(summary.counts, { ran: 3, cached: 0, failed: 0, skipped: 0 })
    t.equal(place.history.tasks("run-1").length, 3, "the history has them too")

    const again = await place.run(lists, options)
    t.same(again.summary.counts, { ran: 0, cached: 3, failed: 0, skipped: 0 })
    t.equal(item.invocations, 2)
  },
)

t.test("what would have joined behind a failed task does not, and the run ends", async (t) => {
  const place = memoryPlace(t)
  const failing = controlledStage("failing")
  const declared = experiment("fails", {}, () => failing.stage({ id: "x" }, { given: {} }).value)
  const grown: Array<string> = []
  const running = place.run(declared, {
    grow: (task) => {
      grown.push(task.label)
      return []
    },
  })
  ;(await failing.next()).fail(new RangeError("no"))
  const { summary, recorder } = await running
  t.same(recorder.tasks, { failing: "failed" })
  t.same(summary.counts, { ran: 0, cached: 0, failed: 1, skipped: 0 })
  t.same(grown, [])
})
