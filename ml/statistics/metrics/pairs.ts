// What every metric asks of its two lists: one length, not empty, finite; it knows no metric.
import { StatisticsError } from "../statistics-error.ts"

/**
 * @throws StatisticsError when there is no example, the lengths differ, or a number is not finite
 */
export function checkPairs(targets: ArrayLike<number>, predictions: ArrayLike<number>, what: string): void {
  if (targets.length === 0) throw new StatisticsError("a metric needs at least one example")
  if (targets.length !== predictions.length) {
    throw new StatisticsError(
      `every example has one target and one ${what}: found ${targets.length} targets and ${predictions.length}`,
    )
  }
  for (let at = 0; at < targets.length; at += 1) {
    if (!Number.isFinite(targets[at])) throw new StatisticsError(`target ${at} is ${targets[at]}, no number`)
    if (!Number.isFinite(predictions[at]))
      throw new StatisticsError(`${what} ${at} is ${predictions[at]}, no number`)
  }
}

/**
 * Of two classes, 0 and 1, with the chance or score of 1.
 *
 * @throws StatisticsError likewise, and when a target is neither 0 nor 1
 */
export function checkBinary(targets: ArrayLike<number>, scores: ArrayLike<number>, what: string): void {
  checkPairs(targets, scores, what)
  for (let at = 0; at < targets.length; at += 1)
    if (targets[at] !== 0 && targets[at] !== 1)
      throw new StatisticsError(`target ${at} is ${targets[at]}: of two classes it is 0 or 1`)
}

/**
 * Likewise, of chances.
 *
 * @throws StatisticsError likewise, and when a probability is not within 0 and 1
 */
export function checkChances(targets: ArrayLike<number>, probabilities: ArrayLike<number>): void {
  checkBinary(targets, probabilities, "probability")
  for (let at = 0; at < probabilities.length; at += 1)
    if (probabilities[at]! < 0 || probabilities[at]! > 1)
      throw new StatisticsError(`probability ${at} is ${probabilities[at]}: it is within 0 and 1`)
}
