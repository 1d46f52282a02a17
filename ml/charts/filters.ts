// The filters of a convolution as small heat maps; knows nothing of the network around it.

import { ChartError, type ChartSpec } from "./chart-spec.ts"
import { captions, grid, pixels } from "./grid.ts"
import { COLOURS, DIVERGING, type Heading, themed } from "./theme.ts"

interface Filters extends Heading {
  /** `[height, width, input channels, filters]`. */
  readonly shape: readonly [number, number, number, number]
  /** Row-major in that shape. */
  readonly weights: Float32Array
}

const TILE = 96
const COLUMNS = 8

/**
 * One tile a filter and input channel; one scale of colours for all, symmetric about 0, which is white.
 *
 * @throws ChartError when the weights do not have the shape
 */
export const filters = ({ title, subtitle, shape, weights }: Filters): ChartSpec => {
  const [height, width, channels, count] = shape
  if (weights.length !== height * width * channels * count) {
    throw new ChartError(`filters of ${shape.join(" × ")} have other than ${weights.length} weights`)
  }
  const cell = Math.floor(TILE / Math.max(height, width))
  const tiles = channels * count
  const layout = grid(tiles, COLUMNS, cell * width, cell * height)
  const cells = Array.from({ length: tiles * height * width }, (_, at) => {
    const tile = Math.floor(at / (height * width))
    const row = Math.floor(at / width) % height
    const column = at % width
    const [filter, channel] = [Math.floor(tile / channels), tile % channels]
    const weight = weights[((row * width + column) * channels + channel) * count + filter]!
    const { x, y } = layout.corner(tile)
    const [left, top] = [x + column * cell, y + row * cell]
    return { left, top, right: left + cell, bottom: top + cell, weight, filter: filter + 1, row, column }
  })
  const bound = largest([weights])
  const labels = Array.from({ length: tiles }, (_, tile) => {
    const filter = `filter ${Math.floor(tile / channels) + 1}`
    return channels === 1 ? filter : `${filter}, in ${(tile % channels) + 1}`
  })
  return themed(
    { title, subtitle },
    {
      width: layout.width,
      height: layout.height,
      layer: [
        {
          data: { values: cells },
          mark: { type: "rect", stroke: COLOURS.grid, strokeWidth: 0.5, aria: false },
          encoding: {
            x: pixels("left"),
            x2: { field: "right" },
            y: pixels("top"),
            y2: { field: "bottom" },
            color: weightColour(bound, layout.height),
          },
        },
        captions(labels, layout, cell * width),
      ],
    },
  )
}

/** The largest of all, of either sign; 1 where all are 0. */
export const largest = (all: ReadonlyArray<ArrayLike<number>>): number => {
  let bound = 0
  for (const values of all)
    for (let i = 0; i < values.length; i++) bound = Math.max(bound, Math.abs(values[i]!))
  return bound || 1
}

/** The scale of weights beside pictures of them, which have no encoding of their own. */
export const weightLegend = (bound: number, height: number): ChartSpec => ({
  data: { values: [{ weight: 0 }] },
  mark: { type: "point", filled: true, size: 0, opacity: 1, aria: false },
  encoding: { color: weightColour(bound, height) },
})

/** From −bound to bound, with a legend beside a chart of this height. */
const weightColour = (bound: number, height: number): ChartSpec => ({
  field: "weight",
  type: "quantitative",
  title: "Weight",
  scale: {
    domain: DIVERGING.map((_, at) => bound * (at / 2 - 1)),
    range: [...DIVERGING],
    interpolate: "rgb",
  },
  legend: {
    gradientLength: Math.min(160, height - 30),
    gradientThickness: 12,
    labelOffset: 5,
    values: [-bound, 0, bound],
    labelExpr: "datum.value === 0 ? '0' : format(datum.value, '+.2f')",
  },
})
