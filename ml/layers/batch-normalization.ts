// Batch normalization, with the statistics of a shard's rows in training and running ones otherwise; it knows the relu that it can take in, no
// other layer.
import type { Tensor } from "@tensorflow/tfjs-core"
import * as Schema from "effect/Schema"
import { paddedRow, type Slot } from "../kernels/parameters.ts"
import { at, type Pointer, rowOf, vectors } from "../kernels/quantities.ts"
import { isRelu } from "./activation.ts"
import { declared, name } from "./parts/fields.ts"
import type { LayersModelForm } from "./parts/layers-model.ts"
import { type PytorchForm, vector } from "./parts/pytorch.ts"
import { type CostRule, type LayerShape, type ShapeRule, sizeOf } from "./parts/shape.ts"
import type { TensorflowForm } from "./parts/tensorflow.ts"
import { type Activations, activations, type Site, type Unit, type UnitMaker } from "./parts/unit.ts"

/**
 * Per channel, (x − mean) / √(variance + epsilon) · scale + shift (https://arxiv.org/abs/1502.03167). In training mean and
 * variance are those of a shard of the mini-batch, a fixed part of about ⌈batchSize / shards⌉ examples ("ghost batches",
 * https://arxiv.org/abs/1705.08741; one shard makes it the whole batch). Elsewhere they are running means of these, of the
 * variance by its unbiased estimate, over n − 1. A full shard leaves them `momentum` of what they were, one with a share of the
 * rows moves them by that share of the way.
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
      { name: `${name}/scale`, shape, role: "weight", initial: "ones" },
      { name: `${name}/shift`, shape, role: "bias", initial: "zeros" },
      { name: `${name}/mean`, shape, role: "statistic", initial: "zeros" },
      { name: `${name}/variance`, shape, role: "statistic", initial: "ones" },
    ],
  }
}

/** With running statistics it is one multiplication and addition a value, which needs no map of its own. */
export const cost: CostRule<BatchNormalization> = ({ output }) => ({
  multiplyAdds: sizeOf(output),
  inPlace: false,
  inPlaceToPredict: true,
})

/** A relu right after it is taken in. */
export const unit: UnitMaker<BatchNormalization> = (site, { shape, after, input }) => {
  const relu = isRelu(after[0])
  return { unit: unitOf(site, shape, relu, input), takes: relu ? 2 : 1 }
}

function unitOf(
  site: Site,
  { layer, input: shape, parameters: tensors }: LayerShape<BatchNormalization>,
  relu: boolean,
  input: Activations,
): Unit {
  const { kernels, arena, parameters, scratch } = site
  const output = activations(site, input.size, true)
  const channels = shape.at(-1)!
  const positions = input.size / channels
  const [scale, shift, runningMean, runningVariance] = tensors.map(({ name, shape }) =>
    parameters.add(name, shape, paddedRow(channels)),
  )
  const [columns, row] = [vectors(channels), rowOf(channels)]
  // Each shard's statistics stay until all are there: the running ones take them in by order, whoever computed them.
  const means = arena.allocate(site.shards * row, "statistics")
  const variances = arena.allocate(site.shards * row, "statistics")
  const inverse = arena.allocate(row)
  // Backward sums two doubles a channel.
  scratch.reserve(4 * row)
  let [mean, variance] = [means, variances]
  const { values: x, rowBytes: stride, gradient: to } = input
  const { momentum, epsilon } = layer
  const held = (slot: Slot | undefined): Pointer => at(parameters.weights, slot!.offset)
  return {
    output,
    forward: (rows, training) => {
      if (training !== undefined) {
        const offset = training.shard * row
        mean = at(means, offset)
        variance = at(variances, offset)
        kernels.batchStatistics(x, rows, stride, positions, channels, mean, variance)
      }
      const [center, spread] =
        training === undefined ? [held(runningMean), held(runningVariance)] : [mean, variance]
      kernels.inverseDeviation(spread, inverse, channels, epsilon)
      // biome-ignore format: one group of arguments a line
      kernels.batchNormalizationForward(
        x, rows, stride, positions, channels,
        center, inverse, held(scale), held(shift), relu ? 1 : 0, output.values)
    },
    settle: (shards) => {
      shards.forEach(({ rows, share }, shard) => {
        const { keep, fresh, freshVariance } = movement(momentum, share, rows * positions)
        const offset = shard * row
        kernels.moveTowards(held(runningMean), at(means, offset), columns, keep, fresh)
        kernels.moveTowards(held(runningVariance), at(variances, offset), columns, keep, freshVariance)
      })
    },
    backward: (rows, gradients) => {
      // Running statistics are no function of the loss: optimizers find a gradient of nothing.
      for (const slot of [runningMean!, runningVariance!])
        kernels.clear(at(gradients, slot.offset), slot.source.length * 4)
      // biome-ignore format: one group of arguments a line
      kernels.batchNormalizationBackward(
        output.gradient, x, rows, stride, positions, channels,
        mean, inverse, held(scale), held(shift), relu ? 1 : 0, scratch.at,
        at(gradients, scale!.offset), at(gradients, shift!.offset), to)
    },
  }
}

/** What running statistics keep of themselves and take of a shard's, whose variance over n becomes the one over n − 1. */
function movement(momentum: number, share: number, n: number) {
  const fresh = (1 - momentum) * share
  return { keep: 1 - fresh, fresh, freshVariance: (fresh * n) / (n - 1) }
}

export const tensorflow: TensorflowForm<BatchNormalization> = (pass, { layer, name }, value) => {
  const { tf, weight, training } = pass
  const [mean, variance] = [`${name}/mean`, `${name}/variance`]
  const found =
    training === undefined
      ? { mean: weight(mean), variance: weight(variance) }
      : tf.moments(value, [...value.shape.keys()].slice(0, -1))
  if (training !== undefined) {
    // What depends on the rows of its shard passes one shard at a time.
    const { share } = training.parts[0]!
    const { keep, fresh, freshVariance } = movement(layer.momentum, share, value.size / value.shape.at(-1)!)
    const moved = (running: string, measured: Tensor, taken: number): Tensor =>
      tf.add(tf.mul(weight(running), keep), tf.mul(measured, taken))
    training.becomes(mean, moved(mean, found.mean, fresh))
    training.becomes(variance, moved(variance, found.variance, freshVariance))
  }
  const normal = tf.div(tf.sub(value, found.mean), tf.sqrt(tf.add(found.variance, layer.epsilon)))
  return tf.add(tf.mul(normal, weight(`${name}/scale`)), weight(`${name}/shift`))
}

/** Its momentum is the share of what is new; a running variance is of the same kind. */
export const pytorch: PytorchForm<BatchNormalization> = ({ layer, input }, image) => {
  const channels = input.at(-1)!
  const { epsilon, momentum } = layer
  const settings = [
    ...(epsilon === 1e-5 ? [] : [`, eps=${epsilon}`]),
    ...(momentum === 0.9 ? [] : [`, momentum=${Number((1 - momentum).toPrecision(12))}`]),
  ]
  return {
    module: `nn.BatchNorm${input.length === 3 ? 2 : 1}d(${channels}${settings.join("")})`,
    tensors: {
      weight: vector("scale", channels, image),
      bias: vector("shift", channels, image),
      running_mean: vector("mean", channels, image),
      running_var: vector("variance", channels, image),
      num_batches_tracked: "count",
    },
    image,
  }
}

export const layersModel: LayersModelForm<BatchNormalization> = ({ layer: { momentum, epsilon } }) => ({
  className: "BatchNormalization",
  config: { axis: -1, momentum, epsilon, center: true, scale: true },
  weights: {
    gamma: { of: "scale" },
    beta: { of: "shift" },
    moving_mean: { of: "mean" },
    moving_variance: { of: "variance" },
  },
})
