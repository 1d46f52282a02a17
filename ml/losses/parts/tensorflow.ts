// A loss in operations of TensorFlow.js; it knows no loss in particular.
import type { Tensor } from "@tensorflow/tfjs-core"
import type { Tensorflow } from "../../layers/parts/tensorflow.ts"

export interface TensorflowLoss {
  /** Of each row, [rows]; `targets` are [rows, outputs], a one at the label where they are classes. */
  readonly losses: Tensor
  /** How many decisions were right. */
  readonly right: Tensor
  /** What the network says, [rows, outputs]. */
  readonly outputs: Tensor
}

export type TensorflowLossForm<L> = (
  tf: Tensorflow,
  loss: L,
  logits: Tensor,
  targets: Tensor,
) => TensorflowLoss
