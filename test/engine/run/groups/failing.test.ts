// Groups of which something fails: a list, a body, or some of what they are made of.
import * as Schema from "effect/Schema"
import t from "tap"
import { each, experiment, stage } from "../../../../engine/declare/index.ts"
import { memoryPlace } from "../../../../engine/testing/memory-place.ts"
import { joining, list, partly, square, sum } from "./stages.ts"

t.test("what takes a group that failed in part is skipped, unless it takes what is settled", async (t) => {
  const place = memoryPlace(t)
  const some = experiment("some", { numbers: Schema.Array(Schema.Number) }, ({ numbers }) => {
    const squared = each("numbers", list({ numbers }).list, (number: number) => square({ number }).squared)
    return { whole: sum({}, { numbers: squared }).sum, part: partly({}, { numbers: squared }).text }
  })
  const { recorder, summary } = await place.run(some, {
    joining,
    params: { numbers: [2, -1, 3] },
    keepGoing: true,
  })
  t.same(recorder.tasks, {
    list: "ran",
    "square@numbers=2": "ran",
    "square@numbers=-1": "failed",
    "square@numbers=3": "ran",
    sum: "skipped",
    partly: "ran",
  })
  t.same(
    [...summary.groups.values()].map(({ status }) => status),
    ["incomplete"],
  )
})

t.test(
  "a list that is none, a duplicate, a body that throws or wires otherwise fail the group",
  async (t) => {
    const place = memoryPlace(t)
    let calls = 0
    const bodies: Readonly<Record<string, [unknown, (item: number) => unknown]>> = {
      "is an object": [{ a: 1 }, (number) => square({ number })],
      twice: [[1, 2, 1], (number) => square({ number })],
      "at 1: no": [
        [1],
        () => {
          throw new Error("no")
        },
      ],
      "its list takes 391 KB": [
        Array.from({ length: 200_000 }, (_, i) => i % 10),
        (number) => square({ number }),
      ],
      "something else": [[1], () => square({ number: ++calls })],
      "returns no output": [[1], () => ({})],
    }
    for (const [message, [value, body]] of Object.entries(bodies)) {
      const given = stage(`given-${Object.keys(bodies).indexOf(message)}`, {
        params: Schema.Struct({}),
        inputs: {},
        outputs: { list: "value" },
        run: () => ({ list: value as never }),
      })
      const wrong = experiment("wrong", {}, () => ({
        sum: sum(
          {},
          {
            numbers: each("numbers", given({}).list, body as (item: number) => ReturnType<typeof square>)
              .squared,
          },
        ).sum,
      }))
      const { summary, recorder } = await place.run(wrong, {
        joining,
        code: (stage) => `${stage.stageName} ${message}`,
      })
      const [failed] = recorder.of("group-finished")
      t.match(failed?.error?.message ?? "", message)
      t.equal(failed?.status, "failed")
      t.equal(summary.counts.failed, 1)
      t.equal(recorder.tasks.sum, "skipped")
    }
  },
)

t.test(
  "what takes a settled group runs again when an item that failed succeeds, or one fails that did not",
  async (t) => {
    const place = memoryPlace(t)
    const failing = new Set<number>([2])
    const fragile = stage("fragile", {
      params: Schema.Struct({ number: Schema.Number }),
      inputs: {},
      outputs: { value: "value" },
      run: ({ params: { number } }) => {
        if (failing.has(number)) throw new Error("not now")
        return { value: number }
      },
    })
    const some = experiment("some", {}, () => {
      const values = each(
        "numbers",
        list({ numbers: [1, 2, 3] }).list,
        (number: number) => fragile({ number }).value,
      )
      return partly({}, { numbers: values }).text
    })
    const options = { joining: [fragile], keepGoing: true }
    const run = async () => {
      const { recorder, summary } = await place.run(some, options)
      const { digest } = summary.tasks.get(summary.plan.tasks.find(({ stage }) => stage === "partly")!)!
        .outputs.text!
      return [recorder.tasks.partly, new TextDecoder().decode(place.store.read(digest))]
    }
    t.same(await run(), ["ran", "1,3 but 2"])
    t.same(await run(), ["cached", "1,3 but 2"], "the same failed again")
    failing.clear()
    t.same(await run(), ["ran", "1,2,3 but "])
  },
)
