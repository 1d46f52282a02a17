// `visualize`: charts as Vega-Lite specs, and the SVG and PNG drawn from them. One form a chart.
import * as Schema from "effect/Schema"
import { form, many, type Row, stage } from "refold"
import {
  accuracyByRate,
  type ChartSpec,
  type Curve,
  calibrationChart,
  classExamples,
  classScores,
  confusionErrors,
  confusionMatrix,
  denseEquivalentChart,
  dependenceChart,
  differences,
  estimatesChart,
  featureMapsChart,
  filters,
  filtersOverTime,
  gapByRate,
  importanceChart,
  learningCurves,
  lossByRate,
  memoryChart,
  precisionRecallChart,
  renderPng,
  renderSvg,
  rocChart,
  shiftsChart,
  trialsChart,
} from "refold/charts"
import { Conv, type ConvolutionShape, decodeChosen, decodeMaps, decodeWeights, shapes } from "refold/ml"

const heading = { title: Schema.String, subtitle: Schema.Union(Schema.String, Schema.Array(Schema.String)) }
const Cells = Schema.NonEmptyArray(
  Schema.Struct({ rate: Schema.Number, folds: Schema.NonEmptyArray(Schema.String) }),
)
const Candidate = Schema.Record({ key: Schema.String, value: Schema.Union(Schema.Number, Schema.String) })
const Classes = Schema.Array(Schema.String)
const outputs = { spec: "chart", svg: "svg", png: "image:png" } as const

const drawn = async (spec: ChartSpec) => {
  const svg = await renderSvg(spec)
  return { spec, svg, png: await renderPng(svg) }
}

const curvesOf = (cells: typeof Cells.Type, curves: Readonly<Record<string, ReadonlyArray<Row>>>) =>
  cells.map(({ rate, folds }) => ({ rate, curves: folds.map((name) => curves[name] as unknown as Curve) }))

/** A row of comparisons: what comes before the difference is the candidate. */
function comparedRow(row: Row) {
  const names = Object.keys(row)
  const interval = (end: "low" | "high") => row[names.find((name) => name.startsWith(`${end} (`))!] as number
  return {
    name: names
      .slice(0, names.indexOf("best − this"))
      .map((name) => `${name} ${row[name]}`)
      .join(", "),
    difference: row["best − this"] as number,
    low: interval("low"),
    high: interval("high"),
  }
}

/** @throws RangeError where the network has no such layer, or it has no kernel */
function kernelOf(weights: Uint8Array, layer: string) {
  const kernel = decodeWeights(weights).weights[`${layer}/kernel`]
  if (kernel === undefined) throw new RangeError(`the network has no layer "${layer}" with a kernel`)
  return {
    shape: kernel.shape as readonly [number, number, number, number],
    weights: kernel.data as Float32Array,
  }
}

/** A confusion table as `counts[true class][predicted class]`. */
const countsIn = (confusion: ReadonlyArray<Row>, classes: number) =>
  Array.from({ length: classes }, (_, row) =>
    confusion.slice(row * classes, (row + 1) * classes).map(({ count }) => Number(count)),
  )

export const visualize = stage("visualize", {
  doc: "Draws a chart: its Vega-Lite spec, SVG and PNG",
  packages: ["source-sans"],
  forms: {
    learningCurves: form({
      params: Schema.Struct(heading),
      inputs: { curve: "table:curve" },
      outputs,
      run: ({ params, inputs }) => drawn(learningCurves({ ...params, curves: [inputs.curve as never] })),
    }),
    lossByRate: form({
      params: Schema.Struct({ ...heading, cells: Cells }),
      inputs: { curves: many("table:curve") },
      outputs,
      run: ({ params: { cells, ...heading }, inputs: { curves } }) =>
        drawn(lossByRate({ ...heading, cells: curvesOf(cells, curves) })),
    }),
    /** Training and validation loss at each rate, and the gap between them. */
    gapByRate: form({
      params: Schema.Struct({ ...heading, cells: Cells }),
      inputs: { curves: many("table:curve") },
      outputs,
      run: ({ params: { cells, ...heading }, inputs: { curves } }) =>
        drawn(gapByRate({ ...heading, cells: curvesOf(cells, curves) })),
    }),
    /** How far each cell is behind the best, with the interval of the comparison. */
    differences: form({
      params: Schema.Struct(heading),
      inputs: { comparisons: "table:comparisons" },
      outputs,
      run: ({ params, inputs }) =>
        drawn(differences({ ...params, rows: inputs.comparisons.map(comparedRow) })),
    }),
    accuracyByRate: form({
      params: Schema.Struct({ ...heading, cells: Cells, chosen: Schema.Number }),
      inputs: { metrics: many("metrics:validation") },
      outputs,
      run: ({ params: { cells, ...rest }, inputs: { metrics } }) =>
        drawn(
          accuracyByRate({
            ...rest,
            cells: cells.map(({ rate, folds }) => ({
              rate,
              accuracies: folds.map((name) => metrics[name]!.accuracy!),
            })),
          }),
        ),
    }),
    /** The trials of a search, the one that was chosen among them. */
    trials: form({
      params: Schema.Struct({
        ...heading,
        trials: Schema.NonEmptyArray(
          Schema.Struct({ candidate: Candidate, folds: Schema.NonEmptyArray(Schema.String) }),
        ),
        chosen: Candidate,
      }),
      inputs: { metrics: many("metrics:validation") },
      outputs,
      run: ({ params: { trials, ...rest }, inputs: { metrics } }) =>
        drawn(
          trialsChart({
            ...rest,
            trials: trials.map(({ candidate, folds }) => ({
              candidate,
              accuracies: folds.map((name) => metrics[name]!.accuracy!),
            })),
          }),
        ),
    }),
    confusion: form({
      params: Schema.Struct({ ...heading, classes: Classes }),
      inputs: { confusion: "table:confusion" },
      outputs,
      run: ({ params, inputs }) =>
        drawn(confusionMatrix({ ...params, counts: countsIn(inputs.confusion, params.classes.length) })),
    }),
    /** What was taken for what, without what was right. */
    confusionErrors: form({
      params: Schema.Struct({ ...heading, classes: Classes }),
      inputs: { confusion: "table:confusion" },
      outputs,
      run: ({ params, inputs }) =>
        drawn(confusionErrors({ ...params, counts: countsIn(inputs.confusion, params.classes.length) })),
    }),
    /** Chosen test images in a row a class, with what the model took them for. */
    examples: form({
      params: Schema.Struct({ ...heading, classes: Classes }),
      inputs: { examples: "examples:test" },
      outputs,
      run: ({ params: { classes, ...heading }, inputs }) =>
        drawn(classExamples({ ...heading, names: classes, ...decodeChosen(inputs.examples) })),
    }),
    classScores: form({
      params: Schema.Struct(heading),
      inputs: { classes: "table:classes" },
      outputs,
      run: ({ params, inputs }) =>
        drawn(
          classScores({
            ...params,
            scores: inputs.classes.map((row) => ({
              name: String(row.class),
              precision: row.precision as number | null,
              recall: row.recall as number | null,
            })),
          }),
        ),
    }),
    filters: form({
      params: Schema.Struct({ ...heading, layer: Schema.NonEmptyString }),
      inputs: { weights: "weights:safetensors" },
      outputs,
      run: ({ params: { layer, ...heading }, inputs }) =>
        drawn(filters({ ...heading, ...kernelOf(inputs.weights, layer) })),
    }),
    /** A layer's filters at several times of a training. */
    filtersOverTime: form({
      params: Schema.Struct({
        ...heading,
        layer: Schema.NonEmptyString,
        /** What each time is called, and the weights that it has. */
        times: Schema.NonEmptyArray(Schema.Struct({ name: Schema.String, weights: Schema.String })),
        /** At most so many filters, the first ones. */
        most: Schema.Int.pipe(Schema.positive()),
      }),
      inputs: { weights: many("weights:safetensors") },
      outputs,
      run: ({ params: { layer, times, ...rest }, inputs: { weights } }) => {
        const kernels = times.map(({ name, weights: of }) => ({ name, ...kernelOf(weights[of]!, layer) }))
        return drawn(filtersOverTime({ ...rest, times: kernels, shape: kernels[0]!.shape }))
      },
    }),
    /** Images, a first layer's filters, and the maps that they give. */
    featureMaps: form({
      params: Schema.Struct({ ...heading, filterScale: Schema.Literal("one", "each") }),
      inputs: { maps: "maps:safetensors" },
      outputs,
      run: ({ params, inputs }) => drawn(featureMapsChart({ ...params, ...decodeMaps(inputs.maps) })),
    }),
    /** A convolution as the matrix of a dense layer. */
    denseEquivalent: form({
      params: Schema.Struct({
        ...heading,
        layer: Conv,
        input: Schema.Tuple(Schema.Int, Schema.Int, Schema.Int),
      }),
      inputs: {},
      outputs,
      run: ({ params: { layer, input, ...heading } }) => {
        const [conv] = shapes({ layers: [layer] }, input) as [ConvolutionShape]
        return drawn(denseEquivalentChart({ ...heading, conv }))
      },
    }),
    /** Predictions that change when images are moved. */
    shifts: form({
      params: Schema.Struct(heading),
      inputs: { shifts: "table:summary" },
      outputs,
      run: ({ params, inputs: { shifts } }) =>
        drawn(
          shiftsChart({
            ...params,
            rows: shifts
              .filter((row) => row["moved by"] !== 0)
              .map((row) => ({
                ...{ network: String(row.network), pixels: row["moved by"] as number },
                changed: row.changed as number,
                low: row["changed low"] as number | null,
                high: row["changed high"] as number | null,
              })),
          }),
        ),
    }),
    roc: form({
      params: Schema.Struct(heading),
      inputs: { roc: "table:roc" },
      outputs,
      run: ({ params, inputs }) => drawn(rocChart({ ...params, points: inputs.roc as never })),
    }),
    precisionRecall: form({
      params: Schema.Struct(heading),
      inputs: { curve: "table:precision-recall" },
      outputs,
      run: ({ params, inputs }) => drawn(precisionRecallChart({ ...params, points: inputs.curve as never })),
    }),
    calibration: form({
      params: Schema.Struct(heading),
      inputs: { calibration: "table:calibration" },
      outputs,
      run: ({ params, inputs }) => drawn(calibrationChart({ ...params, bins: inputs.calibration as never })),
    }),
    importance: form({
      params: Schema.Struct(heading),
      inputs: { importance: "table:importance" },
      outputs,
      run: ({ params, inputs: { importance } }) =>
        drawn(importanceChart({ ...params, features: importance as never })),
    }),
    dependence: form({
      params: Schema.Struct(heading),
      inputs: { dependence: "table:dependence" },
      outputs,
      run: ({ params, inputs }) => drawn(dependenceChart({ ...params, points: inputs.dependence as never })),
    }),
    estimates: form({
      params: Schema.Struct(heading),
      inputs: { estimated: "table:estimated" },
      outputs,
      run: ({ params, inputs }) => drawn(estimatesChart({ ...params, examples: inputs.estimated as never })),
    }),
    /** What lives in memory at once, to predict and to train. */
    memory: form({
      params: Schema.Struct(heading),
      inputs: { memory: "table:summary:memory" },
      outputs,
      run: ({ params, inputs }) => drawn(memoryChart({ ...params, items: inputs.memory as never })),
    }),
  },
})
