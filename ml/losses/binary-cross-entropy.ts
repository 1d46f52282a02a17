// Cross-entropy of the sigmoid of each logit, for labels of which an example has several or none; it knows nothing of the network.
import * as Schema from "effect/Schema"
import { declared } from "../layers/parts/fields.ts"
import { exp, log } from "../statistics/mathematics/elementary.ts"
import type { JudgeMaker } from "./parts/judge.ts"
import type { Curve } from "./parts/measures.ts"
import { meanOfTerms } from "./parts/rows.ts"
import type { TensorflowLossForm } from "./parts/tensorflow.ts"

/**
 * −t·log σ(z) − (1 − t)·log(1 − σ(z)) in nats, a mean over labels and examples, computed as max(z, 0) − z·t + log(1 + exp(−|z|)),
 * which no z makes infinite (https://www.tensorflow.org/api_docs/python/tf/nn/sigmoid_cross_entropy_with_logits). What the network
 * says is σ(z), the probability that a label is 1.
 */
export const BinaryCrossEntropy = /* @__PURE__ */ declared(() =>
  Schema.Struct({ type: Schema.Literal("binary-cross-entropy") }),
)
export type BinaryCrossEntropy = typeof BinaryCrossEntropy.Type

export const judge: JudgeMaker<BinaryCrossEntropy> = /* @__PURE__ */ meanOfTerms((logit, target) => {
  const small = exp(-Math.abs(logit))
  const probability = (logit >= 0 ? 1 : small) / (1 + small)
  return {
    loss: Math.max(logit, 0) - logit * target + log(1 + small),
    slope: probability - target,
    output: probability,
    isRight: logit > 0 === target > 0.5,
  }
})

export const tensorflow: TensorflowLossForm<BinaryCrossEntropy> = (tf, _, logits, targets) => ({
  losses: tf.mean(
    tf.add(tf.sub(tf.relu(logits), tf.mul(logits, targets)), tf.log1p(tf.exp(tf.neg(tf.abs(logits))))),
    -1,
  ),
  right: tf.sum(tf.cast(tf.equal(tf.greater(logits, 0), tf.greater(targets, 0.5)), "float32")),
  outputs: tf.sigmoid(logits),
})

/** The share of labels that are told right, by the nearer of 0 and 1. */
export const curve: Curve = {
  names: ["accuracy"],
  isOfOutputs: false,
  take: ({ correct, count, outputs }) => ({ accuracy: correct / (count * outputs) }),
}
