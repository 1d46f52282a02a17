// Dropout, with masks seeded by layer name, epoch, step and shard; it knows no neighbour.
import * as Schema from "effect/Schema"
import { extend } from "../statistics/random.ts"
import { drawMask } from "./parts/dropout-mask.ts"
import { declared, name } from "./parts/fields.ts"
import { type CostRule, type ShapeRule, sizeOf } from "./parts/shape.ts"
import type { TensorflowForm } from "./parts/tensorflow.ts"

/** Inverted dropout: in training each value is zero with chance `rate`, else divided by 1 − rate. */
export const Dropout = /* @__PURE__ */ declared(() =>
  Schema.Struct({
    type: Schema.Literal("dropout"),
    name,
    rate: Schema.Number.pipe(Schema.greaterThanOrEqualTo(0), Schema.lessThan(1)),
  }),
)
export type Dropout = typeof Dropout.Type

export const shape: ShapeRule<Dropout> = (_, __, input) => ({ output: input })

/** A mask can be drawn again from its seed. */
export const cost: CostRule<Dropout> = () => ({ multiplyAdds: 0, inPlace: true })

export const tensorflow: TensorflowForm<Dropout> = ({ tf, stream, training }, { layer, name }, value) => {
  if (training === undefined || layer.rate === 0) return value
  const seed = extend(stream, "dropout", name)
  const width = sizeOf(value.shape.slice(1))
  const mask = new Float32Array(value.size)
  let row = 0
  for (const { rows, moment } of training.parts) {
    drawMask(seed, layer.rate, moment, mask, row * width, rows, width)
    row += rows
  }
  return tf.mul(value, tf.tensor(mask, value.shape))
}
