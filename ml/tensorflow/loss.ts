// What a loss says of some rows, in operations of TensorFlow.js; it knows no network.
import type { Tensor } from "@tensorflow/tfjs-core"
import type { Tensorflow } from "../layers/parts/tensorflow.ts"
import type { TensorflowLoss, TensorflowLossForm } from "../losses/parts/tensorflow.ts"
import { type Loss, tensorflowLosses } from "../losses/table.ts"

/** `targets` are [rows, outputs]: of classes a one at each row's label. */
export const judge = (tf: Tensorflow, loss: Loss, logits: Tensor, targets: Tensor): TensorflowLoss =>
  (tensorflowLosses[loss.type] as TensorflowLossForm<Loss>)(tf, loss, logits, targets)

/** Sums of what was judged, as numbers; the loss's in double precision. */
export function tallied({ losses, right }: Pick<TensorflowLoss, "losses" | "right">): {
  readonly loss: number
  readonly correct: number
} {
  let loss = 0
  for (const value of losses.dataSync()) loss += value
  return { loss, correct: right.dataSync()[0]! }
}
