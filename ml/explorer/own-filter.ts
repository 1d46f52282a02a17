// A convolution with one filter set by hand: its presets, its change of size, and its map. It knows no page.
import { classicFilters } from "../coursework/classic-filters.ts"
import type { Conv, ConvolutionShape } from "../layers/convolution/conv.ts"
import { shapes } from "../network/shapes.ts"
import { convolved } from "./explanation.ts"

export const SIZES = [3, 5] as const
export type FilterSize = (typeof SIZES)[number]

/** Square, row-major. */
export interface OwnFilter {
  readonly size: FilterSize
  readonly weights: ReadonlyArray<number>
}

export interface Preset extends OwnFilter {
  readonly name: string
  readonly title: string
  readonly shows: string
}

/** The classics, and nothing at all: the filter that gives the image back. */
export const presets: ReadonlyArray<Preset> = [
  {
    name: "identity",
    title: "Identity",
    shows: "the image itself: each pixel is its own window's middle, times 1",
    size: 3,
    weights: [0, 0, 0, 0, 1, 0, 0, 0, 0],
  },
  ...classicFilters.map(({ name, title, shows, weights }) => ({
    name,
    title,
    shows,
    size: 3 as const,
    weights: weights.flat(),
  })),
]

/** The same filter in another size: a ring of zeros is put around it or taken away. */
export function resized({ size, weights }: OwnFilter, to: FilterSize): OwnFilter {
  const shift = (to - size) / 2
  return {
    size: to,
    weights: Array.from({ length: to * to }, (_, i) => {
      const [y, x] = [Math.floor(i / to) - shift, (i % to) - shift]
      return y >= 0 && y < size && x >= 0 && x < size ? weights[y * size + x]! : 0
    }),
  }
}

/** The convolution of one filter that keeps the size of an image, or, without padding, does not. */
export function oneFilter(
  [height, width]: readonly [number, number],
  kernel: number,
  padding: Conv["padding"],
): ConvolutionShape {
  const layer: Conv = { type: "conv", name: "own", filters: 1, kernel, stride: 1, padding, initializer: "he" }
  return shapes({ layers: [layer] }, [height, width, 1])[0] as ConvolutionShape
}

/** The filter's map of an image of one channel: the sums that the kernels would give. */
export function mapOf(
  conv: ConvolutionShape,
  weights: ReadonlyArray<number>,
  image: Float32Array,
): Float32Array {
  const kernel = Float32Array.from(weights)
  const bias = new Float32Array(1)
  const [height, width] = conv.output as readonly [number, number, number]
  return Float32Array.from({ length: height * width }, (_, i) => {
    const place = { y: Math.floor(i / width), x: i % width, channel: 0 }
    return convolved(conv, kernel, bias, image, place).value
  })
}
