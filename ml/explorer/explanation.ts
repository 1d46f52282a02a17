// How a layer made one value: the numbers it took, the filter, the products and their sum, added as the kernels add them
// (docs/numerics.md), so that the value can be compared with theirs bit by bit. It computes one value and shows nothing.
import type { Tensors } from "../data/tensor.ts"
import type { ConvolutionShape } from "../layers/convolution/conv.ts"
import type { Dense } from "../layers/dense.ts"
import { isOf, type LayerShape } from "../layers/parts/shape.ts"
import { extentOf, strideOf } from "../layers/parts/windows.ts"
import type { Pool } from "../layers/pool.ts"
import type { Layer } from "../layers/table.ts"
import type { Ablated } from "./runner.ts"

/** A value of a layer's output: (y, x) of a map, or 0, 0 and a unit. */
export interface Place {
  readonly y: number
  readonly x: number
  readonly channel: number
}

/** One channel of a convolution's patch: row-major, like the filter's own [height, width]. */
export interface ChannelTerms {
  /** 0 in the margins. */
  readonly patch: Float32Array
  readonly weights: Float32Array
  readonly products: Float32Array
  /** Of the products of this channel: to show only, since the kernels add over all channels at once. */
  readonly sum: number
}

export interface ConvolvedValue {
  readonly kind: "convolution"
  readonly height: number
  readonly width: number
  readonly channels: ReadonlyArray<ChannelTerms>
  readonly sum: number
  readonly bias: number
  readonly value: number
}

export interface PooledValue {
  readonly kind: "pool"
  readonly pooling: Pool["kind"]
  readonly height: number
  readonly width: number
  /** Row-major; undefined in the margins. */
  readonly window: ReadonlyArray<number | undefined>
  /** The place in the window of the first largest; undefined where an average is taken. */
  readonly winner: number | undefined
  readonly value: number
}

export interface DenseValue {
  readonly kind: "dense"
  readonly products: Float32Array
  readonly sum: number
  readonly bias: number
  readonly value: number
}

/** A value made of one other, or in a way that is told and not computed here. */
export interface OtherValue {
  readonly kind: "other"
  /** The value of the input at the same place, where there is one. */
  readonly before: number | undefined
}

export type Explanation = ConvolvedValue | PooledValue | DenseValue | OtherValue

/** @param input what the layer takes, row-major [y, x, channel] */
export function explanation(
  shape: LayerShape<Layer>,
  weights: Tensors,
  input: Float32Array,
  place: Place,
  ablated: Ablated,
): Explanation {
  if (isOf<Layer & { type: "conv" }>("conv", shape))
    return ablated.get(shape.name)?.has(place.channel)
      ? convolved(shape, NOTHING, NOTHING, input, place)
      : convolved(
          shape,
          floats(weights, `${shape.name}/kernel`),
          floats(weights, `${shape.name}/bias`),
          input,
          place,
        )
  if (isOf<Pool>("pool", shape)) return pooled(shape, input, place)
  if (isOf<Dense>("dense", shape)) return weighed(shape, weights, input, place.channel)
  const isSameSize = !shape.branches && `${shape.input}` === `${shape.output}`
  return { kind: "other", before: isSameSize ? input[indexOf(shape.output, place)] : undefined }
}

/** The weights of a filter that is switched off. */
const NOTHING = new Float32Array()

/** Where a value lies in what a layer gives. */
export const indexOf = (output: LayerShape["output"], { y, x, channel }: Place): number =>
  output.length === 1 ? channel : (y * output[1] + x) * output[2] + channel

/** A value of a convolution. Weights that are not given are 0. */
export function convolved(
  { layer, input: [rows, columns, depth], margins }: ConvolutionShape,
  kernel: Float32Array,
  bias: Float32Array,
  input: Float32Array,
  { y, x, channel }: Place,
): ConvolvedValue {
  const [height, width] = extentOf(layer.kernel)
  const [down, across] = strideOf(layer)
  const [top, left] = [y * down - margins.top, x * across - margins.left]
  const channels = Array.from({ length: depth! }, () => ({
    patch: new Float32Array(height * width),
    weights: new Float32Array(height * width),
    products: new Float32Array(height * width),
    sum: 0,
  }))
  let sum = 0
  for (let tap = 0; tap < height * width; tap++) {
    const [row, column] = [top + Math.floor(tap / width), left + (tap % width)]
    const isInside = row >= 0 && row < rows && column >= 0 && column < columns!
    for (let c = 0; c < depth!; c++) {
      const of = channels[c]!
      of.patch[tap] = isInside ? input[(row * columns! + column) * depth! + c]! : 0
      of.weights[tap] = kernel[(tap * depth! + c) * layer.filters + channel] ?? 0
      of.products[tap] = of.patch[tap]! * of.weights[tap]!
      of.sum += of.products[tap]!
      sum = Math.fround(sum + of.products[tap]!)
    }
  }
  const added = bias[channel] ?? 0
  return { kind: "convolution", height, width, channels, sum, bias: added, value: Math.fround(sum + added) }
}

function pooled(
  { layer, input: [rows, columns, depth], margins }: LayerShape<Pool>,
  input: Float32Array,
  { y, x, channel }: Place,
): PooledValue {
  const [height, width] = extentOf(layer.size)
  const [down, across] = strideOf(layer)
  const [top, left] = [y * down - margins.top, x * across - margins.left]
  const window = Array.from({ length: height * width }, (_, tap) => {
    const [row, column] = [top + Math.floor(tap / width), left + (tap % width)]
    const isInside = row >= 0 && row < rows && column >= 0 && column < columns!
    return isInside ? input[(row * columns! + column) * depth! + channel]! : undefined
  })
  const inside = window.filter((value) => value !== undefined)
  const shared = { kind: "pool", pooling: layer.kind, height, width, window } as const
  if (layer.kind === "max") {
    const value = inside.reduce((most, each) => (each > most ? each : most))
    return { ...shared, winner: window.indexOf(value), value }
  }
  const sum = inside.reduce((all, each) => Math.fround(all + each), 0)
  return { ...shared, winner: undefined, value: Math.fround(sum / inside.length) }
}

function weighed(
  { layer, name }: LayerShape<Dense>,
  weights: Tensors,
  input: Float32Array,
  unit: number,
): DenseValue {
  const kernel = floats(weights, `${name}/kernel`)
  const products = Float32Array.from(input, (value, i) => value * kernel[i * layer.units + unit]!)
  const sum = products.reduce((all, product) => Math.fround(all + product), 0)
  const bias = floats(weights, `${name}/bias`)[unit]!
  return { kind: "dense", products, sum, bias, value: Math.fround(sum + bias) }
}

const floats = (weights: Tensors, name: string): Float32Array => weights[name]!.data as Float32Array
