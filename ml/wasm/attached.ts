/** Examples in a WebAssembly memory, as bytes; it knows nothing of networks. */

import type { Arena } from "../kernels/arena.ts"
import type { Pointer } from "../kernels/quantities.ts"
import type { Dataset } from "../training/trainer.ts"

export interface Attached extends Dataset {
  /** Where the images start. */
  readonly images: Pointer
  /** Where the labels start. */
  readonly labels: Pointer
}

/** Copies examples of `size` bytes each in; throws RangeError when lengths, labels or rows do not fit. */
export function attachExamples(
  arena: Arena,
  size: number,
  classes: number,
  images: Uint8Array,
  labels: Uint8Array,
  rows?: Uint32Array,
): Attached {
  if (images.length !== labels.length * size)
    throw new RangeError(
      `${images.length} bytes of images are not ${size} for each of ${labels.length} labels`,
    )
  const wrong = labels.findIndex((label) => label >= classes)
  if (wrong >= 0) throw new RangeError(`label ${labels[wrong]} of example ${wrong} is not below ${classes}`)
  const outside = rows?.find((row) => row >= labels.length)
  if (outside !== undefined) throw new RangeError(`row ${outside} is not among ${labels.length} examples`)
  const count = rows?.length ?? labels.length
  const dataset = {
    count,
    images: arena.allocate(count * size, "examples"),
    labels: arena.allocate(count, "examples"),
  }
  const toImages = arena.bytes(dataset.images, count * size)
  const toLabels = arena.bytes(dataset.labels, count)
  if (rows === undefined) {
    toImages.set(images)
    toLabels.set(labels)
  } else {
    for (let i = 0; i < count; i++) {
      const row = rows[i]!
      toImages.set(images.subarray(row * size, (row + 1) * size), i * size)
      toLabels[i] = labels[row]!
    }
  }
  return dataset
}
