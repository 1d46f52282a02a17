// Whether a metric of two runs truly differs: which test, on which pairs, and p for several metrics at once.
import fc from "fast-check"
import t, { type Test } from "tap"
import { comparePairs, isSample, type Sample } from "../../../ml/data/compare-runs.ts"
import { correctedResampledT } from "../../../ml/statistics/corrected-resampled-t.ts"
import { holm } from "../../../ml/statistics/holm.ts"
import { pairedT } from "../../../ml/statistics/paired-t.ts"
import { count } from "../../counts.ts"

const near = (t: Test, found: number | null, expected: number) =>
  t.ok(Math.abs(found! - expected) <= 1e-6 * Math.max(1, Math.abs(expected)), `${found} is ${expected}`)

t.test("Holm's p are R's p.adjust(method = \"holm\"), in the order that was given", async (t) => {
  const table: ReadonlyArray<readonly [ReadonlyArray<number | null>, ReadonlyArray<number | null>]> = [
    [
      [0.01, 0.02, 0.03, 0.04, 0.05],
      [0.05, 0.08, 0.09, 0.09, 0.09],
    ],
    [
      [0.05, 0.01, 0.5],
      [0.1, 0.03, 0.5],
    ],
    [
      [0.4, null, 0.6],
      [0.8, null, 0.8],
    ],
    [[0.02], [0.02]],
    [
      [null, null],
      [null, null],
    ],
  ]
  for (const [ps, expected] of table)
    for (const [i, p] of holm(ps).entries())
      if (expected[i] === null) t.equal(p, null)
      else near(t, p, expected[i]!)
  t.throws(() => holm([1.2]), { _tag: "StatisticsError", message: /from 0 to 1/ })
})

t.test("no adjusted p is below its own, nor above 1, and their order is that of the tests", async () => {
  const ps = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 })
  fc.assert(
    fc.property(ps, (ps) => {
      const adjusted = holm(ps) as ReadonlyArray<number>
      return adjusted.every(
        (p, i) => p >= ps[i]! && p <= 1 && ps.every((other, j) => ps[i]! > other || p <= adjusted[j]!),
      )
    }),
    { numRuns: count(50, 1_000) },
  )
})

t.test("the paired t is R's t.test(paired = TRUE) on its data of sleep", async (t) => {
  const found = pairedT([1.2, 2.4, 1.3, 1.3, 0, 1, 1.8, 0.8, 4.6, 1.4])
  near(t, found.difference, 1.58)
  near(t, found.p, 0.00283289)
  near(t, found.interval.low, 0.7001142)
  near(t, found.interval.high, 2.4598858)
  t.match(pairedT([0, 0]), { p: 1 })
  t.match(pairedT([1, 1]), { p: null })
  t.throws(() => pairedT([1]), { message: /at least 2/ })
})

const indices = (kind: string, digest: string, bytes: number | null): Sample => ({ kind, digest, bytes })
const split = [indices("indices:train", "split", 4000), indices("indices:validation", "rest", 1000)]
const differences = [0.01, 0.02, -0.005, 0.013, 0.007]
const pairs = (values: ReadonlyArray<number>, samples: (at: number) => ReadonlyArray<Sample>) =>
  values.map((value, at) => ({ before: 0.5, today: 0.5 + value, samples: samples(at) }))

t.test("one seed, or fewer than five pairs, give a difference and no p", async (t) => {
  for (const n of [1, 2, 4]) {
    const found = comparePairs(pairs(differences.slice(0, n), () => split))
    t.match(found, { p: null, interval: null, note: /no test$/ })
    near(t, found.difference, differences.slice(0, n).reduce((a, b) => a + b) / n)
  }
})

t.test(
  "repetitions on the same examples are tested plainly, folds with the variance that allows for overlap",
  async (t) => {
    const seeds = comparePairs(pairs(differences, () => split))
    t.equal(seeds.note, "paired t")
    near(t, seeds.p, pairedT(differences).p!)
    const folds = comparePairs(
      pairs(differences, (at) => [
        ...split,
        indices("indices:train", `train ${at}`, 3200),
        indices("indices:validation", `fold ${at}`, 800),
      ]),
    )
    t.equal(folds.note, "corrected resampled t")
    near(t, folds.p, correctedResampledT(differences, { test: 1, train: 4 }).p!)
    t.ok(folds.p! > seeds.p!, "by the sizes of the folds, not of the split that all share")
    const unknown = comparePairs(
      pairs(differences, (at) => [
        indices("indices:train", `train ${at}`, null),
        indices("indices:validation", `fold ${at}`, null),
      ]),
    )
    t.match(unknown, { p: null, note: /how many is not known here/ })
  },
)

t.test(
  "index sets and targets say on which examples, and nothing that a method makes of them does",
  async (t) => {
    for (const kind of [
      "indices:train",
      "indices:validation",
      "idx:test",
      "array:test:targets",
      "array:train:targets:idx",
    ])
      t.ok(isSample(kind), kind)
    for (const kind of ["array:train:inputs", "weights:safetensors", "metrics:test", "value", "indicesx"])
      t.notOk(isSample(kind), kind)
  },
)
