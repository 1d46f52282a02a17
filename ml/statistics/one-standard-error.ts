// The one-standard-error rule: the simplest cell that is nearly as good as the best; trains and draws nothing.

import { type Summary, summary } from "./moments.ts"
import { StatisticsError } from "./statistics-error.ts"

/** Which of two values of a hyper-parameter is simpler; for a dropout rate it is the higher. */
interface Simplicity {
  readonly name: string
  readonly simpler: "higher" | "lower"
}

interface ScoredCell<C extends Readonly<Record<string, unknown>>> {
  readonly candidate: C
  /** One a fold, higher is better; at least 2. */
  readonly scores: ReadonlyArray<number>
}

interface OneStandardError {
  /** The cell with the highest mean, the first of equals, by its place. */
  readonly best: number
  /** The simplest cell whose mean is at least `threshold`, by its place. */
  readonly chosen: number
  /** The best cell's mean less its own standard error. */
  readonly threshold: number
  /** Of each cell, in the order given. The standard errors are approximate: training sets overlap. */
  readonly summaries: ReadonlyArray<Summary>
}

/**
 * Breiman, Friedman, Olshen & Stone 1984, "Classification and regression trees", section 3.4.3; Hastie, Tibshirani & Friedman,
 * "The elements of statistical learning", section 7.10. Of equally simple cells the one with the higher mean, then the first.
 *
 * @param order which candidate is simpler, by the first hyper-parameter that differs; declared by the experiment
 * @throws StatisticsError without an order, without cells, when a cell has fewer than 2 scores, or no number under a name
 */
export const oneStandardError = <C extends Readonly<Record<string, unknown>>>(
  cells: ReadonlyArray<ScoredCell<C>>,
  order: ReadonlyArray<Simplicity>,
): OneStandardError => {
  if (order.length === 0) {
    throw new StatisticsError(
      "the one-standard-error rule takes the simplest cell: declare which values of a hyper-parameter are simpler",
    )
  }
  if (cells.length === 0) throw new StatisticsError("the one-standard-error rule needs at least one cell")
  const ranks = cells.map(({ candidate }) => order.map((rule) => rank(candidate, rule)))
  const summaries = cells.map(({ scores }) => summary(scores))
  const means = summaries.map(({ mean }) => mean)
  const best = means.indexOf(Math.max(...means))
  const error = summaries[best]!.standardError
  if (error === null) {
    throw new StatisticsError("the one-standard-error rule needs at least 2 scores a cell, found 1")
  }
  const threshold = means[best]! - error
  let chosen = best
  cells.forEach((_, at) => {
    if (means[at]! < threshold) return
    const simpler = compare(ranks[at]!, ranks[chosen]!)
    if (simpler > 0 || (simpler === 0 && means[at]! > means[chosen]!)) chosen = at
  })
  return { best, chosen, threshold, summaries }
}

/** Higher is simpler. */
const rank = (candidate: Readonly<Record<string, unknown>>, { name, simpler }: Simplicity): number => {
  const value = candidate[name]
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw new StatisticsError(
      `simplicity goes by "${name}", which is no number in ${JSON.stringify(candidate)}`,
    )
  }
  return simpler === "higher" ? value : -value
}

const compare = (a: ReadonlyArray<number>, b: ReadonlyArray<number>): number => {
  const differs = a.findIndex((value, at) => value !== b[at])
  return differs < 0 ? 0 : a[differs]! - b[differs]!
}
