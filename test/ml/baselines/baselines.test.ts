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
import { everyIndex } from "../../../ml/data/indices.ts"
import { fitNormalization, type Normalization } from "../../../ml/data/normalization.ts"
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
    { type: "logistic-regression", c: 10 },
    { type: "k-nearest-neighbours", k: 3 },
    { type: "decision-tree", maximumDepth: 4 },
  ],
  numbers: [
    { type: "mean" },
    { type: "linear-regression", ridge: 0.5 },
    { type: "k-nearest-neighbours", k: 3 },
    { type: "decision-tree", minimumLeaf: 3 },
  ],
}
const every = [
  ...ALL.classes.map((settings) => ({ settings: baselineSettings(settings), classes: 3 })),
  ...ALL.numbers.map((settings) => ({ settings: baselineSettings(settings), classes: null })),
]

/** Fitted on the rows of a problem. */
const normalizationOf = ({ rows: { data, features } }: Problem): Normalization =>
  fitNormalization({ shape: [features], inputs: data as Float32Array }, everyIndex(data.length / features))

/** Of each: the first digits of its file's SHA-256, of that of what it says, and of what it says where it is normalized. */
const BITS = [
  ["majority", "c8bd4b31d543", "48dd4f76dc29", "48dd4f76dc29"],
  ["logistic-regression", "6a3b2e1d9590", "ccd284476c26", "ea8ddd0f385e"],
  ["k-nearest-neighbours", "0524596ad117", "4f49b418c920", "448a5cc6d6f6"],
  ["decision-tree", "cbac79092c56", "f1e94be3e1e4", "f1e94be3e1e4"],
  ["mean", "9cb9f1b6dbbe", "31a1266b64af", "31a1266b64af"],
  ["linear-regression", "14a401ea2537", "bbde158fbee2", "41bf629724f5"],
  ["k-nearest-neighbours", "299fd0397451", "a74b7c6f1aa8", "726f8dbf7813"],
  ["decision-tree", "62315221c843", "9ce0445bae17", "9ce0445bae17"],
]

const hex = (bytes: Uint8Array): string => sha256(bytes).slice(0, 12)

t.test("every baseline gives the bits that it gave when this was written, on any machine", async (t) => {
  const found = every.map(({ settings, classes }) => {
    const problem = drawn(1, 60, classes)
    const fitted = fitBaseline(problem, settings)
    const normalized = fitBaseline(problem, settings, normalizationOf(problem))
    const said = (of: FittedBaseline) => {
      const numbers = predictBaseline(of, drawn(2, 20, classes).rows)
      return hex(new Uint8Array(numbers.buffer))
    }
    return [settings.type, hex(encodeBaseline(fitted)), said(fitted), said(normalized)]
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

t.test("features that are normalized know no unit", async (t) => {
  for (const { settings, classes } of every) {
    const problem = drawn(5, 60, classes)
    const scaled = problem.rows.data.map((value, at) => value * [1, 1024, 0.125, 2][at % 4]!)
    const [one, other] = [problem.rows.data, scaled].map((data) => {
      const given = { ...problem, rows: { data, features: 4 } }
      return predictBaseline(fitBaseline(given, settings, normalizationOf(given)), given.rows)
    })
    t.same(other, one, settings.type)
  }
})

t.test(
  "a normalized baseline sees examples less the mean by the deviation, channel by channel of images",
  async (t) => {
    for (const { settings, classes } of every) {
      const problem = drawn(6, 40, classes)
      const normalization = { mean: [1, -2].map(Math.fround), deviation: [2.5, 0.75] }
      const data = Float64Array.from(
        problem.rows.data,
        (value, at) => (value - normalization.mean[at % 2]!) / normalization.deviation[at % 2]!,
      )
      const seen = { data, features: 4 }
      const fitted = decodeBaseline(encodeBaseline(fitBaseline(problem, settings, normalization)))
      const plain = fitBaseline({ ...problem, rows: seen }, settings)
      t.same(predictBaseline(fitted, problem.rows), predictBaseline(plain, seen), settings.type)
    }
    const three = { mean: [0, 0, 0], deviation: [1, 1, 1] }
    t.throws(
      () => fitBaseline(drawn(6, 40, 3), every[0]!.settings, three),
      /4 features, and the normalization 3: fit it on the same/,
    )
  },
)

t.test(
  "numbers that are estimated together are those that are estimated one by one, but for a tree's",
  async () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 2, max: 4 }), (seed, outputs) => {
        const each = Array.from({ length: outputs }, (_, of) => ({
          ...drawn(seed, 30, null),
          targets: drawn(seed + of + 1, 30, null).targets,
        }))
        const targets = Array.from(
          { length: 30 * outputs },
          (_, at) => each[at % outputs]!.targets[Math.floor(at / outputs)]!,
        )
        const asked = drawn(seed + 9, 7, null).rows
        return ALL.numbers.every((encoded) => {
          const settings = baselineSettings(encoded)
          const together = predictBaseline(fitBaseline({ ...each[0]!, targets }, settings), asked)
          const apart = each.map((problem) => predictBaseline(fitBaseline(problem, settings), asked))
          return (
            together.length === 7 * outputs &&
            (settings.type === "decision-tree" ||
              together.every((value, at) => value === apart[at % outputs]![Math.floor(at / outputs)]))
          )
        })
      }),
      { numRuns: count(15, 300) },
    )
  },
)

t.test(
  "a tree of several numbers parts where all together vary least, and says the means of its leaves",
  async (t) => {
    const rows = { data: Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1), features: 2 }
    // The first number follows the first feature, the second and third the second.
    const targets = [0, 5, 5, 0, 9, 9, 1, 5, 5, 1, 9, 9]
    const stump = fitBaseline(
      { rows, targets, classes: null },
      baselineSettings({ type: "decision-tree", maximumDepth: 1 }),
    )
    t.equal(stump.tensors.feature!.data[0], 1)
    t.same([...predictBaseline(stump, rows)], [0.5, 5, 5, 0.5, 9, 9, 0.5, 5, 5, 0.5, 9, 9])
    const whole = fitBaseline({ rows, targets, classes: null }, baselineSettings({ type: "decision-tree" }))
    t.same([...predictBaseline(whole, rows)], targets)
    const twice = Array.from({ length: 8 }, (_, at) => [3, 1, 4, 1][at >> 1]!)
    const [one, two] = [[3, 1, 4, 1], twice].map((targets) =>
      fitBaseline({ rows, targets, classes: null }, baselineSettings({ type: "decision-tree" })),
    )
    t.same(two!.tensors.threshold, one!.tensors.threshold, "a number twice asks what it asks once")
  },
)

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
    () => fit({ targets: [0, 1, 2, 3, 4, 5], classes: null }, { type: "mean" }),
    /found 4 examples and 6 targets/,
  )
  t.throws(
    () => fit({ targets: [0, 1, 2, 3, 4, Number.NaN, 6, 7], classes: null }, { type: "mean" }),
    /a target of example 2 is NaN/,
  )
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
