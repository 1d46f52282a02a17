// McNemar's exact test of two classifiers on the same examples; for two models named beforehand, never to choose one.

import { binomialTail } from "./mathematics/binomial-tail.ts"
import { StatisticsError } from "./statistics-error.ts"

/** How two classifiers fared on the same examples. */
export interface PairedCounts {
  readonly both: number
  readonly onlyFirst: number
  readonly onlySecond: number
  readonly neither: number
}

/**
 * Counts which examples each of two classifiers got right.
 *
 * @throws StatisticsError when the lengths differ
 */
export const pairedCounts = (
  labels: ArrayLike<number>,
  first: ArrayLike<number>,
  second: ArrayLike<number>,
): PairedCounts => {
  if (labels.length !== first.length || labels.length !== second.length) {
    throw new StatisticsError(
      `paired predictions have one length, found ${labels.length} labels, ${first.length} and ${second.length}`,
    )
  }
  const counts = { both: 0, onlyFirst: 0, onlySecond: 0, neither: 0 }
  for (let at = 0; at < labels.length; at += 1) {
    const [a, b] = [first[at] === labels[at], second[at] === labels[at]]
    counts[a ? (b ? "both" : "onlyFirst") : b ? "onlySecond" : "neither"] += 1
  }
  return counts
}

/**
 * The two-sided exact p-value: were the classifiers equally good, each example that only one of them got right would be
 * either's with chance 1/2 (Q. McNemar 1947, "Note on the sampling error of the difference between correlated proportions",
 * Psychometrika 12:153–157). Twice the smaller binomial tail, at most 1; 1 where they never differ.
 *
 * @throws StatisticsError when a count is not an integer of at least 0
 */
export const mcnemarExact = ({
  onlyFirst,
  onlySecond,
}: Pick<PairedCounts, "onlyFirst" | "onlySecond">): number => {
  for (const count of [onlyFirst, onlySecond]) {
    if (!Number.isInteger(count) || count < 0) {
      throw new StatisticsError(`examples are counted by integers of at least 0, found ${count}`)
    }
  }
  if (onlyFirst === onlySecond) return 1
  return Math.min(1, 2 * binomialTail(Math.max(onlyFirst, onlySecond), onlyFirst + onlySecond, 0.5))
}
