// Filters that people made by hand, as data, and as a network that applies them; nothing is learned here.
import { network } from "../network/network.ts"
import type { TrainedNetwork } from "../network/weights.ts"

/** A filter's weights lie over the image as they are written: a network's convolution does not turn them round. */
export interface ClassicFilter {
  readonly name: string
  readonly title: string
  /** What its map shows. */
  readonly shows: string
  /** Three rows of three. */
  readonly weights: readonly [Row, Row, Row]
}

type Row = readonly [number, number, number]

/** Edges that are vertical differ from left to right, horizontal ones from top to bottom. */
export const classicFilters: ReadonlyArray<ClassicFilter> = [
  {
    name: "sobel-vertical",
    title: "Sobel vertical",
    shows: "positive where it gets brighter to the right (Sobel & Feldman 1968)",
    weights: [
      [-1, 0, 1],
      [-2, 0, 2],
      [-1, 0, 1],
    ],
  },
  {
    name: "sobel-horizontal",
    title: "Sobel horizontal",
    shows: "positive where it gets brighter downwards",
    weights: [
      [-1, -2, -1],
      [0, 0, 0],
      [1, 2, 1],
    ],
  },
  {
    name: "prewitt-vertical",
    title: "Prewitt vertical",
    shows: "the same difference with equal weights (Prewitt 1970)",
    weights: [
      [-1, 0, 1],
      [-1, 0, 1],
      [-1, 0, 1],
    ],
  },
  {
    name: "prewitt-horizontal",
    title: "Prewitt horizontal",
    shows: "the same difference with equal weights, downwards",
    weights: [
      [-1, -1, -1],
      [0, 0, 0],
      [1, 1, 1],
    ],
  },
  {
    name: "laplacian",
    title: "Laplacian",
    shows: "edges of any direction and lone points: the second derivative",
    weights: [
      [0, 1, 0],
      [1, -4, 1],
      [0, 1, 0],
    ],
  },
  {
    name: "sharpen",
    title: "Sharpen",
    shows: "the image less its Laplacian: edges stand out",
    weights: [
      [0, -1, 0],
      [-1, 5, -1],
      [0, -1, 0],
    ],
  },
  {
    name: "blur",
    title: "Blur",
    shows: "a weighted mean of the neighbourhood, binomial weights over 16",
    weights: [
      [0.0625, 0.125, 0.0625],
      [0.125, 0.25, 0.125],
      [0.0625, 0.125, 0.0625],
    ],
  },
  {
    name: "emboss",
    title: "Emboss",
    shows: "the image as a relief, its brightness as height, lit from the upper left",
    weights: [
      [-2, -1, 0],
      [-1, 1, 1],
      [0, 1, 2],
    ],
  },
]

/** The layer that applies a bank of filters. */
export const BANK = "filters"

/** A network of one convolution with these filters for grey images of a size, which it keeps; biases are zero. */
export function filterBank(
  filters: ReadonlyArray<ClassicFilter>,
  height: number,
  width: number,
): TrainedNetwork {
  const count = filters.length
  const kernel = Float32Array.from({ length: 9 * count }, (_, i) => {
    const at = Math.floor(i / count)
    return filters[i % count]!.weights[Math.floor(at / 3)]![at % 3]!
  })
  return {
    network: network({
      layers: [{ type: "conv", name: BANK, filters: count, kernel: 3, padding: "same" }],
    }),
    inputShape: [height, width, 1],
    weights: {
      [`${BANK}/kernel`]: { shape: [3, 3, 1, count], data: kernel },
      [`${BANK}/bias`]: { shape: [count], data: new Float32Array(count) },
    },
  }
}
