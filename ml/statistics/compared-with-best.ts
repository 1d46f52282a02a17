// Cells of a cross-validation compared with the best of them, which the same scores have picked; it knows no cell's name.
import { correctedResampledT } from "./corrected-resampled-t.ts"
import { mean } from "./moments.ts"
import { StatisticsError } from "./statistics-error.ts"
import type { Interval } from "./wilson.ts"

export interface ComparedWithBest {
  /** Which cell has the highest mean, the first of equals. */
  readonly best: number
  /** Of every other cell, in order. */
  readonly others: ReadonlyArray<Comparison>
}

export interface Comparison {
  readonly cell: number
  /** The best one's mean less this one's, as all that follows. */
  readonly difference: number
  /** By the corrected resampled t of this pair, which has `degreesOfFreedom`. */
  readonly standardError: number
  readonly t: number | null
  readonly degreesOfFreedom: number
  /** Of this pair, as though it alone had been looked at; null where the test has no value. */
  readonly p: number | null
  /** Of all pairs of cells: the chance is at most α that any two equal cells get one of α or less. */
  readonly pOfAllPairs: number | null
  /** Intervals so made of all pairs hold at once with the chance of the level; it leaves 0 out where `pOfAllPairs` < 1 − level. */
  readonly interval: Interval
}

/**
 * The best cell by its mean against each other one, paired by fold: the corrected resampled t, p times the number of *all* pairs
 * of cells, k(k − 1) / 2, and intervals to match (Bonferroni's inequality; O. J. Dunn 1961, "Multiple comparisons among means",
 * JASA 56:52–64). All pairs, because the scores pick the best: whichever they pick, its pairs are among them. Counting the
 * k − 1 pairs with the best alone keeps no α, as that one is best partly by chance. No more is assumed than by each pair's own t:
 * cells may be as differently noisy, and as correlated, as they are.
 *
 * @param scores one a fold, of each cell, on the same folds in the same order
 * @param sizes  examples that each training was tested and trained on (their ratio counts: 1 to k − 1 for k folds)
 * @param level  of the intervals together, within 0 and 1
 * @throws StatisticsError when a cell has other folds than another, or for what {@link correctedResampledT} refuses
 */
export function comparedWithBest(
  scores: ReadonlyArray<ReadonlyArray<number>>,
  sizes: { readonly test: number; readonly train: number },
  level = 0.95,
): ComparedWithBest {
  const folds = scores[0]?.length
  const other = scores.findIndex(({ length }) => length !== folds)
  if (other >= 0)
    throw new StatisticsError(`cell ${other} has ${scores[other]!.length} scores, not ${folds} as the first`)
  const means = scores.map(mean)
  const best = means.reduce((best, mean, cell) => (mean > means[best]! ? cell : best), 0)
  const pairs = (scores.length * (scores.length - 1)) / 2
  const others = scores.flatMap((own, cell): ReadonlyArray<Comparison> => {
    if (cell === best) return []
    const differences = own.map((score, fold) => scores[best]![fold]! - score)
    const { p, ...test } = correctedResampledT(differences, sizes, 1 - (1 - level) / pairs)
    return [{ cell, ...test, p, pOfAllPairs: p === null ? null : Math.min(1, pairs * p) }]
  })
  return { best, others }
}
