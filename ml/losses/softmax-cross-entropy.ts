// Cross-entropy of the softmax of logits, for one class an example; it knows nothing of the network.
import * as Schema from "effect/Schema"
import { declared } from "../layers/parts/fields.ts"
import type { JudgeMaker } from "./parts/judge.ts"
import type { Curve } from "./parts/measures.ts"
import type { TensorflowLossForm } from "./parts/tensorflow.ts"

/**
 * −log of the probability of the truth, in nats. With `classWeights` that of an example counts as often as its class says, and the
 * mean is still over examples (as Keras' class_weight has it; PyTorch divides by the sum of the weights instead).
 */
export const SoftmaxCrossEntropy = /* @__PURE__ */ declared(() =>
  Schema.Struct({
    type: Schema.Literal("softmax-cross-entropy"),
    /** Of each class, by number; left out all are 1. */
    classWeights: Schema.optionalWith(
      Schema.Array(Schema.NonNegative.pipe(Schema.finite())).pipe(Schema.minItems(2)),
      { exact: true },
    ),
  }),
)
export type SoftmaxCrossEntropy = typeof SoftmaxCrossEntropy.Type

export const judge: JudgeMaker<SoftmaxCrossEntropy> = ({ classWeights }, { kernels, arena, outputs }) => {
  const exponentials = arena.allocate(outputs * 8)
  const weights = classWeights === undefined ? 0 : arena.allocate(outputs * 8)
  if (weights !== 0) arena.f64.set(classWeights!, weights / 8)
  return ({ logits, rowBytes, rows, targets, order, batch }, { gradient, predicted, correct, ...to }) =>
    // biome-ignore format: one group of arguments a line
    kernels.softmaxCrossEntropy(
      logits, rowBytes, rows, outputs,
      targets, order, weights, batch,
      gradient, to.outputs, predicted,
      exponentials, correct)
}

export const tensorflow: TensorflowLossForm<SoftmaxCrossEntropy> = (
  tf,
  { classWeights },
  logits,
  targets,
) => {
  const losses = tf.neg(tf.sum(tf.mul(targets, tf.logSoftmax(logits)), -1))
  const weighted =
    classWeights === undefined
      ? losses
      : tf.mul(losses, tf.sum(tf.mul(targets, tf.tensor1d([...classWeights])), -1))
  return {
    losses: weighted,
    right: tf.sum(tf.cast(tf.equal(tf.argMax(logits, -1), tf.argMax(targets, -1)), "float32")),
    outputs: tf.softmax(logits),
  }
}

export const curve: Curve = {
  names: ["accuracy"],
  isOfOutputs: false,
  take: ({ correct, count }) => ({ accuracy: correct / count }),
}
