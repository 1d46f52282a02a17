// Dropout, with masks seeded by layer name, epoch, step and shard; it knows no neighbour.
import * as Schema from "effect/Schema"
import { VECTOR } from "../kernels/quantities.ts"
import { drawMask, factor, maskSeed, maskStates, threshold } from "./parts/dropout-mask.ts"
import { declared, name } from "./parts/fields.ts"
import type { LayersModelForm } from "./parts/layers-model.ts"
import type { PytorchForm } from "./parts/pytorch.ts"
import { type CostRule, type ShapeRule, sizeOf } from "./parts/shape.ts"
import type { TensorflowForm } from "./parts/tensorflow.ts"
import { type Activations, activations, type Site, type Unit, type UnitMaker } from "./parts/unit.ts"

/** Inverted dropout: in training each value is zero with chance `rate`, else divided by 1 − rate. */
export const Dropout = /* @__PURE__ */ declared(() =>
  Schema.Struct({
    type: Schema.Literal("dropout"),
    name,
    rate: Schema.Number.pipe(Schema.greaterThanOrEqualTo(0), Schema.lessThan(1)),
  }),
)
export type Dropout = typeof Dropout.Type

export const shape: ShapeRule<Dropout> = (_, __, input) => ({ output: input, zeros: "keeps" })

/** A mask can be drawn again from its seed. */
export const cost: CostRule<Dropout> = () => ({ multiplyAdds: 0, inPlace: true })

/** At a rate of zero there is nothing to compute. */
export const unit: UnitMaker<Dropout> = (site, { shape: { layer, name }, input }) =>
  layer.rate === 0 ? { takes: 1 } : { unit: unitOf(site, name, layer.rate, input), takes: 1 }

/** `rate` is above zero. */
function unitOf(site: Site, name: string, rate: number, input: Activations): Unit {
  const { kernels, arena } = site
  const output = activations(site, input.size, true)
  const { values, rowBytes } = output
  const perRow = rowBytes / VECTOR
  const mask = arena.allocate(site.rows * rowBytes, "masks")
  const states = arena.allocate(64)
  const [least, kept] = [threshold(rate), factor(rate)]
  const seed = maskSeed(site.stream, name)
  return {
    output,
    forward: (rows, training) => {
      if (training === undefined) {
        // All rows are one piece.
        // biome-ignore format: one group of arguments a line
        kernels.copyRows(
          input.values, rowBytes, rowBytes, values, rowBytes, rowBytes,
          1, 1, rows * rowBytes)
      } else {
        arena.u32.set(maskStates(seed, training), states / 4)
        kernels.dropoutForward(input.values, values, mask, rows * perRow, states, least, kept)
      }
    },
    backward: (rows) => {
      if (input.gradient === 0) return
      kernels.dropoutBackward(output.gradient, mask, input.gradient, rows * perRow)
    },
  }
}

export const tensorflow: TensorflowForm<Dropout> = ({ tf, stream, training }, { layer, name }, value) => {
  if (training === undefined || layer.rate === 0) return value
  const seed = maskSeed(stream, name)
  const width = sizeOf(value.shape.slice(1))
  const mask = new Float32Array(value.size)
  let row = 0
  for (const { rows, moment } of training.parts) {
    drawMask(seed, layer.rate, moment, mask, row * width, rows, width)
    row += rows
  }
  return tf.mul(value, tf.tensor(mask, value.shape))
}

export const pytorch: PytorchForm<Dropout> = ({ layer: { rate } }, image) => ({
  module: `nn.Dropout(${rate})`,
  image,
})

export const layersModel: LayersModelForm<Dropout> = ({ layer: { rate } }) => ({
  className: "Dropout",
  config: { rate },
})
