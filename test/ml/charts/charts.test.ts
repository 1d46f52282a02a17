import t from "tap"
import { accuracyByRate } from "../../../ml/charts/by-rate/accuracy-by-rate.ts"
import { lossByRate } from "../../../ml/charts/by-rate/loss-by-rate.ts"
import type { ChartSpec, Json } from "../../../ml/charts/chart-spec.ts"
import { classExamples } from "../../../ml/charts/class-examples.ts"
import { classScores } from "../../../ml/charts/class-scores.ts"
import { confusionErrors, confusionMatrix } from "../../../ml/charts/confusion-matrix.ts"
import { type Curve, lowest, meanCurve } from "../../../ml/charts/curve.ts"
import { filters } from "../../../ml/charts/filters.ts"
import { learningCurves } from "../../../ml/charts/learning-curves.ts"
import { ordered } from "../../../ml/charts/theme.ts"
import { type Tile, tileGrid } from "../../../ml/charts/tile-grid.ts"
import { trialsChart } from "../../../ml/charts/trials.ts"

const heading = { title: "A title", subtitle: ["What one sees."] }
const curve = (...validation: ReadonlyArray<number>): Curve =>
  validation.map((validationLoss, at) => ({
    epoch: at + 1,
    trainLoss: 1 / (at + 1),
    trainAccuracy: 0.5,
    validationLoss,
    validationAccuracy: 1 - validationLoss / 10,
  }))

const tile = (label: string, values: ReadonlyArray<number>): Tile => ({
  ...{ label, values, remark: "50.0%", marked: false },
})
const grid = (tiles: ReadonlyArray<Tile>) =>
  ({ rows: [{ name: "row", tiles }], range: [0, 255], nothing: "none" }) as const

const CHARTS: Readonly<Record<string, () => ChartSpec>> = {
  learningCurves: () => learningCurves({ ...heading, curves: [curve(3, 1, 2), curve(4, 2, 3)] }),
  confusionMatrix: () =>
    confusionMatrix({
      ...heading,
      counts: [
        [3, 1],
        [0, 0],
      ],
      classes: ["shoe", "bag"],
    }),
  accuracyByRate: () =>
    accuracyByRate({
      ...heading,
      cells: [0, 0.25].map((rate) => ({ rate, accuracies: [0.8, 0.9] })),
      chosen: 0.25,
    }),
  lossByRate: () => lossByRate({ ...heading, cells: [{ rate: 0.5, curves: [curve(3, 1, 2)] }] }),
  trials: () =>
    trialsChart({
      ...heading,
      trials: [0.8, 0.9].map((accuracy) => ({
        candidate: { rate: accuracy },
        accuracies: [accuracy, accuracy - 0.1],
      })),
      chosen: { rate: 0.9 },
    }),
  classScores: () => classScores({ ...heading, scores: [{ name: "shoe", precision: null, recall: 0.5 }] }),
  filters: () => filters({ ...heading, shape: [1, 2, 1, 2], weights: Float32Array.of(1, -4, 2, 3) }),
  tileGrid: () => tileGrid({ ...heading, ...grid([tile("a", [0, 255])]), height: 1, width: 2 }),
  confusionErrors: () =>
    confusionErrors({
      ...heading,
      counts: [
        [97, 1, 2],
        [0, 50, 0],
        [0, 0, 0],
      ],
      classes: ["shoe", "bag", "coat"],
    }),
}

for (const [name, make] of Object.entries(CHARTS)) {
  t.test(
    `${name} is plain JSON that states its title, its data and its typeface, the same each time`,
    async (t) => {
      const spec = make()
      t.strictSame(JSON.parse(JSON.stringify(spec)), spec)
      t.equal(JSON.stringify(make()), JSON.stringify(spec))
      t.match(spec, {
        title: { text: "A title", subtitle: ["What one sees."] },
        description: "A title. What one sees.",
        config: { font: "'Source Sans 3', sans-serif" },
      })
      t.notMatch(JSON.stringify(spec), /"url":"(?!data:)/, "no file or address is named")
    },
  )
}

t.test("a subtitle of one line may be a plain string", async (t) => {
  const { title } = learningCurves({ title: "A", subtitle: "B.", curves: [curve(1)] })
  t.same(title, { text: "A", subtitle: ["B."] })
})

t.test("learning curves mark the lowest mean validation loss and the highest mean accuracy", async (t) => {
  const text = JSON.stringify(CHARTS.learningCurves!())
  t.match(text, "validation: lowest, 1.500, after epoch 2")
  t.match(text, "validation: highest, 85.0%, after epoch 2")
})

t.test("a mean over folds stops where the shortest of them does, and tells its standard error", async (t) => {
  const points = meanCurve([curve(1, 2, 9), curve(3, 4)], "validationLoss")
  t.same(
    points.map(({ epoch, mean }) => [epoch, mean]),
    [
      [1, 2],
      [2, 3],
    ],
  )
  t.equal(points[0]!.standardError, 1)
  t.equal(meanCurve([curve(5)], "validationLoss")[0]!.standardError, 0)
  t.equal(lowest(meanCurve([curve(2, 1, 1)], "validationLoss")).epoch, 2, "the first of equals")
  t.throws(() => meanCurve([], "trainLoss"), { _tag: "ChartError", message: /at least one training/ })
  t.throws(() => meanCurve([[]], "trainLoss"), { _tag: "ChartError", message: /at least one epoch/ })
})

t.test("a confusion matrix shows shares of the row, and nothing in an empty cell or row", async (t) => {
  t.match(rows(CHARTS.confusionMatrix!()), [
    { true: "shoe", predicted: "shoe", count: 3, share: 0.75, counted: "3", told: "75%" },
    { true: "shoe", predicted: "bag", count: 1, share: 0.25, counted: "1", told: "25%" },
    { true: "bag", predicted: "shoe", count: 0, share: 0, counted: "", told: "" },
    { true: "bag", predicted: "bag", count: 0, share: 0, counted: "", told: "" },
  ])
  const rare = confusionMatrix({
    ...heading,
    counts: [
      [999, 1],
      [0, 5],
    ],
    classes: ["a", "b"],
  })
  t.match(
    rows(rare).map((row) => (row as { told: string }).told),
    [">99%", "<1%", "", "100%"],
  )
  t.throws(() => confusionMatrix({ ...heading, counts: [[1, 2]], classes: ["a", "b"] }), { message: /2 × 2/ })
})

t.test(
  "accuracy by rate has error bars of one standard error, and only the chosen rate stands out",
  async (t) => {
    const means = layerRows(CHARTS.accuracyByRate!(), 2)
    t.match(means, [
      { rate: 0, told: "85.0% ± 5.0", chosen: false },
      { rate: 0.25, told: "85.0% ± 5.0", chosen: true },
    ])
    const { low, high } = means[0] as { low: number; high: number }
    t.ok(Math.abs(low - 0.8) < 1e-12 && Math.abs(high - 0.9) < 1e-12)
    t.equal(layerRows(CHARTS.accuracyByRate!(), 0).length, 4, "a point for each fold")
    t.throws(() => accuracyByRate({ ...heading, cells: [{ rate: 0, accuracies: [1] }], chosen: 0.5 }), {
      _tag: "ChartError",
      message: /no cell has the chosen rate 0.5/,
    })
  },
)

t.test("a filter's tile holds its own weights, on a scale symmetric about 0", async (t) => {
  const spec = CHARTS.filters!()
  t.same(
    layerRows(spec, 0).map((row) => {
      const { filter, row: y, column, weight } = row as Record<string, number>
      return [filter, y, column, weight]
    }),
    [
      [1, 0, 0, 1],
      [1, 0, 1, 2],
      [2, 0, 0, -4],
      [2, 0, 1, 3],
    ],
  )
  t.match(JSON.stringify(spec), '"domain":[-4,-2,0,2,4]')
  t.throws(() => filters({ ...heading, shape: [5, 5, 1, 2], weights: new Float32Array(49) }), {
    message: /5 × 5 × 1 × 2 have other than 49/,
  })
})

t.test("an undefined precision leaves no dot", async (t) => {
  t.same(layerRows(CHARTS.classScores!(), 0), [])
  t.match(layerRows(CHARTS.classScores!(), 1), [{ class: "shoe", kind: "recall", value: 0.5 }])
})

t.test("pictures of another size than said are refused by name", async (t) => {
  const wrong = grid([tile("conv1, map 3", [1, 2, 3])])
  t.throws(() => tileGrid({ ...heading, ...wrong, height: 2, width: 2 }), {
    _tag: "ChartError",
    message: /"conv1, map 3" has 3 values: expected 2 × 2/,
  })
  t.throws(() => tileGrid({ ...heading, ...grid([]), rows: [], height: 2, width: 2 }), {
    message: /at least one/,
  })
})

t.test(
  "a confusion matrix of errors has no diagonal, and its darkest colour is the largest error",
  async (t) => {
    const spec = CHARTS.confusionErrors!()
    t.match(rows(spec), [
      { true: "shoe", predicted: "bag", count: 1, counted: "1", told: "1.0%" },
      { true: "shoe", predicted: "coat", count: 2, counted: "2", told: "2.0%" },
      { true: "bag", predicted: "shoe", told: "" },
      { true: "bag", predicted: "coat", told: "" },
      { true: "coat", predicted: "shoe", told: "" },
      { true: "coat", predicted: "bag", told: "" },
    ])
    t.match(JSON.stringify(spec), '"domain":[0,0.02]')
  },
)

t.test("chosen images stand in the row of their class; what was taken for another stands out", async (t) => {
  const example = { at: 0, pixels: Uint8Array.of(0, 255) }
  const spec = classExamples({
    ...heading,
    names: ["shoe", "bag", "coat"],
    ...{ imageSize: [1, 2], channels: 1 },
    classes: [0, 2],
    examples: [
      { ...example, label: 2, predicted: 1, probability: 0.9999 },
      { ...example, label: 2, predicted: 2, probability: 0.355 },
    ],
  })
  t.match(layerRows(spec, 2), [{ told: "shoe" }, { told: "coat" }])
  t.match(layerRows(spec, 3), [{ told: "none", y: (layerRows(spec, 2)[0] as { y: number }).y }])
  t.match(layerRows(spec, 4), [
    { told: "bag", marked: true },
    { told: "coat", marked: false },
  ])
  t.match(layerRows(spec, 5), [{ told: ">99.9%" }, { told: "35.5%" }])
})

t.test(
  "ordered values get as many colours as there are, from one end of the ramp to the other",
  async (t) => {
    for (const count of [2, 5, 9]) {
      const colours = ordered(count)
      t.equal(new Set(colours).size, count)
      t.same([colours[0], colours.at(-1)], ["#c8452f", "#3b2f73"])
    }
  },
)

const rows = (view: unknown): ReadonlyArray<Json> =>
  (view as { data: { values: ReadonlyArray<Json> } }).data.values

const layerRows = (spec: ChartSpec, at: number): ReadonlyArray<Json> =>
  rows((spec as { layer: ReadonlyArray<unknown> }).layer[at])

t.test("of estimated numbers the curves show squared and absolute errors, and tell the lowest", async (t) => {
  const numbers = [2, 0.5, 1].map((error, at) => ({
    ...{ epoch: at + 1, trainLoss: 1, validationLoss: error * error },
    ...{ trainMeanAbsoluteError: 1, validationMeanAbsoluteError: error },
  }))
  const text = JSON.stringify(learningCurves({ ...heading, curves: [numbers] }))
  t.match(text, /"Mean squared error"/)
  t.match(text, /validation: lowest, 0\.25, after epoch 2/)
  t.match(text, /validation: lowest, 0\.5, after epoch 2/)
  t.notMatch(text, /Accuracy|nats/)
})
