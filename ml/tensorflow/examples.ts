// Examples as bytes of the host, and batches of them as tensors; it knows nothing of networks.
import type { Tensor } from "@tensorflow/tfjs-core"
import { PIXEL_SCALE } from "../data/pixels.ts"
import { type Shape, sizeOf } from "../layers/parts/shape.ts"
import type { Tensorflow } from "../layers/parts/tensorflow.ts"
import { copyExamples, countExamples, type Given } from "../training/attached.ts"
import type { Dataset, TrainerOptions } from "../training/trainer.ts"

export type Attached = Dataset & Given

/** Copies examples; throws RangeError when lengths, labels or rows do not fit. */
export function attachExamples(options: TrainerOptions, given: Given, rows?: Uint32Array): Attached {
  const count = countExamples(options, given, rows)
  const Numbers = given.inputs instanceof Float32Array ? Float32Array : Uint8Array
  const taken = { inputs: new Numbers(count * sizeOf(options.inputShape)), labels: new Uint8Array(count) }
  copyExamples(given, rows, taken)
  return { count, ...taken }
}

/** [rows, …shape] of floats as they are, or of bytes times PIXEL_SCALE, and [rows, classes] with a one at each label. */
export function batchOf(
  tf: Tensorflow,
  { inputs, labels }: Attached,
  picks: ReadonlyArray<number>,
  shape: Shape,
  classes: number,
): { readonly x: Tensor; readonly y: Tensor } {
  const size = sizeOf(shape)
  const scale = inputs instanceof Float32Array ? 1 : PIXEL_SCALE
  const values = new Float32Array(picks.length * size)
  const ones = new Float32Array(picks.length * classes)
  picks.forEach((pick, row) => {
    for (let i = 0; i < size; i++) values[row * size + i] = inputs[pick * size + i]! * scale
    ones[row * classes + labels[pick]!] = 1
  })
  return { x: tf.tensor(values, [picks.length, ...shape]), y: tf.tensor(ones, [picks.length, classes]) }
}
