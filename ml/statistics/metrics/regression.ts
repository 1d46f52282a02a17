// How far estimated numbers are from the true ones; knows nothing of the model that estimated them.
import { checkPairs } from "./pairs.ts"

export interface RegressionScores {
  /** In the unit of the targets. */
  readonly meanAbsoluteError: number
  /** In the unit of the targets. */
  readonly rootMeanSquaredError: number
  /** Without unit, at most 1; null where the targets do not vary. */
  readonly rSquared: number | null
}

/**
 * (1/n) Σ |yᵢ − ŷᵢ|, summed in the order given (https://scikit-learn.org/stable/modules/model_evaluation.html#mean-absolute-error).
 *
 * @throws StatisticsError when there is no example, the lengths differ, or a number is not finite
 */
export function meanAbsoluteError(targets: ArrayLike<number>, estimates: ArrayLike<number>): number {
  checkPairs(targets, estimates, "estimate")
  let sum = 0
  for (let at = 0; at < targets.length; at += 1) sum += Math.abs(targets[at]! - estimates[at]!)
  return sum / targets.length
}

/**
 * √((1/n) Σ (yᵢ − ŷᵢ)²), summed in the order given.
 *
 * @throws StatisticsError likewise
 */
export function rootMeanSquaredError(targets: ArrayLike<number>, estimates: ArrayLike<number>): number {
  checkPairs(targets, estimates, "estimate")
  return Math.sqrt(squaredDistance(targets, estimates) / targets.length)
}

/**
 * The coefficient of determination, 1 − Σ(yᵢ − ŷᵢ)² / Σ(yᵢ − ȳ)²: 0 is as good as the mean of these very targets, below 0 worse
 * (N. R. Draper & H. Smith, "Applied regression analysis", section 1.3). Null, where the targets do not vary: scikit-learn says 0 or 1.
 *
 * @throws StatisticsError likewise
 */
export function rSquared(targets: ArrayLike<number>, estimates: ArrayLike<number>): number | null {
  checkPairs(targets, estimates, "estimate")
  let sum = 0
  for (let at = 0; at < targets.length; at += 1) sum += targets[at]!
  const mean = sum / targets.length
  let [spread, varies] = [0, false]
  for (let at = 0; at < targets.length; at += 1) {
    spread += (targets[at]! - mean) * (targets[at]! - mean)
    varies ||= targets[at] !== targets[0]
  }
  return varies ? 1 - squaredDistance(targets, estimates) / spread : null
}

/** All of the above. */
export const regressionScores = (
  targets: ArrayLike<number>,
  estimates: ArrayLike<number>,
): RegressionScores => ({
  meanAbsoluteError: meanAbsoluteError(targets, estimates),
  rootMeanSquaredError: rootMeanSquaredError(targets, estimates),
  rSquared: rSquared(targets, estimates),
})

function squaredDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  for (let at = 0; at < a.length; at += 1) sum += (a[at]! - b[at]!) * (a[at]! - b[at]!)
  return sum
}
