// The receiver operating characteristic of a score, and the area under it; knows nothing of where scores come from.
import { type ThresholdCount, thresholdCounts } from "./thresholds.ts"

export interface RocPoint {
  /** Scores of at least it count as positive; null where none does. */
  readonly threshold: number | null
  /** False positives / negatives. */
  readonly falsePositiveRate: number
  /** True positives / positives. */
  readonly truePositiveRate: number
}

export interface RocCurve {
  /** From (0, 0) to (1, 1); points in the midst of a straight line are left out. Empty where one class is absent. */
  readonly points: ReadonlyArray<RocPoint>
  /** The chance that a positive has a higher score than a negative, a tie counted as half; null where one class is absent. */
  readonly area: number | null
}

/**
 * The curve over all thresholds; equal scores pass together, so a tie is a slanted line. The area is the sum of trapezoids, which is
 * Mann and Whitney's U / (positives · negatives) (J. A. Hanley & B. J. McNeil 1982, "The meaning and use of the area under a
 * receiver operating characteristic (ROC) curve", Radiology 143:29–36). It is summed in whole numbers, so no order rounds it.
 *
 * @param targets 0 or 1, one an example
 * @param scores  likewise, higher where 1 is likelier; any scale
 * @throws StatisticsError when there is no example, the lengths differ, a score is not finite or a target neither 0 nor 1
 */
export function rocCurve(targets: ArrayLike<number>, scores: ArrayLike<number>): RocCurve {
  const { counts, positives, negatives } = thresholdCounts(targets, scores)
  if (positives === 0 || negatives === 0) return { points: [], area: null }
  let [twice, lastTrue, lastFalse] = [0, 0, 0]
  for (const { truePositives, falsePositives } of counts) {
    twice += (falsePositives - lastFalse) * (truePositives + lastTrue)
    ;[lastTrue, lastFalse] = [truePositives, falsePositives]
  }
  const points = corners(counts).map(({ threshold, truePositives, falsePositives }) => ({
    threshold,
    falsePositiveRate: falsePositives / negatives,
    truePositiveRate: truePositives / positives,
  }))
  return {
    points: [{ threshold: null, falsePositiveRate: 0, truePositiveRate: 0 }, ...points],
    area: twice / (2 * positives * negatives),
  }
}

/** Those where the curve, which comes from (0, 0), turns, and the last. */
function corners(counts: ReadonlyArray<ThresholdCount>): ReadonlyArray<ThresholdCount> {
  let [lastTrue, lastFalse] = [0, 0]
  return counts.filter(({ truePositives, falsePositives }, at) => {
    const next = counts[at + 1]
    const isStraight =
      next !== undefined &&
      (truePositives - lastTrue) * (next.falsePositives - falsePositives) ===
        (next.truePositives - truePositives) * (falsePositives - lastFalse)
    if (!isStraight) [lastTrue, lastFalse] = [truePositives, falsePositives]
    return !isStraight
  })
}
