// What a split or fold gives on: its two sides as index sets, neither of them without a class. It draws nothing.
import { encodeIndices } from "../indices.ts"
import type { Split } from "../stratified.ts"
import { checkEveryClass } from "./every-class.ts"

/**
 * The rule of every split and fold: where there are classes, each side has examples of every one.
 *
 * @param labels  class of every example of the dataset
 * @param classes how many there are; null for targets that are no classes
 * @returns both sides as {@link encodeIndices} has them
 * @throws StrataError naming the class, the side and how many examples each has
 */
export function encodeSides({ train, validation }: Split, labels: Uint8Array, classes: number | null) {
  if (classes !== null) {
    checkEveryClass(labels, classes, "the part to fit", train)
    checkEveryClass(labels, classes, "the part to validate on", validation)
  }
  return { train: encodeIndices(train), validation: encodeIndices(validation) }
}
