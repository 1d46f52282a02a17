// Which tasks are named as deciding whether another runs, and that they do not grow with the plan.
import * as Schema from "effect/Schema"
import t from "tap"
import { experiment, many, type Output, stage } from "../../../engine/declare/index.ts"
import { handedOn } from "../../../engine/plan/deciders.ts"
import { memoryPlace } from "../../../engine/testing/memory-place.ts"

const step = stage("step", {
  params: Schema.Struct({ id: Schema.Number, edit: Schema.Number }),
  inputs: { given: many("value") },
  outputs: { out: "value" },
  inProcess: true,
  run: ({ params }) => ({ out: params.id }),
})
type Value = Output<"value">

/** Each step of a chain takes the one before it, and a source of its own, which an edit changes. */
const fed = (length: number, edit: number) =>
  experiment("fed", {}, () => {
    let last: Value | undefined
    for (let id = 0; id < length; id++) {
      const source = step({ id: 1e6 + id, edit }, { given: {} }, { source: id }).out
      last = step({ id, edit: 0 }, { given: last === undefined ? { source } : { last, source } }, { id }).out
    }
    return last!
  })

t.test(
  "what is told of a chain, each task of which waits for all before it, grows with its length alone",
  async (t) => {
    const place = memoryPlace(t)
    const sizes: Array<number> = []
    for (const length of [200, 400]) {
      await place.run(fed(length, 0))
      const previews = await place.preview(fed(length, 1))
      t.equal(previews.filter(({ status }) => status === "undecided").length, length)
      sizes.push(previews.reduce((sum, { waitsFor }) => sum + waitsFor.length, 0))
      for (const { task, waitsFor } of previews)
        if (task.node.axes?.id !== undefined)
          t.ok(waitsFor.some(({ label }) => label === `step@source=${task.node.axes!.id}`))
    }
    t.ok(sizes[1]! < 400 * (handedOn + 1), `${sizes[1]} names`)
    t.ok(sizes[1]! - sizes[0]! <= 200 * (handedOn + 1), `${sizes}`)
  },
)

t.test(
  "all tasks that another takes itself are named, however many; what takes it names some of them",
  async (t) => {
    const place = memoryPlace(t)
    const gathered = (edit: number) =>
      experiment("gathered", {}, () => {
        const sources = Array.from({ length: 3 * handedOn }, (_, id) => [
          `s${id}`,
          step({ id, edit }, { given: {} }, { source: id }).out,
        ])
        const total = step({ id: 0, edit: 0 }, { given: Object.fromEntries(sources) }, { all: "them" }).out
        return step({ id: 1, edit: 0 }, { given: { total } }, { after: "all" }).out
      })
    await place.run(gathered(0))
    const previews = await place.preview(gathered(1))
    const [total, after] = previews.slice(-2)
    t.equal(total!.waitsFor.length, 3 * handedOn)
    t.same(after!.waitsFor, total!.waitsFor.slice(0, handedOn))
  },
)
