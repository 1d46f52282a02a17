// A t-test of two methods over cross-validated differences, corrected for training sets that overlap.

import { studentQuantile, studentTwoSided } from "./mathematics/student.ts"
import { mean, standardDeviation } from "./moments.ts"
import { StatisticsError } from "./statistics-error.ts"
import type { Interval } from "./wilson.ts"

interface CorrectedResampledT {
  /** Mean of the differences. */
  readonly difference: number
  /** √((1/n + test/train) s²), which the plain √(s²/n) underestimates. */
  readonly standardError: number
  /** n − 1, for n = folds × repeats differences. */
  readonly degreesOfFreedom: number
  /** Null where the differences do not vary. */
  readonly t: number | null
  /** Two-sided; where the differences do not vary, 1 if they are all 0, else null: the test has no value. */
  readonly p: number | null
  /** Of the difference, at the level asked for. */
  readonly interval: Interval
}

/**
 * d̄ / √((1/(k·r) + test/train) s²), Student with k·r − 1 degrees of freedom (Nadeau & Bengio 2003, "Inference for the
 * generalization error", Machine Learning 52:239–281; for r repeats of k folds: Bouckaert & Frank 2004, "Evaluating the
 * replicability of significance tests for comparing learning algorithms", PAKDD).
 *
 * @param differences one a fold and repeat, of two methods on the same fold; at least 2
 * @param sizes       examples that each training was tested and trained on (their ratio counts: 1 to k − 1 for k folds)
 * @param level       of the interval, within 0 and 1
 * @throws StatisticsError when there are fewer than 2 differences, one is not finite, or a size is not positive
 */
export const correctedResampledT = (
  differences: ReadonlyArray<number>,
  { test, train }: { readonly test: number; readonly train: number },
  level = 0.95,
): CorrectedResampledT => {
  if (!(test > 0 && train > 0 && test < Infinity && train < Infinity)) {
    throw new StatisticsError(`a training has examples to test and to train on, found ${test} and ${train}`)
  }
  if (!(level > 0 && level < 1)) throw new StatisticsError(`a level is between 0 and 1, found ${level}`)
  const n = differences.length
  const spread = standardDeviation(differences)
  const difference = mean(differences)
  const standardError = spread * Math.sqrt(1 / n + test / train)
  const degreesOfFreedom = n - 1
  const half = studentQuantile((1 + level) / 2, degreesOfFreedom) * standardError
  const t = standardError === 0 ? null : difference / standardError
  const p = t !== null ? studentTwoSided(t, degreesOfFreedom) : difference === 0 ? 1 : null
  return {
    difference,
    standardError,
    degreesOfFreedom,
    t,
    p,
    interval: { low: difference - half, high: difference + half },
  }
}
