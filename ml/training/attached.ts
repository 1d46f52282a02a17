// Examples on their way into a trainer's own memory: checked, and those of the wanted rows copied.
import { exampleBytes } from "./options.ts"
import type { TrainerOptions } from "./trainer.ts"

/** Images and labels as bytes, one after the other. */
export interface Examples {
  readonly images: Uint8Array
  readonly labels: Uint8Array
}

/** How many examples there are to take; throws RangeError when lengths, labels or rows do not fit. */
export function countExamples(
  options: TrainerOptions,
  { images, labels }: Examples,
  rows?: Uint32Array,
): number {
  const { classes } = options
  const size = exampleBytes(options)
  if (images.length !== labels.length * size)
    throw new RangeError(
      `${images.length} bytes of images are not ${size} for each of ${labels.length} labels`,
    )
  const wrong = labels.findIndex((label) => label >= classes)
  if (wrong >= 0) throw new RangeError(`label ${labels[wrong]} of example ${wrong} is not below ${classes}`)
  const outside = rows?.find((row) => row >= labels.length)
  if (outside !== undefined) throw new RangeError(`row ${outside} is not among ${labels.length} examples`)
  return rows?.length ?? labels.length
}

/** Copies all examples, or those of `rows` in their order, to where there is room for them. */
export function copyExamples(
  { images, labels }: Examples,
  rows: Uint32Array | undefined,
  to: Examples,
): void {
  if (rows === undefined) {
    to.images.set(images)
    to.labels.set(labels)
    return
  }
  const size = images.length / labels.length
  rows.forEach((row, i) => {
    to.images.set(images.subarray(row * size, (row + 1) * size), i * size)
    to.labels[i] = labels[row]!
  })
}
