// Batch normalization, with the statistics of a shard's rows in training and running ones otherwise; it knows no neighbour.
import type { Tensor } from "@tensorflow/tfjs-core"
import * as Schema from "effect/Schema"
import { declared, name } from "./parts/fields.ts"
import type { WeightsRule } from "./parts/initial-weights.ts"
import { type CostRule, type ShapeRule, sizeOf } from "./parts/shape.ts"
import type { TensorflowForm } from "./parts/tensorflow.ts"

/**
 * Per channel, (x − mean) / √(variance + epsilon) · scale + shift (https://arxiv.org/abs/1502.03167). In training mean and
 * variance are those of a shard of the mini-batch, its fixed part of ⌈batchSize / shards⌉ examples ("ghost batches",
 * https://arxiv.org/abs/1705.08741; one shard makes it the whole batch); elsewhere running means of these, which keep
 * `momentum` of themselves at each shard.
 */
export const BatchNormalization = /* @__PURE__ */ declared(() =>
  Schema.Struct({
    type: Schema.Literal("batch-normalization"),
    name,
    momentum: Schema.optionalWith(Schema.Number.pipe(Schema.greaterThanOrEqualTo(0), Schema.lessThan(1)), {
      default: () => 0.9,
    }),
    epsilon: Schema.optionalWith(Schema.Number.pipe(Schema.positive(), Schema.finite()), {
      default: () => 1e-5,
    }),
  }),
)
export type BatchNormalization = typeof BatchNormalization.Type

export const shape: ShapeRule<BatchNormalization> = (_, name, input) => {
  const shape = input.slice(-1)
  return {
    output: input,
    parameters: [
      { name: `${name}/scale`, shape, role: "weight" },
      { name: `${name}/shift`, shape, role: "bias" },
      { name: `${name}/mean`, shape, role: "statistic" },
      { name: `${name}/variance`, shape, role: "statistic" },
    ],
  }
}

/** With running statistics it is one multiplication and addition a value, which needs no map of its own. */
export const cost: CostRule<BatchNormalization> = ({ output }) => ({
  multiplyAdds: sizeOf(output),
  inPlace: false,
  inPlaceToPredict: true,
})

/** Shift and mean are zero, scale and variance one. */
export const initialWeights: WeightsRule<BatchNormalization> = (_, { parameters }) =>
  new Map(
    parameters.map(({ name, shape }) => [
      name,
      new Float32Array(sizeOf(shape)).fill(/\/(scale|variance)$/.test(name) ? 1 : 0),
    ]),
  )

export const tensorflow: TensorflowForm<BatchNormalization> = (pass, { layer, name }, value) => {
  const { tf, weight, training } = pass
  const [mean, variance] = [`${name}/mean`, `${name}/variance`]
  const found =
    training === undefined
      ? { mean: weight(mean), variance: weight(variance) }
      : tf.moments(value, [...value.shape.keys()].slice(0, -1))
  const moved = (running: string, fresh: Tensor): Tensor =>
    tf.add(tf.mul(weight(running), layer.momentum), tf.mul(fresh, 1 - layer.momentum))
  training?.becomes(mean, moved(mean, found.mean))
  training?.becomes(variance, moved(variance, found.variance))
  const normal = tf.div(tf.sub(value, found.mean), tf.sqrt(tf.add(found.variance, layer.epsilon)))
  return tf.add(tf.mul(normal, weight(`${name}/scale`)), weight(`${name}/shift`))
}
