import fc from "fast-check"
import t from "tap"
import {
  decodeBaseline,
  encodeBaseline,
  type FittedBaseline,
  fitBaseline,
  predictBaseline,
} from "../../../ml/baselines/baseline.ts"
import type { Problem } from "../../../ml/baselines/parts/problem.ts"
import { type BaselineSettingsEncoded, baselineSettings } from "../../../ml/baselines/settings.ts"
import { sha256 } from "../../../ml/data/sha256.ts"
import { generator, seedOf } from "../../../ml/statistics/random.ts"
import { count } from "../../counts.ts"

/** Examples of which the first feature tells most. */
function drawn(seed: number, size: number, classes: number | null, features = 4): Problem {
  const draws = generator(seedOf(seed, "baselines"))
  const data = Float32Array.from({ length: size * features }, () => Math.fround(8 * draws.uniform() - 2))
  const targets = Array.from({ length: size }, (_, row) => {
    const value = data[row * features]! + draws.uniform()
    return classes === null ? value : Math.min(classes - 1, Math.max(0, Math.floor((value + 2) / 3)))
  })
  return { rows: { data, features }, targets, classes }
}

const ALL: Readonly<Record<"classes" | "numbers", ReadonlyArray<BaselineSettingsEncoded>>> = {
  classes: [
    { type: "majority" },
    { type: "logistic-regression", c: 10, standardize: true },
    { type: "k-nearest-neighbours", k: 3 },
    { type: "decision-tree", maximumDepth: 4 },
  ],
  numbers: [
    { type: "mean" },
    { type: "linear-regression", ridge: 0.5 },
    { type: "k-nearest-neighbours", k: 3, standardize: true },
    { type: "decision-tree", minimumLeaf: 3 },
  ],
}
const every = [
  ...ALL.classes.map((settings) => ({ settings: baselineSettings(settings), classes: 3 })),
  ...ALL.numbers.map((settings) => ({ settings: baselineSettings(settings), classes: null })),
]

/** Of each: the first digits of its file's SHA-256, and of that of what it says. */
const BITS = [
  ["majority", "c8bd4b31d543", "48dd4f76dc29"],
  ["logistic-regression", "a592130b1392", "f00ad7bac8e2"],
  ["k-nearest-neighbours", "cca4d8fd7b23", "4f49b418c920"],
  ["decision-tree", "cbac79092c56", "f1e94be3e1e4"],
  ["mean", "7c7b108d6485", "31a1266b64af"],
  ["linear-regression", "55d62709660f", "bbde158fbee2"],
  ["k-nearest-neighbours", "a8cd492af27b", "726f8dbf7813"],
  ["decision-tree", "62315221c843", "9ce0445bae17"],
]

const hex = (bytes: Uint8Array): string => sha256(bytes).slice(0, 12)

t.test("every baseline gives the bits that it gave when this was written, on any machine", async (t) => {
  const found = every.map(({ settings, classes }) => {
    const problem = drawn(1, 60, classes)
    const fitted = fitBaseline(problem, settings)
    const said = predictBaseline(fitted, drawn(2, 20, classes).rows)
    return [settings.type, hex(encodeBaseline(fitted)), hex(new Uint8Array(said.buffer))]
  })
  t.same(found, BITS)
})

t.test("a fitted baseline comes back from its file, and says the same", async (t) => {
  for (const { settings, classes } of every) {
    const fitted = fitBaseline(drawn(1, 40, classes), settings)
    const back = decodeBaseline(encodeBaseline(fitted))
    t.same(back, fitted, settings.type)
    t.same(
      predictBaseline(back, drawn(2, 9, classes).rows),
      predictBaseline(fitted, drawn(2, 9, classes).rows),
    )
  }
})

t.test("probabilities are within 0 and 1, and of one example have a sum of 1", async () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 2, max: 6 }), (seed, classes) => {
      const problem = drawn(seed, 30, classes)
      return ALL.classes.every((settings) => {
        const said = predictBaseline(
          fitBaseline(problem, baselineSettings(settings)),
          drawn(seed + 1, 10, classes).rows,
        )
        return Array.from({ length: 10 }, (_, row) =>
          said.subarray(row * classes, (row + 1) * classes),
        ).every(
          (chances) =>
            chances.every((chance) => chance >= 0 && chance <= 1) &&
            Math.abs(chances.reduce((sum, chance) => sum + chance, 0) - 1) < 1e-12,
        )
      })
    }),
    { numRuns: count(15, 300) },
  )
})

t.test("bytes are taken as the numbers that they are", async (t) => {
  const draws = generator(seedOf(3, "bytes"))
  const bytes = Uint8Array.from({ length: 200 }, () => draws.below(256))
  for (const { settings, classes } of every) {
    const targets = Array.from({ length: 50 }, (_, row) => bytes[4 * row]! % (classes ?? 256))
    const [own, floats] = [bytes, Float32Array.from(bytes)].map(
      (data): FittedBaseline => fitBaseline({ rows: { data, features: 4 }, targets, classes }, settings),
    )
    const rows = { data: bytes.subarray(40, 120), features: 4 }
    t.same(predictBaseline(own!, rows), predictBaseline(floats!, rows), settings.type)
  }
})

t.test("features that are standardized know no unit", async (t) => {
  for (const type of ["logistic-regression", "linear-regression", "k-nearest-neighbours"] as const) {
    const classes = type === "linear-regression" ? null : 3
    const settings = baselineSettings({ type, standardize: true, ...(classes ? {} : { ridge: 1 }) })
    const problem = drawn(5, 60, classes)
    const scaled = problem.rows.data.map((value, at) => value * [1, 1024, 0.125, 2][at % 4]!)
    const [one, other] = [problem.rows.data, scaled].map((data) => {
      const rows = { data, features: 4 }
      return predictBaseline(fitBaseline({ ...problem, rows }, settings), rows)
    })
    t.same(other, one, type)
  }
})

t.test("what cannot be fitted is refused: where, and what to do", async (t) => {
  const fit = (problem: Partial<Problem>, settings: BaselineSettingsEncoded) =>
    fitBaseline({ ...drawn(1, 4, 2), ...problem }, baselineSettings(settings))
  const rows = { data: Float32Array.of(1, 2, 3, Number.NaN), features: 2 }
  t.throws(
    () => fit({ rows, targets: [0, 1] }, { type: "majority" }),
    /example 1 has NaN as feature 1: fill in/,
  )
  t.throws(() => fit({ targets: [0, 1] }, { type: "majority" }), /found 4 examples and 2 targets/)
  t.throws(
    () => fit({ targets: [0, 1, 2, 0] }, { type: "majority" }),
    /example 2 is 2: with 2 classes it is 0 to 1/,
  )
  t.throws(
    () => fit({ classes: null }, { type: "logistic-regression" }),
    /no numbers: take mean, linear-regression, /,
  )
  t.throws(() => fit({}, { type: "linear-regression" }), /no classes: take majority, logistic-regression, /)
  t.throws(
    () => fit({}, { type: "k-nearest-neighbours", k: 5 }),
    /4 examples to be neighbours: take a k of at most 4/,
  )
  t.throws(
    () => fit({ rows: { data: rows.data, features: 3 } }, { type: "majority" }),
    /no rows of 3 features/,
  )
  const fitted = fit({}, { type: "majority" })
  t.throws(() => predictBaseline(fitted, { data: new Uint8Array(3), features: 3 }), /3 features, and 4 where/)
  t.throws(() => decodeBaseline(new Uint8Array(3)), /too few/)
})
