// Curves of probabilities: ROC, precision-recall and calibration, of one class or several. Knows no model.

import { ChartError, type ChartSpec } from "../chart-spec.ts"
import type { Heading } from "../theme.ts"
import { unitSquare } from "./unit-square.ts"

/** Of which curve a point is. */
interface OfCurve {
  /** Where curves of several models stand beside each other. */
  readonly model?: string
  readonly class: string
}

interface RocChart extends Heading {
  readonly points: ReadonlyArray<
    OfCurve & {
      readonly area: number | null
      readonly falsePositiveRate: number
      readonly truePositiveRate: number
    }
  >
}

interface PrecisionRecallChart extends Heading {
  readonly points: ReadonlyArray<
    OfCurve & {
      readonly averagePrecision: number | null
      readonly recall: number
      readonly precision: number
    }
  >
}

interface CalibrationChart extends Heading {
  readonly bins: ReadonlyArray<
    OfCurve & {
      readonly error: number
      readonly predicted: number | null
      readonly observed: number | null
    }
  >
}

/** A class by its name, of several models with the model's; the model's alone where there is one class. */
function namesOf(points: ReadonlyArray<OfCurve>): (of: OfCurve) => string {
  const isOneClass = new Set(points.map((point) => point.class)).size === 1
  return ({ model, class: name }) => (model === undefined ? name : isOneClass ? model : `${model}, ${name}`)
}

const told = (name: string, what: string, value: number | null): string =>
  value === null ? name : `${name}: ${what} ${value.toFixed(3)}`

/** The legend tells each area; the dashed line is chance. @throws ChartError without a point */
export function rocChart({ points, ...heading }: RocChart): ChartSpec {
  const nameOf = namesOf(points)
  return unitSquare({
    ...heading,
    ...{ x: "False positives, of all negatives", y: "True positives, of all positives", joined: "line" },
    points: some(points).map((point) => ({
      name: told(nameOf(point), "area", point.area),
      x: point.falsePositiveRate,
      y: point.truePositiveRate,
    })),
    beside: [
      [0, 0],
      [1, 1],
    ],
  })
}

/** The legend tells each average precision, the area under the steps. @throws ChartError without a point */
export function precisionRecallChart({ points, ...heading }: PrecisionRecallChart): ChartSpec {
  const nameOf = namesOf(points)
  return unitSquare({
    ...heading,
    ...{ x: "Recall", y: "Precision", joined: "step", beside: [] },
    points: some(points).map((point) => ({
      name: told(nameOf(point), "average precision", point.averagePrecision),
      x: point.recall,
      y: point.precision,
    })),
  })
}

/** Bins that hold examples; on the dashed line what is predicted comes true as often as said. @throws ChartError without such a bin */
export function calibrationChart({ bins, ...heading }: CalibrationChart): ChartSpec {
  const nameOf = namesOf(bins)
  return unitSquare({
    ...heading,
    ...{ x: "Predicted probability", y: "Share that it is true of", joined: "points" },
    points: some(
      bins.flatMap((bin) =>
        bin.predicted === null || bin.observed === null
          ? []
          : [{ name: told(nameOf(bin), "expected error", bin.error), x: bin.predicted, y: bin.observed }],
      ),
    ),
    beside: [
      [0, 0],
      [1, 1],
    ],
  })
}

const some = <A>(points: ReadonlyArray<A>): ReadonlyArray<A> => {
  if (points.length === 0) throw new ChartError("a curve needs points: were there examples of both kinds?")
  return points
}
