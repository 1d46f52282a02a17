// Groups in groups over random lists and edits: the same as the tasks written by hand, and nothing runs again that need not.
import * as Schema from "effect/Schema"
import fc from "fast-check"
import t from "tap"
import {
  type AnyStage,
  each,
  experiment,
  many,
  type Output,
  stage,
} from "../../../../engine/declare/index.ts"
import { type MemoryPlace, memoryPlace } from "../../../../engine/testing/memory-place.ts"
import { count } from "../../../counts.ts"

const lists = stage("lists", {
  params: Schema.Struct({ items: Schema.Array(Schema.Number) }),
  inputs: {},
  outputs: { list: "value" },
  run: ({ params }) => ({ list: [...params.items] }),
})

/** Of few values, so that what changed upstream often gives the same bytes again. */
const part = stage("part", {
  params: Schema.Struct({ item: Schema.Number, salt: Schema.Number }),
  inputs: {},
  outputs: { value: "value", below: "value" },
  run: ({ params: { item, salt } }) => ({
    value: (item + salt) % 4,
    below: Array.from({ length: item % 3 }, (_, i) => i * 10 + (item % 2)),
  }),
})

const step = stage("step", {
  params: Schema.Struct({ item: Schema.Number }),
  inputs: { value: "value" },
  outputs: { value: "value" },
  run: ({ params: { item }, inputs: { value } }) => ({ value: ((value as number) * 3 + item) % 5 }),
})

const sum = stage("sum", {
  params: Schema.Struct({}),
  inputs: { values: many("value") },
  outputs: { value: "value" },
  run: ({ inputs }) => ({
    value: Object.values(inputs.values).reduce((a: number, b) => a + (b as number), 0),
  }),
})

const joining = [part, step, sum, lists]

interface Drawn {
  readonly items: ReadonlyArray<number>
  readonly salt: number
  /** What stands for the code of `step`. */
  readonly code: number
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  items: fc.uniqueArray(fc.nat({ max: 12 }), { maxLength: 6 }),
  salt: fc.nat({ max: 2 }),
  code: fc.nat({ max: 1 }),
})

/** A group over a list, one inside it over a list that its own part gives, and one that goes along with the first. */
const grouped = ({ items, salt }: Drawn) =>
  experiment("random", {}, () => {
    const outer = each("outer", lists({ items }).list, (item: number) => {
      const { value, below } = part({ item, salt })
      const inner = each("inner", below, (item: number) => step({ item }, { value }).value)
      return { value, inside: sum({}, { values: inner }).value }
    })
    const along = each("along", outer.inside, (value, item: number) => step({ item }, { value }).value)
    return {
      sum: sum({}, { values: outer.value }, { of: "outer" }).value,
      along: sum({}, { values: along }, { of: "along" }).value,
      outer: outer.inside,
    }
  })

/** The same tasks and labels. */
const byHand = ({ items, salt }: Drawn) =>
  experiment("random", {}, () => {
    const values: Record<string, Output<"value">> = {}
    const along: Record<string, Output<"value">> = {}
    for (const item of items) {
      const outer = String(item)
      const { value } = part({ item, salt }, {}, { outer })
      const below = Array.from({ length: item % 3 }, (_, i) => i * 10 + (item % 2))
      const inner = below.map((item) => [
        String(item),
        step({ item }, { value }, { outer, inner: String(item) }).value,
      ])
      const inside = sum({}, { values: Object.fromEntries(inner) }, { outer }).value
      values[outer] = value
      along[outer] = step({ item }, { value: inside }, { along: outer }).value
    }
    return [
      lists({ items }).list,
      sum({}, { values }, { of: "outer" }).value,
      sum({}, { values: along }, { of: "along" }).value,
    ]
  })

const options = ({ code }: Drawn) => ({
  joining,
  jobs: 2,
  code: ({ stageName }: AnyStage) => `${stageName} ${stageName === "step" ? code : 0}`,
})

const ranOf = (statuses: Readonly<Record<string, string>>): ReadonlyArray<string> =>
  Object.keys(statuses).filter((label) => statuses[label] === "ran")

const run = async (place: MemoryPlace, graph: Drawn) =>
  (await place.run(grouped(graph), options(graph))).recorder

t.test("a group gives what its tasks by hand do, label by label and bit by bit", async (t) => {
  await fc.assert(
    fc.asyncProperty(drawn, async (graph) => {
      const group = await run(memoryPlace(t), graph)
      const hand = await memoryPlace(t).run(byHand(graph), options(graph))
      t.same(group.outputs, hand.recorder.outputs)
    }),
    { numRuns: count(12, 200) },
  )
})

t.test("tasks by hand are hits for a group, and the other way round", async (t) => {
  await fc.assert(
    fc.asyncProperty(drawn, fc.boolean(), async (graph, isGroupFirst) => {
      const place = memoryPlace(t)
      const [first, second] = isGroupFirst ? [grouped, byHand] : [byHand, grouped]
      await place.run(first(graph), options(graph))
      const { recorder } = await place.run(second(graph), options(graph))
      t.same(ranOf(recorder.tasks), [])
    }),
    { numRuns: count(12, 200) },
  )
})

t.test("whatever was edited between runs, the store gives what a run from nothing gives", async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(drawn, { minLength: 2, maxLength: 4 }), async (graphs) => {
      const place = memoryPlace(t)
      for (const graph of graphs) {
        const warm = await run(place, graph)
        const fresh = await run(memoryPlace(t), graph)
        t.same(warm.outputs, fresh.outputs)
        t.same(ranOf((await run(place, graph)).tasks), [], "and then nothing is left to do")
      }
    }),
    { numRuns: count(8, 150) },
  )
})

t.test("another list runs the tasks of its new items, and what takes the groups", async (t) => {
  await fc.assert(
    fc.asyncProperty(drawn, drawn, async (before, { items }) => {
      const place = memoryPlace(t)
      await run(place, before)
      const ran = ranOf((await run(place, { ...before, items })).tasks)
      const old = new Set(before.items.map(String))
      const isNew = (label: string): boolean => {
        const [, item] = /(?:outer|along)=(\d+)/.exec(label) ?? []
        return item === undefined || !old.has(item)
      }
      t.same(
        ran.filter((label) => !isNew(label)),
        [],
      )
    }),
    { numRuns: count(12, 200) },
  )
})

t.test("once the list is settled, a plan is what the run does", async (t) => {
  await fc.assert(
    fc.asyncProperty(drawn, drawn, async (before, after) => {
      const place = memoryPlace(t)
      await run(place, before)
      const only = experiment("random", {}, () => lists({ items: after.items }).list)
      await place.run(only, options(after))
      const { tasks, groups } = await place.previews(grouped(after), options(after))
      const { tasks: did } = await run(place, after)
      const outer = groups.find(({ group }) => group.label === "outer")!
      t.equal(outer.items, after.items.length)
      for (const { task, status } of tasks) {
        if (status === "cached") t.equal(did[task.label], "cached", task.label)
        if (status === "will-run") t.match(did[task.label] ?? "ran", /^(ran|cached)$/, task.label)
      }
      const planned = new Set(
        tasks.filter(({ status }) => status !== "cached").map(({ task }) => String(task.label)),
      )
      const hidden = groups.some(({ items }) => items === undefined)
      if (!hidden)
        t.same(
          ranOf(did).filter((label) => !planned.has(label)),
          [],
        )
    }),
    { numRuns: count(12, 200) },
  )
})
