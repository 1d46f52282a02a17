// Student's t-test of paired differences that are independent of each other, as those of trainings from different seeds are.
import { studentQuantile, studentTwoSided } from "./mathematics/student.ts"
import { summary } from "./moments.ts"
import { StatisticsError } from "./statistics-error.ts"
import type { Interval } from "./wilson.ts"

export interface PairedT {
  /** Mean of the differences. */
  readonly difference: number
  readonly standardError: number
  /** Two-sided; where the differences do not vary, 1 if they are all 0, else null: the test has no value. */
  readonly p: number | null
  /** Of the difference, at 95 %. */
  readonly interval: Interval
}

/** @throws StatisticsError when there are fewer than 2 differences, or one is not finite */
export function pairedT(differences: ReadonlyArray<number>): PairedT {
  const { n, mean, standardError } = summary(differences)
  if (standardError === null) throw new StatisticsError("a test of paired differences needs at least 2")
  const half = studentQuantile(0.975, n - 1) * standardError
  return {
    difference: mean,
    standardError,
    p: standardError === 0 ? (mean === 0 ? 1 : null) : studentTwoSided(mean / standardError, n - 1),
    interval: { low: mean - half, high: mean + half },
  }
}
