// Draws of examples that keep the proportions of the classes: a subset, and a split in two; knows nothing of folds.

import { type Generator, permutation } from "../statistics/random.ts"
import { everyIndex, without } from "./indices.ts"
import { proportionalShares, StrataError, strata } from "./strata.ts"

export interface Split {
  /** Ascending. */
  readonly train: Uint32Array
  /** Ascending; has nothing in common with `train`. */
  readonly validation: Uint32Array
}

/** How much of the data is for validation: a share of it (0 to 1, rounded to whole examples), or a number of examples. */
export type ValidationSize = { readonly fraction: number } | { readonly count: number }

/**
 * Draws `count` examples, of every class in proportion (to within one example, see `proportionalShares`).
 *
 * @param labels    class of every example of the dataset
 * @param count     how many examples to draw
 * @param generator is drawn from once a class, classes ascending
 * @param among     which examples may be drawn; all by default
 * @returns positions in the dataset, ascending
 * @throws StrataError when `count` is no integer of 1 to the number of examples
 */
export const stratifiedSubset = (
  labels: Uint8Array,
  count: number,
  generator: Generator,
  among: Uint32Array = everyIndex(labels.length),
): Uint32Array => {
  if (!Number.isInteger(count) || count < 1 || count > among.length) {
    throw new StrataError(
      `a subset takes 1 to ${among.length} of ${among.length} examples, asked for ${count}`,
    )
  }
  const groups = strata(labels, among)
  const shares = proportionalShares(
    groups.map(({ members }) => members.length),
    count,
  )
  const drawn = groups.flatMap(({ members }, at) => {
    const order = permutation(members.length, generator)
    return Array.from(order.subarray(0, shares[at]!), (position) => members[position]!)
  })
  return Uint32Array.from(drawn).sort()
}

/**
 * Splits examples into a part to train on and a part to validate on, both in the proportions of the classes.
 *
 * @param labels    class of every example of the dataset
 * @param size      how much goes to validation
 * @param generator as in {@link stratifiedSubset}
 * @param among     which examples to split; all by default
 * @throws StrataError when the fraction is not between 0 and 1, or a part would be empty
 */
export const stratifiedSplit = (
  labels: Uint8Array,
  size: ValidationSize,
  generator: Generator,
  among: Uint32Array = everyIndex(labels.length),
): Split => {
  const count = validationCount(size, among.length)
  if (!Number.isInteger(count) || count < 1 || count >= among.length) {
    throw new StrataError(
      `a validation part takes 1 to ${among.length - 1} of ${among.length} examples, asked for ${count}`,
    )
  }
  const validation = stratifiedSubset(labels, count, generator, among)
  return { train: without(Uint32Array.from(among).sort(), validation), validation }
}

/** How many examples that is. @throws StrataError for a fraction that is not between 0 and 1 */
export const validationCount = (size: ValidationSize, total: number): number => {
  if ("count" in size) return size.count
  if (!(size.fraction > 0 && size.fraction < 1)) {
    throw new StrataError(`a validation fraction lies between 0 and 1, found ${size.fraction}`)
  }
  return Math.floor(size.fraction * total + 0.5)
}
