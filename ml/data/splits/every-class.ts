// Whether every class has examples in a part of the data: a network cannot learn one that it never sees, nor be judged on it.

import { everyIndex } from "../indices.ts"
import { StrataError } from "../strata.ts"

/**
 * @param labels  class of every example of the dataset
 * @param classes their names, or how many there are
 * @param part    what it is called, for the message: "the part to fit"
 * @param among   the examples of the part; all by default
 * @throws StrataError naming the first class that has none
 */
export function checkEveryClass(
  labels: Uint8Array,
  classes: ReadonlyArray<string> | number,
  part: string,
  among: Uint32Array = everyIndex(labels.length),
): void {
  const count = typeof classes === "number" ? classes : classes.length
  const sizes = new Array<number>(count).fill(0)
  for (const index of among) {
    const label = labels[index]
    if (label === undefined || label >= count)
      throw new StrataError(
        `example ${index} is of class ${label}: with ${count} classes it must be below ${count}; name all classes, or correct the label`,
      )
    sizes[label]! += 1
  }
  const empty = sizes.indexOf(0)
  if (empty < 0) return
  const name = typeof classes === "number" ? `class ${empty}` : `class ${empty}, "${classes[empty]}",`
  const inAll = labels.reduce((sum, label) => sum + (label === empty ? 1 : 0), 0)
  const size =
    among.length === labels.length
      ? among.length
      : `${among.length} of ${labels.length} examples, ${inAll} of them of this class`
  throw new StrataError(
    `${name} has no example in ${part}, which has ${size}: give more examples of it, part the data otherwise (another share, fewer folds), or leave the class out`,
  )
}
