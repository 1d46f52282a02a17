// Stratified k folds for cross-validation; knows nothing of what is trained on them.

import { type Generator, permutation } from "../statistics/random.ts"
import { everyIndex, without } from "./indices.ts"
import { StrataError, strata } from "./strata.ts"
import type { Split } from "./stratified.ts"

/**
 * Splits examples into k folds; fold i validates on its own part and trains on all others.
 *
 * The members of each class, shuffled, are dealt one after the other to folds 0, 1, … k − 1, 0, …, and each
 * class goes on where the one before it stopped. So two folds differ by at most one example in every class,
 * and by at most one in total.
 *
 * @param labels    class of every example of the dataset
 * @param k         how many folds, at least 2
 * @param generator is drawn from once a class, classes ascending
 * @param among     which examples take part; all by default
 * @returns k splits, in the order of the folds; index sets ascend and are positions in the dataset
 * @throws StrataError when k is no integer of at least 2, or exceeds the examples of some class
 */
export const kFold = (
  labels: Uint8Array,
  k: number,
  generator: Generator,
  among: Uint32Array = everyIndex(labels.length),
): ReadonlyArray<Split> => {
  if (!Number.isInteger(k) || k < 2) {
    throw new StrataError(`cross-validation needs at least 2 folds, asked for ${k}`)
  }
  const groups = strata(labels, among)
  if (groups.length === 0) throw new StrataError("there are no examples to fold")
  for (const { label, members } of groups) {
    if (members.length < k) {
      throw new StrataError(
        `${k} folds need at least ${k} examples of every class, class ${label} has ${members.length}: take fewer folds or more examples`,
      )
    }
  }
  const hands = Array.from({ length: k }, (): Array<number> => [])
  let dealt = 0
  for (const { members } of groups) {
    for (const position of permutation(members.length, generator)) {
      hands[dealt % k]!.push(members[position]!)
      dealt += 1
    }
  }
  const all = Uint32Array.from(among).sort()
  return hands.map((hand) => {
    const validation = Uint32Array.from(hand).sort()
    return { train: without(all, validation), validation }
  })
}
