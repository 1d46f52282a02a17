// How much worse a model's score becomes when a feature's values are dealt out anew; knows nothing of the model.
import { summary } from "../moments.ts"
import { generator, permutation, seedOf } from "../random.ts"
import { StatisticsError } from "../statistics-error.ts"

/** Examples as rows of numbers, `data.length / features` of them. */
export interface FeatureRows {
  readonly data: Float32Array | Uint8Array
  /** Numbers of one example. */
  readonly features: number
}

/** Columns that are dealt out together: one, or the several that encode one thing. */
export interface FeatureGroup {
  readonly name: string
  /** From 0. */
  readonly columns: ReadonlyArray<number>
}

export interface Importance {
  readonly name: string
  /** The score on the examples as they are, less the mean score with the feature dealt out anew, over the repeats. */
  readonly mean: number
  /** Of the repeats; null for a single one. */
  readonly standardDeviation: number | null
  /** One a repeat. */
  readonly drops: ReadonlyArray<number>
}

/**
 * L. Breiman 2001, "Random forests", Machine Learning 45:5–32, section 10; for any model: A. Fisher, C. Rudin & F. Dominici 2019,
 * "All models are wrong, but many are useful", JMLR 20:177. A feature that another one tells as well looks unimportant.
 * The order of repeat r of the group called n is drawn from the path (seed, "importance", n, r), so that no group's depends on
 * which others are asked for.
 *
 * @param rows   examples that the model was not fitted on
 * @param score  of the model on such rows, higher is better: for a loss, its negative
 * @param groups what is dealt out
 * @throws StatisticsError when a column does not exist, the rows are not whole, or there are no repeats
 */
export function permutationImportance(
  rows: FeatureRows,
  score: (rows: FeatureRows) => number,
  groups: ReadonlyArray<FeatureGroup>,
  { repeats, seed }: { readonly repeats: number; readonly seed: number },
): ReadonlyArray<Importance> {
  const { data, features } = rows
  const count = checkedCount(rows)
  if (!Number.isInteger(repeats) || repeats < 1)
    throw new StatisticsError(`importance takes a positive number of repeats, found ${repeats}`)
  for (const { name, columns } of groups) for (const column of columns) checkColumn(rows, column, name)
  const whole = score(rows)
  return groups.map(({ name, columns }) => {
    const drops = Array.from({ length: repeats }, (_, repeat) => {
      const order = permutation(count, generator(seedOf(seed, "importance", name, repeat)))
      const dealt = data.slice()
      for (const column of columns)
        for (let row = 0; row < count; row += 1)
          dealt[row * features + column] = data[order[row]! * features + column]!
      return whole - score({ data: dealt, features })
    })
    const { mean, standardDeviation } = summary(drops)
    return { name, mean, standardDeviation, drops }
  })
}

/** How many rows there are. @throws StatisticsError when they are not whole, or there is none */
export function checkedCount({ data, features }: FeatureRows): number {
  const count = data.length / features
  if (!Number.isInteger(count) || count < 1)
    throw new StatisticsError(`${data.length} numbers are no rows of ${features} features`)
  return count
}

/** @throws StatisticsError when there is no such column */
export function checkColumn({ features }: FeatureRows, column: number, name: string): void {
  if (!Number.isInteger(column) || column < 0 || column >= features)
    throw new StatisticsError(`feature "${name}" is column ${column}: there are columns 0 to ${features - 1}`)
}
