// Differences of two samples that belong together pair by pair, such as two rates on the same folds.

import { type Summary, summary } from "./moments.ts"
import { StatisticsError } from "./statistics-error.ts"

/**
 * Summary of the differences `a[i] − b[i]`. Its standard error is the paired one: what varies from fold to
 * fold in both alike cancels.
 *
 * @throws StatisticsError when the lengths differ, there is no pair, or a value is not finite
 */
export const pairedDifference = (a: ReadonlyArray<number>, b: ReadonlyArray<number>): Summary => {
  if (a.length !== b.length) {
    throw new StatisticsError(`paired samples have one length, found ${a.length} and ${b.length}`)
  }
  return summary(a.map((value, at) => value - b[at]!))
}
