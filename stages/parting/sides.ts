// What every split and fold gives on: its two sides as index sets, neither of them without a class. It draws nothing.
import { checkSides, encodeIndices, type Split } from "refold/ml"

/**
 * @param labels  class of every example of the dataset
 * @param classes how many there are; null for targets that are no classes
 * @throws StrataError naming the class and the side where a class has no example on one side
 */
export function sides(split: Split, labels: Uint8Array, classes: number | null) {
  if (classes !== null) checkSides(labels, classes, split)
  return { train: encodeIndices(split.train), validation: encodeIndices(split.validation) }
}
