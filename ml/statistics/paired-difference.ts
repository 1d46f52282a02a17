// By how much one of two classifiers is right more often than the other, on the same examples; for two models named beforehand.

import type { PairedCounts } from "./mcnemar.ts"
import { StatisticsError } from "./statistics-error.ts"
import { type Interval, Z_95 } from "./wilson.ts"

/**
 * The difference of their accuracies, first − second, and its interval: Wald's, with half an example added to each of the four counts
 * (A. Agresti & Y. Min 2005, "Simple improved confidence intervals for comparing matched proportions", Statistics in Medicine 24:729–740).
 * As examples are paired, those that both or neither got right add nothing to its width. It covers the sampling of the examples, not
 * retraining.
 *
 * @param counts as `pairedCounts` gives them, of at least 1 example
 * @param z      the normal quantile of the level; 95 % by default
 * @throws StatisticsError when a count is not an integer of at least 0, all are 0, or z is not positive
 */
export function pairedDifference(
  { both, onlyFirst, onlySecond, neither }: PairedCounts,
  z: number = Z_95,
): { readonly difference: number; readonly interval: Interval } {
  const counts = [both, onlyFirst, onlySecond, neither]
  if (counts.some((count) => !Number.isInteger(count) || count < 0))
    throw new StatisticsError(`examples are counted by integers of at least 0, found ${counts.join(", ")}`)
  const examples = both + onlyFirst + onlySecond + neither
  if (examples === 0) throw new StatisticsError("a difference of accuracies needs at least 1 example")
  if (!(z > 0 && z < Infinity)) throw new StatisticsError(`z is positive, found ${z}`)
  const size = examples + 2
  const centre = (onlyFirst - onlySecond) / size
  const half = z * Math.sqrt(((onlyFirst + onlySecond + 1) / size - centre * centre) / size)
  return {
    difference: (onlyFirst - onlySecond) / examples,
    interval: { low: Math.max(-1, centre - half), high: Math.min(1, centre + half) },
  }
}
