// The losses that there are, in one table for each of their sides, so that a bundle takes along only the sides that it uses.
import * as Schema from "effect/Schema"
import { declared } from "../layers/parts/fields.ts"
import * as binary from "./binary-cross-entropy.ts"
import * as squared from "./mean-squared-error.ts"
import type { Court, Judge, JudgeMaker } from "./parts/judge.ts"
import type { Curve } from "./parts/measures.ts"
import type { TensorflowLossForm } from "./parts/tensorflow.ts"
import * as softmax from "./softmax-cross-entropy.ts"

export const Loss = /* @__PURE__ */ declared(() =>
  Schema.Union(softmax.SoftmaxCrossEntropy, squared.MeanSquaredError, binary.BinaryCrossEntropy),
)
export type Loss = typeof Loss.Type
type LossOf<T extends Loss["type"]> = Extract<Loss, { readonly type: T }>

/** Of classes, each as likely as it is: what a network is trained by where nothing else is said. */
export const DEFAULT_LOSS: Loss = { type: "softmax-cross-entropy" }

/** Whether targets are class numbers, bytes, one an example; else they are floats, one for each output. */
export const isOfClasses = ({ type }: Loss): boolean => type === "softmax-cross-entropy"

export const curves: { readonly [T in Loss["type"]]: Curve } = {
  "softmax-cross-entropy": softmax.curve,
  "mean-squared-error": squared.curve,
  "binary-cross-entropy": binary.curve,
}

const judges: { readonly [T in Loss["type"]]: JudgeMaker<LossOf<T>> } = {
  "softmax-cross-entropy": softmax.judge,
  "mean-squared-error": squared.judge,
  "binary-cross-entropy": binary.judge,
}

/** Plans a judge of this loss. */
export const judgeOf = (loss: Loss, court: Court): Judge =>
  (judges[loss.type] as JudgeMaker<Loss>)(loss, court)

export const tensorflowLosses: { readonly [T in Loss["type"]]: TensorflowLossForm<LossOf<T>> } = {
  "softmax-cross-entropy": softmax.tensorflow,
  "mean-squared-error": squared.tensorflow,
  "binary-cross-entropy": binary.tensorflow,
}
