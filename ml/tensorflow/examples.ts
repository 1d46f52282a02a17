// Examples as bytes of the host, and batches of them as tensors; it knows nothing of networks.
import type { Tensor } from "@tensorflow/tfjs-core"
import { PIXEL_SCALE } from "../data/pixels.ts"
import type { Tensorflow } from "../layers/parts/tensorflow.ts"
import { copyExamples, countExamples, type Examples } from "../training/attached.ts"
import { exampleBytes } from "../training/options.ts"
import type { Dataset, TrainerOptions } from "../training/trainer.ts"

export type Attached = Dataset & Examples

/** Copies examples; throws RangeError when lengths, labels or rows do not fit. */
export function attachExamples(options: TrainerOptions, examples: Examples, rows?: Uint32Array): Attached {
  const count = countExamples(options, examples, rows)
  const taken = { images: new Uint8Array(count * exampleBytes(options)), labels: new Uint8Array(count) }
  copyExamples(examples, rows, taken)
  return { count, ...taken }
}

/** [rows, height, width, channels] of pixels times PIXEL_SCALE, and [rows, classes] with a one at each label. */
export function batchOf(
  tf: Tensorflow,
  { images, labels }: Attached,
  picks: ReadonlyArray<number>,
  shape: readonly [number, number, number],
  classes: number,
): { readonly x: Tensor; readonly y: Tensor } {
  const size = shape[0] * shape[1] * shape[2]
  const pixels = new Float32Array(picks.length * size)
  const ones = new Float32Array(picks.length * classes)
  picks.forEach((pick, row) => {
    for (let i = 0; i < size; i++) pixels[row * size + i] = images[pick * size + i]! * PIXEL_SCALE
    ones[row * classes + labels[pick]!] = 1
  })
  return { x: tf.tensor(pixels, [picks.length, ...shape]), y: tf.tensor(ones, [picks.length, classes]) }
}
