// Precision against recall over all thresholds of a score, and the average precision; knows nothing of where scores come from.
import { thresholdCounts } from "./thresholds.ts"

export interface PrecisionRecallPoint {
  /** Scores of at least it count as positive; null where none does. */
  readonly threshold: number | null
  /** True positives / positives. */
  readonly recall: number
  /** True positives / all that count as positive; where nothing does, 1 by convention. */
  readonly precision: number
}

export interface PrecisionRecallCurve {
  /** By falling threshold; of points with one recall, those between the first and the last are left out. Empty without a positive. */
  readonly points: ReadonlyArray<PrecisionRecallPoint>
  /** Null where there is no positive. */
  readonly averagePrecision: number | null
}

/**
 * The curve, and Σ (Rᵢ − Rᵢ₋₁) Pᵢ over falling thresholds: a step, not a trapezoid, which would be too good
 * (J. Davis & M. Goadrich 2006, "The relationship between precision-recall and ROC curves", ICML;
 * https://scikit-learn.org/stable/modules/generated/sklearn.metrics.average_precision_score.html).
 *
 * @param targets 0 or 1, one an example
 * @param scores  likewise, higher where 1 is likelier; any scale
 * @throws StatisticsError when there is no example, the lengths differ, a score is not finite or a target neither 0 nor 1
 */
export function precisionRecallCurve(
  targets: ArrayLike<number>,
  scores: ArrayLike<number>,
): PrecisionRecallCurve {
  const { counts, positives } = thresholdCounts(targets, scores)
  if (positives === 0) return { points: [], averagePrecision: null }
  let [averagePrecision, last] = [0, 0]
  for (const { truePositives, falsePositives } of counts) {
    averagePrecision +=
      ((truePositives - last) / positives) * (truePositives / (truePositives + falsePositives))
    last = truePositives
  }
  const ends = counts.filter(
    ({ truePositives }, at) =>
      counts[at - 1]?.truePositives !== truePositives || counts[at + 1]?.truePositives !== truePositives,
  )
  const points = ends.map(({ threshold, truePositives, falsePositives }) => ({
    threshold,
    recall: truePositives / positives,
    precision: truePositives / (truePositives + falsePositives),
  }))
  return { points: [{ threshold: null, recall: 0, precision: 1 }, ...points], averagePrecision }
}
