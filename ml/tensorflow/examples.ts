// Examples as numbers of the host, and batches of them as tensors; it knows nothing of networks.
import type { Tensor } from "@tensorflow/tfjs-core"
import type { Values } from "../data/examples.ts"
import { numbersOf } from "../data/normalization.ts"
import { sizeOf } from "../layers/parts/shape.ts"
import type { Tensorflow } from "../layers/parts/tensorflow.ts"
import { isOfClasses } from "../losses/table.ts"
import { copyExamples, countExamples, type Given, targetSize } from "../training/attached.ts"
import type { Dataset, TrainerOptions } from "../training/trainer.ts"

export type Attached = Dataset & Given

type Options = Required<TrainerOptions>

/** Copies examples; throws RangeError when lengths, targets or rows do not fit. */
export function attachExamples(options: Options, given: Given, rows?: Uint32Array): Attached {
  const count = countExamples(options, given, rows)
  const taken = {
    inputs: roomLike(given.inputs, count * sizeOf(options.inputShape)),
    targets: roomLike(given.targets, count * targetSize(options)),
  }
  copyExamples(given, rows, taken, count)
  return { count, ...taken }
}

/** [rows, …shape] of inputs as the network sees them, and [rows, outputs] of targets: of classes a one at each label. */
export function batchOf(
  tf: Tensorflow,
  { inputs, targets }: Attached,
  picks: ReadonlyArray<number>,
  { inputShape, normalization, outputs, loss }: Options,
  augment: (images: Values) => Values = (images) => images,
): { readonly x: Tensor; readonly y: Tensor } {
  const size = sizeOf(inputShape)
  const taken = roomLike(inputs, picks.length * size)
  const truth = new Float32Array(picks.length * outputs)
  picks.forEach((pick, row) => {
    taken.set(inputs.subarray(pick * size, (pick + 1) * size), row * size)
    if (isOfClasses(loss)) truth[row * outputs + targets[pick]!] = 1
    else truth.set(targets.subarray(pick * outputs, (pick + 1) * outputs), row * outputs)
  })
  const values = numbersOf(augment(taken), normalization)
  return { x: tf.tensor(values, [picks.length, ...inputShape]), y: tf.tensor(truth, [picks.length, outputs]) }
}

const roomLike = (values: Values, length: number): Values =>
  values instanceof Float32Array ? new Float32Array(length) : new Uint8Array(length)
