// `repeat` beside the same tasks written out by hand: random bodies, seeds and grids, run in memory.
import * as Schema from "effect/Schema"
import fc from "fast-check"
import t from "tap"
import { type AnyExperiment, experiment, many, repeat, stage } from "../../../../engine/declare/index.ts"
import type { Output } from "../../../../engine/declare/task.ts"
import { plan } from "../../../../engine/plan/plan.ts"
import { memoryPlace } from "../../../../engine/testing/memory-place.ts"
import { count } from "../../../counts.ts"

const form = {
  params: Schema.Struct({ seed: Schema.Int, rate: Schema.Number, more: Schema.optional(Schema.Unknown) }),
  inputs: { given: many("value") },
  outputs: { out: "value" },
  run: ({ params, inputs }: { params: object; inputs: object }) => ({ out: [params, inputs] as never }),
} as const
const steps = ["a", "b", "c", "d", "e"].map((name) => stage(name, form))
const sum = stage("sum", { ...form, params: Schema.Struct({}) })

const wire = (name: string, of: () => unknown): AnyExperiment => experiment(name, {}, of) as AnyExperiment
/** A step of a body: whether it takes the seed itself, and which steps before it it takes. */
const body = fc
  .array(fc.record({ seeded: fc.boolean(), takes: fc.array(fc.nat(4), { maxLength: 2 }) }), {
    minLength: 1,
    maxLength: 5,
  })
  .map((all) => all.map(({ seeded, takes }, i) => ({ seeded, takes: takes.filter((at) => at < i) })))
const grid = fc.record({
  body,
  seeds: fc.oneof(
    fc.uniqueArray(fc.integer({ min: -5, max: 99 }), { minLength: 1, maxLength: 4 }),
    fc.integer({ min: 1, max: 4 }),
  ),
  rates: fc.uniqueArray(fc.constantFrom(0, 0.25, 0.5), { minLength: 1, maxLength: 3 }),
})
type Grid = typeof grid extends fc.Arbitrary<infer G> ? G : never

const named = (outs: ReadonlyArray<Output<"value">>, takes: ReadonlyArray<number>) =>
  Object.fromEntries(takes.map((at) => [`from ${at}`, outs[at]!]))

const repeated = ({ body, seeds, rates }: Grid) =>
  wire("one", () => {
    const cells = rates.map((rate) =>
      repeat(seeds, (seed) => {
        const outs: Array<Output<"value">> = []
        for (const [i, { seeded, takes }] of body.entries())
          outs.push(
            steps[i]!({ seed: seeded ? seed : -1, rate }, { given: named(outs, takes) }, { rate }).out,
          )
        return outs
      }),
    )
    return {
      cells,
      sums: cells.map((each, i) => sum({}, { given: each.by((outs) => outs.at(-1)!) }, { rate: rates[i]! })),
    }
  })

const byHand = ({ body, seeds, rates }: Grid) =>
  wire("one", () => {
    const all = typeof seeds === "number" ? Array.from({ length: seeds }, (_, i) => i + 1) : seeds
    const takesSeed = (at: number): boolean => body[at]!.seeded || body[at]!.takes.some(takesSeed)
    const cells = rates.map((rate) => {
      const shared: Array<Output<"value">> = []
      return all.map((seed) => {
        const outs: Array<Output<"value">> = []
        for (const [i, { seeded, takes }] of body.entries()) {
          const params = { seed: seeded ? seed : -1, rate }
          const given = { given: named(outs, takes) }
          if (takesSeed(i)) outs.push(steps[i]!(params, given, { rate, seed }).out)
          else outs.push((shared[i] ??= steps[i]!(params, given, { rate }).out))
        }
        return outs
      })
    })
    const by = (each: (typeof cells)[0]) =>
      Object.fromEntries(all.map((seed, i) => [`${seed}`, each[i]!.at(-1)!]))
    return { cells, sums: cells.map((each, i) => sum({}, { given: by(each) }, { rate: rates[i]! })) }
  })

t.test("repeat is the same tasks written by hand: labels, keys, digests and names of results", async (t) => {
  const place = memoryPlace(t)
  await fc.assert(
    fc.asyncProperty(grid, async (grid) => {
      const told = async (made: AnyExperiment) => {
        const { summary } = await place.run(made)
        const tasks = [...summary.tasks].map(([{ label }, { resolution, outputs }]) => [
          label,
          resolution?.key,
          outputs.out?.digest,
        ])
        return {
          tasks: tasks.sort(),
          results: plan(made, {}).results.map(({ name, single }) => ({ name, single })),
        }
      }
      t.same(await told(repeated(grid)), await told(byHand(grid)))
    }),
    { numRuns: count(40, 1000) },
  )
})
