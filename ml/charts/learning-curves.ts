// Learning curves: loss and accuracy, or the mean error of numbers, side by side, training and validation; knows nothing of what was varied.

import type { ChartSpec, Json } from "./chart-spec.ts"
import { type Curve, epochAxis, highest, lowest, type Measure, meanCurve, percent } from "./curve.ts"
import { COLOURS, type Heading, panelTitle, themed } from "./theme.ts"

interface LearningCurves extends Heading {
  /** One training, or one a fold: then the folds are thin lines, and their mean the thick one. */
  readonly curves: ReadonlyArray<Curve>
}

/** Two panels; the lowest validation loss and the highest validation accuracy, or the lowest error, are marked and told. */
export const learningCurves = ({ title, subtitle, curves }: LearningCurves): ChartSpec => {
  const isOfNumbers = curves[0]?.[0]?.validationMeanAbsoluteError !== undefined
  return themed(
    { title, subtitle },
    {
      hconcat: [
        panel(curves, {
          title: "Loss",
          axis: isOfNumbers ? "Mean squared error" : "Cross-entropy (nats)",
          measures: ["trainLoss", "validationLoss"],
          ...(isOfNumbers ? LOW_NUMBER : LOW_ENTROPY),
        }),
        panel(curves, isOfNumbers ? ERROR : ACCURACY),
      ],
      spacing: 40,
    },
  )
}

const lowestAs =
  (told: (value: number) => string): Panel["tell"] =>
  (value, epoch) =>
    `validation: lowest, ${told(value)}, after epoch ${epoch}`

const LOW_ENTROPY = { format: ".3~f", best: lowest, tell: lowestAs((value) => value.toFixed(3)) }
const LOW_NUMBER = {
  format: ".3~g",
  best: lowest,
  tell: lowestAs((value) => `${Number(value.toPrecision(4))}`),
}

const ACCURACY: Panel = {
  title: "Accuracy",
  axis: "Examples classified correctly",
  measures: ["trainAccuracy", "validationAccuracy"],
  format: ".0~%",
  best: highest,
  tell: (value, epoch) => `validation: highest, ${percent(value)}, after epoch ${epoch}`,
}

const ERROR: Panel = {
  title: "Mean absolute error",
  axis: "In the unit of the targets",
  measures: ["trainMeanAbsoluteError", "validationMeanAbsoluteError"],
  ...LOW_NUMBER,
}

interface Panel {
  readonly title: string
  readonly axis: string
  readonly measures: readonly [train: Measure, validation: Measure]
  readonly format: string
  readonly best: typeof lowest
  readonly tell: (value: number, epoch: number) => string
}

const PARTS = ["training", "validation"] as const

const panel = (
  curves: ReadonlyArray<Curve>,
  { title, axis, measures, format, best, tell }: Panel,
): ChartSpec => {
  const means = measures.map((measure) => meanCurve(curves, measure))
  const marked = best(means[1]!)
  const lines: ReadonlyArray<Json> = means.flatMap((points, at) =>
    points.map(({ epoch, mean }) => ({ epoch, value: mean, part: PARTS[at]! })),
  )
  const y = {
    field: "value",
    type: "quantitative",
    title: axis,
    scale: { zero: false, nice: 6 },
    axis: { format, tickCount: 6 },
  }
  const color = {
    field: "part",
    type: "nominal",
    title: null,
    scale: { domain: [...PARTS], range: [COLOURS.train, COLOURS.validation] },
    legend: { symbolType: "stroke", symbolOpacity: 1 },
  }
  const thick = {
    mark: { type: "line", strokeWidth: 2.5, point: lines.length <= 24 },
    data: { values: lines },
  }
  const mark = {
    mark: { type: "point", filled: false, size: 110, strokeWidth: 2, color: COLOURS.accent, opacity: 1 },
    data: { values: [{ epoch: marked.epoch, value: marked.mean }] },
    encoding: { x: epochAxis, y },
  }
  return {
    width: 330,
    height: 250,
    layer: [
      ...(curves.length > 1 ? [folds(curves, measures, { x: epochAxis, y, color })] : []),
      { ...thick, encoding: { x: epochAxis, y, color } },
      mark,
      ...panelTitle(title, tell(marked.mean, marked.epoch)),
    ],
  }
}

const folds = (
  curves: ReadonlyArray<Curve>,
  measures: Panel["measures"],
  encoding: ChartSpec,
): ChartSpec => ({
  mark: { type: "line", strokeWidth: 1, opacity: 0.35, aria: false },
  data: {
    values: curves.flatMap((curve, fold) =>
      measures.flatMap((measure, at) =>
        curve.map((point) => ({ epoch: point.epoch, value: point[measure]!, part: PARTS[at]!, fold })),
      ),
    ),
  },
  encoding: { ...encoding, detail: { field: "fold", type: "nominal" } },
})
