import fc from "fast-check"
import t from "tap"
import { bestEpoch, type EarlyStopping, stopsEarly } from "../../../ml/training/early-stopping.ts"
import { count } from "../../counts.ts"

const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: 0, max: 4 }), {
  minLength: 1,
  maxLength: 40,
})
/** Few distinct values, so that ties and gains of just the minimum come up. */
const coarse = fc.array(
  fc.nat({ max: 6 }).map((n) => n / 4),
  { minLength: 1, maxLength: 40 },
)
const series = fc.oneof(values, coarse)
const rules: fc.Arbitrary<EarlyStopping> = fc.record({
  patience: fc.option(fc.integer({ min: 1, max: 6 })),
  minimumDelta: fc.constantFrom(0, 0.25, 0.5),
  monitor: fc.constantFrom("loss", "accuracy"),
})
const holds = <A extends [unknown, ...ReadonlyArray<unknown>]>(
  arbitraries: { [I in keyof A]: fc.Arbitrary<A[I]> },
  law: (...given: A) => boolean,
): void =>
  fc.assert(
    fc.property(fc.tuple(...(arbitraries as [fc.Arbitrary<unknown>])), (given) =>
      law(...(given as unknown as A)),
    ),
    { numRuns: count(200, 5_000) },
  )
/** After how many epochs training ends, if ever. */
const endOf = (values: ReadonlyArray<number>, rule: EarlyStopping): number =>
  values.findIndex((_, i) => stopsEarly(values.slice(0, i + 1), rule)) + 1 || Number.POSITIVE_INFINITY

t.test("what is decided after some epochs is the same however many follow", async () => {
  holds<[Array<number>, Array<number>, EarlyStopping]>([series, series, rules], (before, after, rule) => {
    const both = [...before, ...after]
    const end = endOf(before, rule)
    const best = bestEpoch(before, rule)
    return (
      (end === Number.POSITIVE_INFINITY ? endOf(both, rule) > before.length : endOf(both, rule) === end) &&
      bestEpoch(both.slice(0, before.length), rule) === best &&
      (bestEpoch(both, rule) === best || bestEpoch(both, rule) > before.length)
    )
  })
})

t.test("it stops at the first epoch that ends `patience` of them without an improvement", async () => {
  holds<[Array<number>, EarlyStopping]>([series, rules], (values, rule) => {
    let best = 0
    let waited = 0
    let end = Number.POSITIVE_INFINITY
    for (let i = 1; i < values.length && end === Number.POSITIVE_INFINITY; i++) {
      const gain = (values[best]! - values[i]!) * (rule.monitor === "loss" ? 1 : -1)
      waited = gain > rule.minimumDelta ? 0 : waited + 1
      if (waited === 0) best = i
      if (rule.patience !== null && waited >= rule.patience) end = i + 1
    }
    return endOf(values, rule) === end
  })
})

t.test("more patience never stops earlier, and none never stops", async () => {
  holds<[Array<number>, EarlyStopping]>([series, rules], (values, rule) => {
    const more = { ...rule, patience: (rule.patience ?? 1) + 1 }
    return (
      endOf(values, more) >= endOf(values, { ...rule, patience: rule.patience ?? 1 }) &&
      endOf(values, { ...rule, patience: null }) === Number.POSITIVE_INFINITY
    )
  })
})

t.test("without a minimum the best epoch is the first of the best values", async () => {
  holds<[Array<number>, EarlyStopping]>([series, rules], (values, { monitor }) => {
    const extreme = monitor === "loss" ? Math.min(...values) : Math.max(...values)
    return bestEpoch(values, { monitor, minimumDelta: 0 }) === values.indexOf(extreme) + 1
  })
})

t.test("the best epoch by any minimum has set a record without one, so that its state is kept", async () => {
  holds<[Array<number>, EarlyStopping]>([series, rules], (values, rule) => {
    const best = bestEpoch(values, rule)
    return bestEpoch(values.slice(0, best), { ...rule, minimumDelta: 0 }) === best
  })
})

t.test("a gain of just the minimum is no improvement", async (t) => {
  const rule = { monitor: "loss", minimumDelta: 0.25, patience: 1 } as const
  t.equal(bestEpoch([1, 0.75], rule), 1)
  t.equal(bestEpoch([1, 0.75, 0.7], rule), 3)
  t.ok(stopsEarly([1, 0.75], rule))
  t.equal(bestEpoch([0.5, 0.75, 0.76], { monitor: "accuracy", minimumDelta: 0.25 }), 3)
})

t.test("accuracy is loss turned round", async () => {
  holds<[Array<number>, EarlyStopping]>([coarse, rules], (values, rule) => {
    const turned = values.map((value) => 4 - value)
    const other = { ...rule, monitor: rule.monitor === "loss" ? "accuracy" : "loss" } as const
    return (
      bestEpoch(values, rule) === bestEpoch(turned, other) &&
      stopsEarly(values, rule) === stopsEarly(turned, other)
    )
  })
})
