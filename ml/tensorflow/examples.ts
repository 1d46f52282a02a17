/** Examples as bytes of the host, and batches of them as tensors; it knows nothing of networks. */
import type { Tensor } from "@tensorflow/tfjs-core"
import type { Tensorflow } from "../layers/parts/tensorflow.ts"
import type { Dataset } from "../training/trainer.ts"

export interface Attached extends Dataset {
  readonly images: Uint8Array
  readonly labels: Uint8Array
}

/** Copies examples of `size` bytes each; throws RangeError when lengths, labels or rows do not fit. */
export function attachExamples(
  size: number,
  classes: number,
  images: Uint8Array,
  labels: Uint8Array,
  rows: Uint32Array = Uint32Array.from(labels, (_, i) => i),
): Attached {
  if (images.length !== labels.length * size)
    throw new RangeError(
      `${images.length} bytes of images are not ${size} for each of ${labels.length} labels`,
    )
  const wrong = labels.findIndex((label) => label >= classes)
  if (wrong >= 0) throw new RangeError(`label ${labels[wrong]} of example ${wrong} is not below ${classes}`)
  const outside = rows.find((row) => row >= labels.length)
  if (outside !== undefined) throw new RangeError(`row ${outside} is not among ${labels.length} examples`)
  const taken = new Uint8Array(rows.length * size)
  rows.forEach((row, i) => {
    taken.set(images.subarray(row * size, (row + 1) * size), i * size)
  })
  return { count: rows.length, images: taken, labels: Uint8Array.from(rows, (row) => labels[row]!) }
}

/** [rows, height, width, channels] of pixels times fround(1/255), and [rows, classes] with a one at each label. */
export function batchOf(
  tf: Tensorflow,
  { images, labels }: Attached,
  picks: ReadonlyArray<number>,
  shape: readonly [number, number, number],
  classes: number,
): { readonly x: Tensor; readonly y: Tensor } {
  const size = shape[0] * shape[1] * shape[2]
  const scale = Math.fround(1 / 255)
  const pixels = new Float32Array(picks.length * size)
  const ones = new Float32Array(picks.length * classes)
  picks.forEach((pick, row) => {
    for (let i = 0; i < size; i++) pixels[row * size + i] = images[pick * size + i]! * scale
    ones[row * classes + labels[pick]!] = 1
  })
  return { x: tf.tensor(pixels, [picks.length, ...shape]), y: tf.tensor(ones, [picks.length, classes]) }
}
