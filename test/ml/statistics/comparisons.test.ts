// Tests of significance and the one-standard-error rule against the packages that statisticians use.
import fc from "fast-check"
import t, { type Test } from "tap"
import { correctedResampledT } from "../../../ml/statistics/corrected-resampled-t.ts"
import { mcnemarExact, pairedCounts } from "../../../ml/statistics/mcnemar.ts"
import { oneStandardError } from "../../../ml/statistics/one-standard-error.ts"
import { count } from "../../counts.ts"

const near = (t: Test, found: number | null, expected: number) =>
  t.ok(Math.abs(found! - expected) <= 1e-12 * Math.max(1e-3, Math.abs(expected)), `${found} is ${expected}`)

t.test("the corrected resampled t is correctR's, by its formula in NumPy 2.4 and SciPy 1.17.1", async (t) => {
  const table: ReadonlyArray<[ReadonlyArray<number>, number, number, number, number, number, number]> = [
    [
      ...([[0.01, 0.02, -0.005, 0.013, 0.007], 1000, 4000] as const),
      ...([1.4595127662315597, 0.2181951685380685, -0.008120786145159117, 0.026120786145159114] as const),
    ],
    [
      ...([[0.1, -0.2, 0.15, 0.05, 0.3, 0.02, 0.11, -0.04, 0.09, 0.2], 10, 90] as const),
      ...([1.2486360105998686, 0.2433000929092012, -0.06331280629451881, 0.21931280629451883] as const),
    ],
  ]
  for (const [differences, test, train, statistic, p, low, high] of table) {
    const found = correctedResampledT(differences, { test, train })
    near(t, found.t, statistic)
    near(t, found.p, p)
    near(t, found.interval.low, low)
    near(t, found.interval.high, high)
    t.equal(found.degreesOfFreedom, differences.length - 1)
  }
})

t.test("the correction widens the interval, and its ratio is all that counts of the sizes", async () => {
  const differences = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 2, maxLength: 12 })
  fc.assert(
    fc.property(differences, fc.integer({ min: 1, max: 9 }), (values, parts) => {
      const corrected = correctedResampledT(values, { test: 1, train: parts })
      const scaled = correctedResampledT(values, { test: 64, train: 64 * parts })
      const plain = correctedResampledT(values, { test: 1e-12, train: 1 })
      return (
        JSON.stringify(scaled) === JSON.stringify(corrected) &&
        corrected.standardError >= plain.standardError &&
        (corrected.p ?? 1) >= (plain.p ?? 0)
      )
    }),
    { numRuns: count(50, 1_000) },
  )
})

t.test("differences that do not vary give no t, and no chance unless they are all 0", async (t) => {
  const sizes = { test: 1, train: 1 }
  t.match(correctedResampledT([0, 0], sizes), { t: null, p: 1, interval: { low: 0, high: 0 } })
  t.match(correctedResampledT([0.5, 0.5], sizes), { t: null, p: null })
  t.throws(() => correctedResampledT([1], sizes), { _tag: "StatisticsError", message: /at least 2/ })
  t.throws(() => correctedResampledT([1, 2], { test: 0, train: 1 }), { message: /found 0 and 1/ })
})

t.test("McNemar's exact test is statsmodels 0.15's mcnemar(exact=True)", async (t) => {
  const table: ReadonlyArray<[number, number, number]> = [
    [0, 0, 1],
    [1, 0, 1],
    [3, 9, 0.14599609375],
    [9, 3, 0.14599609375],
    [10, 10, 1],
    [121, 59, 4.4344492637551645e-6],
    [40, 62, 0.037066767438560584],
    [500, 410, 0.0031530409085557005],
  ]
  for (const [onlyFirst, onlySecond, p] of table) {
    const found = mcnemarExact({ onlyFirst, onlySecond })
    t.ok(Math.abs(found - p) <= 1e-12 * p, `${found} is ${p}`)
  }
  t.throws(() => mcnemarExact({ onlyFirst: 0.5, onlySecond: 1 }), { message: /found 0.5/ })
})

t.test("each example is counted once: right by both, by either or by neither", async (t) => {
  t.same(pairedCounts([0, 1, 2, 0, 1], [0, 1, 0, 1, 1], [0, 0, 2, 1, 1]), {
    both: 2,
    onlyFirst: 1,
    onlySecond: 1,
    neither: 1,
  })
  t.throws(() => pairedCounts([0], [0, 1], [0]), { message: /1 labels, 2 and 1/ })
})

const cells = (...accuracies: ReadonlyArray<readonly [rate: number, ...scores: ReadonlyArray<number>]>) =>
  accuracies.map(([rate, ...scores]) => ({ candidate: { rate }, scores }))
const higher = [{ name: "rate", simpler: "higher" }] as const

t.test("the simplest cell within one standard error of the best is chosen", async (t) => {
  // mean 0.9, sd 0.02, standard error 0.01 for the best: the threshold is 0.89
  const grid = cells([0, 0.88, 0.92, 0.9, 0.9], [0.2, 0.87, 0.91, 0.9, 0.9], [0.4, 0.88, 0.88, 0.88, 0.88])
  const spread = Math.sqrt((0.02 ** 2 * 2) / 3) / 2
  const found = oneStandardError(grid, higher)
  t.equal(found.best, 0)
  t.ok(Math.abs(found.threshold - (0.9 - spread)) < 1e-15)
  t.equal(found.chosen, 1, "0.2 is within it, 0.4 is not")
  t.equal(oneStandardError(grid, [{ name: "rate", simpler: "lower" }]).chosen, 0)
  t.equal(found.summaries[2]!.standardError, 0)
})

t.test("the standard error is the best cell's, however the others spread", async (t) => {
  const grid = cells([0.1, 0.9, 0.9], [0.5, 0.2, 1.5])
  t.equal(oneStandardError(grid, higher).chosen, 0, "the best of equals is the first, and it does not spread")
  const wide = cells([0.1, 0.8, 1.0], [0.5, 0.85, 0.85])
  t.equal(oneStandardError(wide, higher).chosen, 1)
})

t.test(
  "of equally simple cells the better is chosen, and a later name decides where the first does not",
  async (t) => {
    const grid = [
      { candidate: { filters: 8, rate: 0.2 }, scores: [0.8, 1] },
      { candidate: { filters: 4, rate: 0.1 }, scores: [0.85, 0.85] },
      { candidate: { filters: 4, rate: 0.3 }, scores: [0.84, 0.84] },
    ]
    const lower = { name: "filters", simpler: "lower" } as const
    t.equal(oneStandardError(grid, [lower]).chosen, 1)
    t.equal(oneStandardError(grid, [lower, ...higher]).chosen, 2)
  },
)

t.test("the rule is refused without an order, a spread, or a number to go by", async (t) => {
  t.throws(() => oneStandardError(cells([0, 1, 1]), []), {
    _tag: "StatisticsError",
    message: /declare which/,
  })
  t.throws(() => oneStandardError(cells([0, 1]), higher), { message: /at least 2 scores/ })
  t.throws(() => oneStandardError([], higher), { message: /at least one cell/ })
  t.throws(() => oneStandardError(cells([0, 1, 1]), [{ name: "depth", simpler: "lower" }]), {
    message: /"depth", which is no number/,
  })
})
