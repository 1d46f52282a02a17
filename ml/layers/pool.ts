// Pooling: the maximum or the average of windows, channel by channel; it knows nothing of its neighbours.
import type { Tensor, Tensor4D } from "@tensorflow/tfjs-core"
import * as Schema from "effect/Schema"
import { declared, Extent, name, padding } from "./parts/fields.ts"
import type { CostRule, LayerShape, ShapeRule } from "./parts/shape.ts"
import type { Pass, TensorflowForm } from "./parts/tensorflow.ts"
import { extentOf, imageOf, slide, strideOf } from "./parts/windows.ts"

/** Without a stride, windows do not overlap. Padding is never a maximum and never counts in an average. */
export const Pool = /* @__PURE__ */ declared(() =>
  Schema.Struct({
    type: Schema.Literal("pool"),
    name,
    kind: Schema.Literal("max", "average"),
    size: Extent,
    stride: Schema.optional(Extent),
    padding,
  }),
)
export type Pool = typeof Pool.Type

export const shape: ShapeRule<Pool> = (layer, name, input) => {
  const [h, w, c] = imageOf(input, name)
  const { output, margins } = slide(name, [h, w], extentOf(layer.size), strideOf(layer), layer.padding)
  return { output: [...output, c], margins }
}

export const cost: CostRule<Pool> = () => ({ multiplyAdds: 0, inPlace: false })

export const tensorflow: TensorflowForm<Pool> = (pass, shape, value) => {
  const { layer } = shape
  const image = value as Tensor4D
  return layer.kind === "max"
    ? pass.tf.maxPool(image, [...extentOf(layer.size)], [...strideOf(layer)], layer.padding)
    : average(pass, shape, image)
}

/**
 * Zeros around the image are put there by hand and taken out of the means again: TensorFlow.js 4.22's own gradient divides by
 * the whole window where margins are left out.
 */
function average({ tf }: Pass, { layer, margins, input, output }: LayerShape<Pool>, value: Tensor4D): Tensor {
  const { top, bottom, left, right } = margins
  const [size, stride] = [extentOf(layer.size), strideOf(layer)]
  const averaged = (image: Tensor4D) => tf.avgPool(image, [...size], [...stride], "valid")
  if (top + bottom + left + right === 0) return averaged(value)
  const padded = tf.pad(value, [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ])
  const [height, width] = output as readonly [number, number, number]
  const [rows, columns] = [
    within(height, size[0], stride[0], top, input[0]),
    within(width, size[1], stride[1], left, input[1]!),
  ]
  const factors = rows.flatMap((a) => columns.map((b) => (size[0] * size[1]) / (a * b)))
  return tf.mul(averaged(padded), tf.tensor(factors, [height, width, 1]))
}

/** How many of each window's places along an axis lie within the image. */
const within = (windows: number, size: number, stride: number, before: number, length: number) =>
  Array.from({ length: windows }, (_, i) => {
    const start = i * stride - before
    return Math.min(start + size, length) - Math.max(start, 0)
  })
