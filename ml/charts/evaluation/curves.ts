// Curves of probabilities: ROC, precision-recall and calibration, of one class or several. Knows no model.

import { ChartError, type ChartSpec } from "../chart-spec.ts"
import type { Heading } from "../theme.ts"
import { unitSquare } from "./unit-square.ts"

interface RocChart extends Heading {
  readonly points: ReadonlyArray<{
    readonly class: string
    readonly area: number | null
    readonly falsePositiveRate: number
    readonly truePositiveRate: number
  }>
}

interface PrecisionRecallChart extends Heading {
  readonly points: ReadonlyArray<{
    readonly class: string
    readonly averagePrecision: number | null
    readonly recall: number
    readonly precision: number
  }>
}

interface CalibrationChart extends Heading {
  readonly bins: ReadonlyArray<{
    readonly class: string
    readonly error: number
    readonly predicted: number | null
    readonly observed: number | null
  }>
}

const told = (name: string, what: string, value: number | null): string =>
  value === null ? name : `${name}: ${what} ${value.toFixed(3)}`

/** The legend tells each area; the dashed line is chance. @throws ChartError without a point */
export const rocChart = ({ points, ...heading }: RocChart): ChartSpec =>
  unitSquare({
    ...heading,
    ...{ x: "False positives, of all negatives", y: "True positives, of all positives", joined: "line" },
    points: some(points).map((point) => ({
      name: told(point.class, "area", point.area),
      x: point.falsePositiveRate,
      y: point.truePositiveRate,
    })),
    beside: [
      [0, 0],
      [1, 1],
    ],
  })

/** The legend tells each average precision, the area under the steps. @throws ChartError without a point */
export const precisionRecallChart = ({ points, ...heading }: PrecisionRecallChart): ChartSpec =>
  unitSquare({
    ...heading,
    ...{ x: "Recall", y: "Precision", joined: "step", beside: [] },
    points: some(points).map((point) => ({
      name: told(point.class, "average precision", point.averagePrecision),
      x: point.recall,
      y: point.precision,
    })),
  })

/** Bins that hold examples; on the dashed line what is predicted comes true as often as said. @throws ChartError without such a bin */
export const calibrationChart = ({ bins, ...heading }: CalibrationChart): ChartSpec =>
  unitSquare({
    ...heading,
    ...{ x: "Predicted probability", y: "Share that it is true of", joined: "points" },
    points: some(
      bins.flatMap(({ class: name, error, predicted, observed }) =>
        predicted === null || observed === null
          ? []
          : [{ name: told(name, "expected error", error), x: predicted, y: observed }],
      ),
    ),
    beside: [
      [0, 0],
      [1, 1],
    ],
  })

const some = <A>(points: ReadonlyArray<A>): ReadonlyArray<A> => {
  if (points.length === 0) throw new ChartError("a curve needs points: were there examples of both kinds?")
  return points
}
