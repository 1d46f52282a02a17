import fc from "fast-check"
import t from "tap"
import { without } from "../../../ml/data/indices.ts"
import { kFold } from "../../../ml/data/k-fold.ts"
import { proportionalShares, strata } from "../../../ml/data/strata.ts"
import { stratifiedSplit, stratifiedSubset } from "../../../ml/data/stratified.ts"
import { generator, seedOf } from "../../../ml/statistics/random.ts"

const from = (seed: number) => generator(seedOf(seed, "test"))
const labelSets = fc.uint8Array({ minLength: 2, maxLength: 200, max: 4 })
const count = (labels: Uint8Array, part: Uint32Array, label: number) =>
  part.filter((index) => labels[index] === label).length
const spread = (numbers: ReadonlyArray<number>) => Math.max(...numbers) - Math.min(...numbers)
const smallestClass = (labels: Uint8Array, among: Uint32Array) =>
  Math.min(...strata(labels, among).map(({ members }) => members.length))
const all = (labels: Uint8Array) => Uint32Array.from(labels.keys())

t.test("every example validates in exactly one fold and trains in all others", async () => {
  fc.assert(
    fc.property(labelSets, fc.nat(), fc.integer({ min: 2, max: 7 }), (labels, seed, k) => {
      fc.pre(smallestClass(labels, all(labels)) >= k)
      const folds = kFold(labels, k, from(seed))
      const validated = folds.flatMap(({ validation }) => [...validation]).sort((a, b) => a - b)
      return (
        folds.length === k &&
        String(validated) === String(all(labels)) &&
        folds.every(({ train, validation }) => String(train) === String(without(all(labels), validation)))
      )
    }),
  )
})

t.test("two folds never differ by more than one example, in total or in any class", async () => {
  fc.assert(
    fc.property(labelSets, fc.nat(), fc.integer({ min: 2, max: 7 }), (labels, seed, k) => {
      fc.pre(smallestClass(labels, all(labels)) >= k)
      const parts = kFold(labels, k, from(seed)).map(({ validation }) => validation)
      const even = [...new Set(labels)].map((label) =>
        spread(parts.map((part) => count(labels, part, label))),
      )
      return spread(parts.map((part) => part.length)) <= 1 && Math.max(...even) <= 1
    }),
  )
})

t.test("folds among some examples contain no other, and keep positions of the whole dataset", async () => {
  fc.assert(
    fc.property(labelSets, fc.nat(), (labels, seed) => {
      const among = all(labels).filter((index) => index % 3 !== 0)
      fc.pre(among.length > 0 && smallestClass(labels, among) >= 2)
      return kFold(labels, 2, from(seed), among).every(({ train, validation }) => {
        return String(Uint32Array.from([...train, ...validation]).sort()) === String(among)
      })
    }),
  )
})

t.test("the same seed gives the same folds, another seed other ones", async (t) => {
  const labels = Uint8Array.from({ length: 100 }, (_, at) => at % 10)
  t.same(kFold(labels, 5, from(1)), kFold(labels, 5, from(1)))
  t.notSame(kFold(labels, 5, from(1)), kFold(labels, 5, from(2)))
})

t.test("folds that cannot be made are refused with the remedy", async (t) => {
  const labels = Uint8Array.of(0, 0, 0, 0, 1, 1, 1)
  t.throws(() => kFold(labels, 1, from(0)), { _tag: "StrataError", message: /at least 2 folds, asked for 1/ })
  t.throws(() => kFold(labels, 2.5, from(0)), { message: /asked for 2.5/ })
  t.throws(() => kFold(labels, 4, from(0)), { message: /class 1 has 3: take fewer folds or more examples/ })
  t.throws(() => kFold(new Uint8Array(0), 2, from(0)), { message: /no examples/ })
  t.throws(() => kFold(labels, 2, from(0), Uint32Array.of(0, 7)), { message: /example 7 has no label/ })
})

t.test("a subset has the size asked for and every class within one example of its proportion", async () => {
  fc.assert(
    fc.property(labelSets, fc.nat(), fc.nat(), (labels, seed, size) => {
      const asked = 1 + (size % labels.length)
      const subset = stratifiedSubset(labels, asked, from(seed))
      const ascends = subset.every((index, at) => at === 0 || index > subset[at - 1]!)
      const fair = strata(labels, all(labels)).every(({ label, members }) => {
        return Math.abs(count(labels, subset, label) - (members.length * asked) / labels.length) < 1
      })
      return subset.length === asked && ascends && fair
    }),
  )
})

t.test(
  "a split by fraction or by count covers every example once, in the classes' proportions",
  async (t) => {
    const labels = Uint8Array.from({ length: 1000 }, (_, at) => (at % 10 < 7 ? 0 : 1))
    const byFraction = stratifiedSplit(labels, { fraction: 0.1 }, from(3))
    t.same(byFraction, stratifiedSplit(labels, { count: 100 }, from(3)))
    t.equal(count(labels, byFraction.validation, 0), 70)
    t.same(Uint32Array.from([...byFraction.train, ...byFraction.validation]).sort(), all(labels))
    const within = stratifiedSplit(labels, { count: 10 }, from(3), byFraction.train)
    t.equal(within.train.length, 890)
    t.ok(within.validation.every((index) => byFraction.train.includes(index)))
  },
)

t.test("a split or subset that leaves a part empty or asks for too much is refused", async (t) => {
  const labels = Uint8Array.of(0, 1, 0, 1)
  const wrong: ReadonlyArray<[() => unknown, RegExp]> = [
    [() => stratifiedSplit(labels, { fraction: 0 }, from(0)), /between 0 and 1, found 0/],
    [() => stratifiedSplit(labels, { fraction: 1 }, from(0)), /between 0 and 1, found 1/],
    [() => stratifiedSplit(labels, { fraction: 0.01 }, from(0)), /asked for 0/],
    [() => stratifiedSplit(labels, { count: 4 }, from(0)), /takes 1 to 3 of 4/],
    [() => stratifiedSubset(labels, 5, from(0)), /1 to 4 of 4 examples, asked for 5/],
    [() => stratifiedSubset(labels, 1.5, from(0)), /asked for 1.5/],
  ]
  for (const [act, message] of wrong) t.throws(act, { _tag: "StrataError", message })
})

t.test("shares are exact where they can be, and give the open ones to the largest remainders", async (t) => {
  t.same(proportionalShares([10, 20, 30], 12), [2, 4, 6])
  t.same(proportionalShares([5, 3, 2], 4), [2, 1, 1])
  t.same(proportionalShares([1, 1, 1], 2), [1, 1, 0])
  t.same(proportionalShares([], 0), [])
})
