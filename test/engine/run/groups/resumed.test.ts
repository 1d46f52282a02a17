// What is left of a group when a run ends on its way, or a task fails and is tried again: nothing is lost, nothing is done twice.
import * as Schema from "effect/Schema"
import t from "tap"
import { each, experiment, stage } from "../../../../engine/declare/index.ts"
import { memoryPlace } from "../../../../engine/testing/memory-place.ts"
import { list, listed } from "./stages.ts"

/** Items that fail, and how often they still do. */
const failing = new Map<number, number>()

const fragile = stage("fragile", {
  params: Schema.Struct({ number: Schema.Number }),
  inputs: {},
  outputs: { value: "value" },
  run: ({ params: { number } }) => {
    const left = failing.get(number) ?? 0
    if (left === 0) return { value: number * 10 }
    failing.set(number, left - 1)
    throw new Error("not now")
  },
})

const all = experiment("all", { numbers: Schema.Array(Schema.Number) }, ({ numbers }) => {
  const values = each("numbers", list({ numbers }).list, (number: number) => fragile({ number }).value)
  return listed({}, { numbers: values }).text
})

const options = { joining: [fragile], params: { numbers: [4, 2, 3] } }

t.test("a run that ended in the middle of a group goes on with the items that are left", async (t) => {
  const place = memoryPlace(t)
  failing.set(2, 1)
  const first = await place.run(all, options)
  t.same(first.recorder.tasks, {
    list: "ran",
    "fragile@numbers=4": "ran",
    "fragile@numbers=2": "failed",
    "fragile@numbers=3": "skipped",
    listed: "skipped",
  })
  const { recorder } = await place.run(all, options)
  t.same(recorder.tasks, {
    list: "cached",
    "fragile@numbers=4": "cached",
    "fragile@numbers=2": "ran",
    "fragile@numbers=3": "ran",
    listed: "ran",
  })
  const { recorder: fresh } = await memoryPlace(t).run(all, options)
  t.same(recorder.outputs, fresh.outputs)
  t.match(
    (await place.run(all, options)).summary.counts,
    { ran: 0, cached: 5 },
    "and then nothing is left to do",
  )
})

t.test("an item that fails and is tried again is in what takes the group", async (t) => {
  const place = memoryPlace(t)
  failing.set(3, 2)
  const policies = [{ fragile: { retries: 2 } }]
  const { recorder, summary } = await place.run(all, { ...options, policies })
  t.match(summary.counts, { ran: 5, failed: 0, skipped: 0 })
  const { recorder: fresh } = await memoryPlace(t).run(all, options)
  t.same(recorder.outputs, fresh.outputs)
})
