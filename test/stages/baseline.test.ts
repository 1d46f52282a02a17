// What baselines leave behind: measured like a network, paired with it, and the same from their probabilities alone.
import t from "tap"
import { decodeArray } from "../../ml/data/arrays/decode-array.ts"
import { encodeNpy } from "../../ml/data/arrays/npy.ts"
import { encodeIndices } from "../../ml/data/indices.ts"
import { generator, seedOf } from "../../ml/statistics/random.ts"
import { baseline } from "../../stages/baseline.ts"
import { compare } from "../../stages/compare.ts"
import { measure } from "../../stages/measure.ts"
import { normalize } from "../../stages/normalize.ts"
import { runForm } from "./support/run-form.ts"

const features = 3
const size = 90
const draws = generator(seedOf(1, "stage"))
const values = Float32Array.from({ length: size * features }, () => draws.uniform())
const classes = ["low", "high"]
const labels = Uint8Array.from({ length: size }, (_, row) =>
  values[3 * row]! + 0.2 * draws.uniform() > 0.6 ? 1 : 0,
)
const numbers = Float32Array.from({ length: size }, (_, row) => 4 * values[3 * row]! - values[3 * row + 1]!)
const inputs = encodeNpy([size, features], values)
const part = (from: number, to: number) =>
  encodeIndices(Uint32Array.from({ length: to - from }, (_, at) => from + at))
const [train, validation] = [part(0, 60), part(60, 90)]
const ofClasses = { inputs, targets: encodeNpy([size], labels), train, validation }
const ofNumbers = { inputs, targets: encodeNpy([size], numbers), train, validation }

const logistic = { classes, baseline: { type: "logistic-regression", c: 1 } } as const
const tree = { classes, baseline: { type: "decision-tree", maximumDepth: 2, minimumLeaf: 1 } } as const
const linear = { names: ["target"], baseline: { type: "linear-regression", ridge: 0 } } as const

t.test("a baseline's metrics are those that its probabilities give by themselves", async (t) => {
  const fitted = await runForm(baseline.classes, logistic, ofClasses)
  const { targets } = ofClasses
  const measured = await runForm(
    measure.classes,
    { classes, bins: 10 },
    { targets, indices: validation, probabilities: fitted.probabilities },
  )
  t.same(measured.metrics, fitted.metrics)
  t.same(measured.predictions, fitted.predictions)
  t.same(measured.losses, fitted.losses)
  t.same(measured.confusion, fitted.confusion)
  t.ok(fitted.metrics.accuracy! > 0.8 && fitted.metrics.rocArea! > 0.9, JSON.stringify(fitted.metrics))
  t.equal(measured.roc.at(-1)!.truePositiveRate, 1)
  t.equal(measured.calibration.length, 10)
})

t.test(
  "what a fitted baseline says of other examples is what its file holds, and estimates are measured likewise",
  async (t) => {
    const fitted = await runForm(baseline.numbers, linear, ofNumbers)
    t.ok(fitted.metrics.rSquared! > 0.999999)
    const tested = await runForm(
      baseline.testNumbers,
      { names: ["target"] },
      { inputs, targets: ofNumbers.targets, model: fitted.model },
    )
    const { data } = decodeArray(tested.estimates)
    t.same(data.subarray(60), decodeArray(fitted.estimates).data)
    const measured = await runForm(
      measure.testNumbers,
      { names: ["target"] },
      { targets: ofNumbers.targets, estimates: tested.estimates },
    )
    t.same(measured.metrics, tested.metrics)
    t.equal(measured.estimated.length, size)
  },
)

t.test("a test form of classes says what the validation form did, of the same examples", async (t) => {
  const fitted = await runForm(baseline.classes, tree, ofClasses)
  const { targets } = ofClasses
  const tested = await runForm(baseline.testClasses, { classes }, { inputs, targets, model: fitted.model })
  t.same(tested.predictions.subarray(60), fitted.predictions)
  t.equal(tested.sureness.length, 4 * size)
})

t.test(
  "metrics of baselines over folds are compared by any metric, the lower the better if so said",
  async (t) => {
    const metrics: Record<string, Readonly<Record<string, number>>> = {}
    const cells = [logistic, { classes, baseline: { type: "majority" } } as const].map((params) => ({
      candidate: { model: params.baseline.type },
      folds: [0, 30, 60].map((from) => `${params.baseline.type} ${from}`),
      params,
    }))
    for (const { folds, params } of cells)
      for (const [at, name] of folds.entries()) {
        const indices = {
          validation: part(30 * at, 30 * at + 30),
          train: part(at === 0 ? 30 : 0, at === 2 ? 60 : 90),
        }
        metrics[name] = (await runForm(baseline.classes, params, { ...ofClasses, ...indices })).metrics
      }
    const compared = (metric: string, better: "higher" | "lower") =>
      runForm(
        compare.cells,
        { cells: cells as never, test: 30, train: 60, metric, better, stoppedEarly: false },
        { metrics },
      )
    for (const [metric, better] of [
      ["accuracy", "higher"],
      ["loss", "lower"],
    ] as const) {
      const [row] = (await compared(metric, better)).comparisons
      t.equal(row!.model, "majority", "the other one is best")
      t.ok((row!["low (all pairs)"] as number) > -1 && (row!["best − this"] as number) > 0)
    }
    await t.rejects(compared("lift", "higher"), /no metric "lift": compare one of loss, accuracy/)
  },
)

t.test("the feature that tells is important, and the dependence on it rises", async (t) => {
  const { model } = await runForm(baseline.classes, tree, ofClasses)
  const each = ["a", "b", "c"].map((name, column) => ({ name, columns: [column] as const }))
  const given = { inputs, indices: validation, model }
  const asked = { features: each as never, repeats: 5, seed: 1 }
  const { importance } = await runForm(
    baseline.importance,
    { ...asked, score: "accuracy" },
    { ...given, targets: ofClasses.targets },
  )
  t.same(
    importance.map(({ feature }) => feature),
    ["a", "b", "c"],
  )
  t.ok((importance[0]!.importance as number) > 0.2 && Math.abs(importance[2]!.importance as number) < 0.1)
  const features = [{ name: "a", column: 0 }] as const
  const { dependence } = await runForm(
    baseline.dependence,
    { features, outputs: ["low", "high"], points: 5 },
    given,
  )
  const high = dependence.filter(({ output }) => output === "high").map(({ mean }) => mean as number)
  t.equal(high.length, 5)
  t.ok(high.at(-1)! > high[0]! + 0.5, high.join())
  await t.rejects(
    async () =>
      runForm(baseline.importance, { ...asked, score: "rSquared" }, { ...given, targets: ofClasses.targets }),
    /"rSquared" is no score of a model that tells classes: take accuracy, loss/,
  )
})

t.test(
  "labels of which an example has several are measured one by one, and other shapes refused",
  async (t) => {
    const targets = encodeNpy([4, 2], Float32Array.of(1, 0, 0, 0, 1, 1, 0, 1))
    const probabilities = encodeNpy([3, 2], Float32Array.of(0.9, 0.2, 0.1, 0.4, 0.8, 0.9))
    const indices = part(0, 3)
    const labels = ["wet", "cold"] as const
    const { metrics, roc } = await runForm(
      measure.labels,
      { labels, bins: 10 },
      { targets, indices, probabilities },
    )
    t.match(metrics, { accuracy: 1, examples: 3, rocArea: 1 })
    t.same([...new Set(roc.map((row) => row.class))], ["wet", "cold"])
    await t.rejects(
      async () => runForm(measure.testLabels, { labels, bins: 10 }, { targets, probabilities }),
      /\[3, 2\] where \[4, 2\] is to be measured/,
    )
    await t.rejects(
      async () => runForm(measure.testNumbers, { names: ["one"] }, { targets, estimates: probabilities }),
      /\[4, 2\] where \[n, 1\]/,
    )
  },
)

t.test("a baseline that tells classes is not measured by numbers, nor by other classes", async (t) => {
  const { model } = await runForm(baseline.classes, tree, ofClasses)
  const { targets } = ofClasses
  const three = { classes: ["a", "b", "c"] }
  await t.rejects(
    async () => runForm(baseline.testClasses, three, { inputs, targets, model }),
    /3 classes are named, and the baseline tells 2/,
  )
  await t.rejects(
    async () => runForm(baseline.testNumbers, { names: ["target"] }, { inputs, targets, model }),
    /tells classes, and numbers/,
  )
  const pairs = encodeNpy([size, 2], new Float32Array(2 * size))
  await t.rejects(
    async () => runForm(baseline.numbers, linear, { ...ofNumbers, targets: pairs }),
    /an example has 2 numbers, and 1 is named: say with names what each is/,
  )
})

t.test("several numbers of an example are estimated, measured and inspected under their names", async (t) => {
  const [names, count] = [["sum", "first"] as const, 30]
  const pairs = Float32Array.from({ length: 2 * size }, (_, at) => {
    const row = 3 * Math.floor(at / 2)
    return at % 2 === 0 ? values[row]! + values[row + 1]! : values[row]!
  })
  const targets = encodeNpy([size, 2], pairs)
  const fitted = await runForm(baseline.numbers, { ...linear, names }, { ...ofNumbers, targets })
  t.same(decodeArray(fitted.estimates).shape, [count, 2])
  t.ok(fitted.metrics["sum.rSquared"]! > 0.999999 && fitted.metrics["first.rSquared"]! > 0.999999)
  const { estimates } = await runForm(
    baseline.testNumbers,
    { names },
    { inputs, targets, model: fitted.model },
  )
  t.same(decodeArray(estimates).shape, [size, 2])
  const measured = await runForm(
    measure.numbers,
    { names },
    { targets, indices: validation, estimates: fitted.estimates },
  )
  t.same(measured.metrics, fitted.metrics)
  const features = ["a", "b", "c"].map((name, column) => ({ name, columns: [column] as const }))
  const asked = { features: features as never, score: "rSquared", repeats: 3, seed: 1 } as const
  const given = { inputs, indices: validation, model: fitted.model }
  const { importance } = await runForm(baseline.importance, asked, { ...given, targets })
  t.ok((importance[0]!.importance as number) > (importance[1]!.importance as number))
  t.ok(Math.abs(importance[2]!.importance as number) < 1e-6)
})

t.test(
  "a baseline sees its examples by the normalization that is wired, and its test form by the same",
  async (t) => {
    const far = encodeNpy(
      [size, features],
      values.map((value, at) => value * [1e4, 1, 1][at % 3]!),
    )
    const { normalization } = await runForm(normalize, {}, { inputs: far, indices: train })
    const settings = { classes, baseline: { type: "k-nearest-neighbours", k: 5 } } as const
    const given = { ...ofClasses, inputs: far }
    const fitted = await runForm(baseline.classes, settings, { ...given, normalization })
    const plain = await runForm(baseline.classes, settings, given)
    t.notSame(fitted.probabilities, plain.probabilities)
    const own = await runForm(normalize, {}, { inputs, indices: train })
    const same = await runForm(baseline.classes, settings, { ...ofClasses, ...own })
    t.same(fitted.predictions, same.predictions, "whatever the unit")
    const tested = await runForm(
      baseline.testClasses,
      { classes },
      { inputs: far, targets: given.targets, model: fitted.model },
    )
    t.same(tested.predictions.subarray(60), fitted.predictions)
    const one = await runForm(
      normalize,
      {},
      { inputs: encodeNpy([size, 1], values.subarray(0, size)), indices: train },
    )
    await t.rejects(
      async () => runForm(baseline.classes, settings, { ...given, ...one }),
      /3 features where 1 was fitted/,
    )
  },
)
