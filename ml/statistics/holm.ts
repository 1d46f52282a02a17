// Holm's adjustment of the p-values of several comparisons; knows nothing of what was compared.

import { StatisticsError } from "./statistics-error.ts"

/**
 * Adjusted p-values, in the order given: the i-th smallest of m times m − i + 1, none below one before it, at most 1
 * (S. Holm 1979, "A simple sequentially rejective multiple test procedure", Scand. J. Statist. 6:65–70). Rejecting those
 * at or below α errs in any of the comparisons with a chance of at most α. A null is a comparison without a value: it stays
 * null, and counts as one of the m all the same.
 *
 * @throws StatisticsError when a p-value is not within 0 and 1
 */
export const holm = (pValues: ReadonlyArray<number | null>): ReadonlyArray<number | null> => {
  for (const p of pValues) {
    if (p !== null && !(p >= 0 && p <= 1))
      throw new StatisticsError(`a p-value is within 0 and 1, found ${p}`)
  }
  const ascending = pValues
    .flatMap((p, at) => (p === null ? [] : [{ p, at }]))
    .sort((a, b) => a.p - b.p || a.at - b.at)
  const adjusted: Array<number | null> = pValues.map(() => null)
  let least = 0
  ascending.forEach(({ p, at }, rank) => {
    least = Math.max(least, Math.min(1, (pValues.length - rank) * p))
    adjusted[at] = least
  })
  return adjusted
}
