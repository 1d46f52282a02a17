// Pooling: the maximum or the average of windows, channel by channel; it knows nothing of its neighbours.
import type { Tensor, Tensor4D } from "@tensorflow/tfjs-core"
import * as Schema from "effect/Schema"
import { declared, Extent, name, padding } from "./parts/fields.ts"
import { CHANNELS_LAST, type LayersModelForm } from "./parts/layers-model.ts"
import { type PytorchForm, pair } from "./parts/pytorch.ts"
import { type CostRule, isOf, type LayerShape, type ShapeRule, sizeOf } from "./parts/shape.ts"
import type { Pass, TensorflowForm } from "./parts/tensorflow.ts"
import { type Activations, activations, type Site, type Unit, type UnitMaker } from "./parts/unit.ts"
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
  return { output: [...output, c], margins, zeros: layer.kind === "max" ? "keeps" : "none" }
}

export const cost: CostRule<Pool> = () => ({ multiplyAdds: 0, inPlace: false })

/** Whether a layer is there and takes the maxima of windows. */
export const isMaxPool = (shape: LayerShape | undefined): shape is LayerShape<Pool> =>
  isOf<Pool>("pool", shape) && shape.layer.kind === "max"

/** Whether a max-pool's windows neither overlap nor have margins, so that a convolution before it takes it in. */
export function isTiled({ layer, margins }: LayerShape<Pool>): boolean {
  const [height, width] = extentOf(layer.size)
  const [strideY, strideX] = strideOf(layer)
  const { top, left, bottom, right } = margins
  return strideY === height && strideX === width && top + left + bottom + right === 0
}

export const unit: UnitMaker<Pool> = (site, { shape, input }) => ({
  unit: poolUnit(site, shape, input),
  takes: 1,
})

/** The unit of a pool, which a global average is too: one window as large as the image. */
export function poolUnit(site: Site, shape: LayerShape<Pool>, input: Activations): Unit {
  const { kernels, arena } = site
  const { layer, margins } = shape
  const output = activations(site, sizeOf(shape.output), true)
  const [height, width, channels] = shape.input as readonly [number, number, number]
  const [outHeight, outWidth] = shape.output as readonly [number, number, number]
  const [windowHeight, windowWidth] = extentOf(layer.size)
  const [strideY, strideX] = strideOf(layer)
  const { top, left } = margins
  const { values: x, rowBytes: inRow, gradient: to } = input
  const { values, rowBytes: outRow, gradient } = output
  if (layer.kind === "average")
    return {
      output,
      forward: (rows) =>
        // biome-ignore format: one group of arguments a line
        kernels.averagePoolForward(
          x, inRow, rows, height, width, channels,
          windowHeight, windowWidth, strideY, strideX, top, left,
          values, outRow, outHeight, outWidth),
      backward: (rows) => {
        if (to === 0) return
        kernels.clear(to, rows * inRow)
        // biome-ignore format: one group of arguments a line
        kernels.averagePoolBackward(
          gradient, outRow, rows, height, width, channels,
          windowHeight, windowWidth, strideY, strideX, top, left,
          to, inRow, outHeight, outWidth)
      },
    }
  const winners = arena.allocate(site.rows * outRow, "places of patches")
  return {
    output,
    forward: (rows) =>
      // biome-ignore format: one group of arguments a line
      kernels.maxPoolForward(
        x, inRow, rows, height, width, channels,
        windowHeight, windowWidth, strideY, strideX, top, left,
        values, outRow, outHeight, outWidth, winners),
    backward: (rows) => {
      if (to === 0) return
      kernels.clear(to, rows * inRow)
      kernels.maxPoolBackward(gradient, winners, rows, outRow, output.size, to)
    },
  }
}

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

/** Its module pads before as much as behind; where ours has one more behind, see `paddingAlong`. */
export const pytorch: PytorchForm<Pool> = ({ layer, margins }) => {
  const [size, stride] = [extentOf(layer.size), strideOf(layer)]
  const { top, bottom, left, right } = margins
  const [rows, columns] = [paddingAlong(top, bottom, stride[0]), paddingAlong(left, right, stride[1])]
  const isPadded = top + bottom + left + right > 0
  const settings = [
    ...(`${size}` === `${stride}` ? [] : [`, stride=${pair(stride)}`]),
    ...(rows.padding + columns.padding > 0 ? [`, padding=${pair([rows.padding, columns.padding])}`] : []),
    ...(rows.reaches || columns.reaches ? [", ceil_mode=True"] : []),
    ...(isPadded && layer.kind === "average" ? [", count_include_pad=False"] : []),
  ]
  return {
    module: `nn.${layer.kind === "max" ? "Max" : "Avg"}Pool2d(${pair(size)}${settings.join("")})`,
    ...(rows.extra + columns.extra > 0 ? { extra: [rows.extra, columns.extra] } : {}),
  }
}

/**
 * What a module is told along one axis. One more behind is `ceil_mode`: windows may reach over the end as long as they begin
 * within the image, as ours do. Windows that move by one pixel never do; there is one more before instead, whose window is extra.
 */
function paddingAlong(before: number, behind: number, stride: number) {
  if (before === behind) return { padding: before, reaches: false, extra: 0 }
  return stride > 1
    ? { padding: before, reaches: true, extra: 0 }
    : { padding: behind, reaches: false, extra: 1 }
}

export const layersModel: LayersModelForm<Pool> = ({ layer }) => ({
  className: layer.kind === "max" ? "MaxPooling2D" : "AveragePooling2D",
  config: {
    ...CHANNELS_LAST,
    pool_size: extentOf(layer.size),
    strides: strideOf(layer),
    padding: layer.padding,
  },
})
