// Layer normalization: each example by the mean and variance of its own values, in training and elsewhere. It knows no neighbour.
import * as Schema from "effect/Schema"
import { paddedRow, type Slot } from "../kernels/parameters.ts"
import { at, type Pointer } from "../kernels/quantities.ts"
import { declared, name } from "./parts/fields.ts"
import type { LayersModelForm } from "./parts/layers-model.ts"
import { type PytorchForm, vector } from "./parts/pytorch.ts"
import { type CostRule, type LayerShape, type ShapeRule, sizeOf } from "./parts/shape.ts"
import type { TensorflowForm } from "./parts/tensorflow.ts"
import { type Activations, activations, type Site, type Unit, type UnitMaker } from "./parts/unit.ts"

/**
 * (x − mean) / √(variance + epsilon) · scale + shift, mean and variance over all values of an example
 * (https://arxiv.org/abs/1607.06450), scale and shift by channel, as group normalization with one group has them
 * (https://arxiv.org/abs/1803.08494, section 3.1).
 */
export const LayerNormalization = /* @__PURE__ */ declared(() =>
  Schema.Struct({
    type: Schema.Literal("layer-normalization"),
    name,
    epsilon: Schema.optionalWith(Schema.Number.pipe(Schema.positive(), Schema.finite()), {
      default: () => 1e-5,
    }),
  }),
)
export type LayerNormalization = typeof LayerNormalization.Type

export const shape: ShapeRule<LayerNormalization> = (_, name, input) => {
  const shape = input.slice(-1)
  return {
    output: input,
    parameters: [
      { name: `${name}/scale`, shape, role: "weight", initial: "ones" },
      { name: `${name}/shift`, shape, role: "bias", initial: "zeros" },
    ],
  }
}

/** Once an example's mean and variance are known, each value can take its input's place; the way back needs the input. */
export const cost: CostRule<LayerNormalization> = ({ output }) => ({
  multiplyAdds: sizeOf(output),
  inPlace: false,
  inPlaceToPredict: true,
})

export const unit: UnitMaker<LayerNormalization> = (site, { shape, input }) => ({
  unit: unitOf(site, shape, input),
  takes: 1,
})

function unitOf(
  site: Site,
  { layer, input: shape, parameters: tensors }: LayerShape<LayerNormalization>,
  input: Activations,
): Unit {
  const { kernels, arena, parameters } = site
  const output = activations(site, input.size, true)
  const channels = shape.at(-1)!
  const positions = input.size / channels
  const [scale, shift] = tensors.map(({ name, shape }) => parameters.add(name, shape, paddedRow(channels)))
  const [means, inverses] = [arena.allocate(site.rows * 4), arena.allocate(site.rows * 4)]
  const { values: x, rowBytes, gradient: to } = input
  const held = (slot: Slot | undefined): Pointer => at(parameters.weights, slot!.offset)
  return {
    output,
    forward: (rows) =>
      // biome-ignore format: one group of arguments a line
      kernels.layerNormalizationForward(
        x, rows, rowBytes, positions, channels, layer.epsilon,
        held(scale), held(shift), means, inverses, output.values),
    backward: (rows, gradients) => {
      for (const slot of [scale!, shift!]) kernels.clear(at(gradients, slot.offset), slot.source.length * 4)
      // biome-ignore format: one group of arguments a line
      kernels.layerNormalizationParameters(
        output.gradient, x, rows, rowBytes, positions, channels,
        means, inverses, at(gradients, scale!.offset), at(gradients, shift!.offset))
      if (to === 0) return
      // biome-ignore format: one group of arguments a line
      kernels.layerNormalizationInput(
        output.gradient, x, rows, rowBytes, positions, channels,
        means, inverses, held(scale), to)
    },
  }
}

export const tensorflow: TensorflowForm<LayerNormalization> = ({ tf, weight }, { layer, name }, value) => {
  const axes = [...value.shape.keys()].slice(1)
  const { mean, variance } = tf.moments(value, axes, true)
  const normal = tf.div(tf.sub(value, mean), tf.sqrt(tf.add(variance, layer.epsilon)))
  return tf.add(tf.mul(normal, weight(`${name}/scale`)), weight(`${name}/shift`))
}

/** Of an image it is a group normalization with one group: its own layer normalization has a scale for every value. */
export const pytorch: PytorchForm<LayerNormalization> = ({ layer: { epsilon }, input }, image) => {
  const channels = input.at(-1)!
  const setting = epsilon === 1e-5 ? "" : `, eps=${epsilon}`
  return {
    module:
      input.length === 3 ? `nn.GroupNorm(1, ${channels}${setting})` : `nn.LayerNorm(${channels}${setting})`,
    tensors: { weight: vector("scale", channels, image), bias: vector("shift", channels, image) },
    image,
  }
}

/** Its own scales and shifts each value over which it normalizes: here those of a channel are the same. */
export const layersModel: LayersModelForm<LayerNormalization> = ({ layer: { epsilon }, input }) => ({
  className: "LayerNormalization",
  config: { axis: input.map((_, at) => at + 1), epsilon, center: true, scale: true },
  weights: { gamma: { of: "scale", shape: input }, beta: { of: "shift", shape: input } },
})
