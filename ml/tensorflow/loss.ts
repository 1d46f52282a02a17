// Cross-entropy of logits in operations of TensorFlow.js; it knows no network.
import type { Tensor } from "@tensorflow/tfjs-core"
import type { Tensorflow } from "../layers/parts/tensorflow.ts"

export interface Judged {
  /** By row, in nats. */
  readonly losses: Tensor
  /** How many rows have their label as the most probable class. */
  readonly right: Tensor
}

/** `labels` have a one at each row's label. */
export const judge = (tf: Tensorflow, logits: Tensor, labels: Tensor): Judged => ({
  losses: tf.neg(tf.sum(tf.mul(labels, tf.logSoftmax(logits)), -1)),
  right: tf.sum(tf.cast(tf.equal(tf.argMax(logits, -1), tf.argMax(labels, -1)), "float32")),
})

/** Sums of what was judged, as numbers; the loss's in double precision. */
export function tallied({ losses, right }: Judged): { readonly loss: number; readonly correct: number } {
  let loss = 0
  for (const value of losses.dataSync()) loss += value
  return { loss, correct: right.dataSync()[0]! }
}
