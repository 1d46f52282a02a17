// A convolution as the matrix of a dense layer: all of it in small, and its first rows entry by entry.

import { type ConvShape, denseEquivalent, visitRow } from "../coursework/dense-equivalent.ts"
import { extentOf } from "../network/shapes.ts"
import type { ChartSpec } from "./chart-spec.ts"
import { pixels } from "./grid.ts"
import { channels, colourPicture } from "./picture.ts"
import { COLOURS, type Heading, ordered, themed } from "./theme.ts"

interface DenseEquivalentChart extends Heading {
  readonly conv: ConvShape
}

/** What is drawn of a matrix, however large. */
const MOST = { filters: 3, pixels: 588, positions: 4, columns: 168 } as const
/** A small matrix is enlarged to about this. */
const LEAST_PIXELS = 240
const ZOOM = { width: 5, height: 16 } as const
const GAP = 64
const LEFT = 84
/** No entry. */
const NOTHING = [0xf1, 0xf3, 0xf6] as const

/**
 * Rows are ordered by filter, then by position. Each colour is one weight, so equal colours are shared weights; grey is zero.
 * In small, several entries share a pixel, which has the mean of their colours. Of many filters the first three are drawn.
 */
export const denseEquivalentChart = ({ title, subtitle, conv }: DenseEquivalentChart): ChartSpec => {
  const { rows, columns } = denseEquivalent(conv)
  const { filters } = conv.layer
  const positions = rows / filters
  const drawn = Math.min(filters, MOST.filters)
  const colours = weightColours(conv, drawn)
  const small = overview(conv, positions, columns, drawn, colours)
  const zoom = firstRows(conv, positions, columns, drawn, colours)
  const right = LEFT + small.width + GAP + LEFT
  const zoomWidth = zoom.columns * ZOOM.width
  const zoomHeight = zoom.labels.length * ZOOM.height
  const [kernelHeight, kernelWidth] = extentOf(conv.layer.kernel)
  const tile = 15
  const taps = { width: kernelWidth * tile, height: kernelHeight * tile }
  const tapsTop = zoomHeight + 76
  const pictures = [
    { x: LEFT, y: 0, width: small.width, height: small.height, url: small.url },
    { x: right, y: 0, width: zoomWidth, height: zoomHeight, url: zoom.url },
    ...colours.slice(0, drawn).map((own, filter) => ({
      x: right + filter * (taps.width + 28),
      y: tapsTop,
      ...taps,
      url: colourPicture(Uint8Array.from(own.firstChannel.flat()), kernelHeight, kernelWidth),
    })),
  ]
  const band = small.height / drawn
  const labels = [
    ...colours.slice(0, drawn).map((_, filter) => ({
      ...{ x: LEFT - 10, y: (filter + 0.5) * band, align: "right" },
      words: `filter ${filter + 1}`,
    })),
    ...zoom.labels.map((words, row) => ({
      x: right - 8,
      y: (row + 0.5) * ZOOM.height,
      align: "right",
      words,
    })),
    ...zoom.marks.map(({ column, words }) => ({
      ...{ x: right + column * ZOOM.width, y: zoomHeight + 14, align: "left" },
      words,
    })),
    { x: LEFT, y: -12, align: "left", words: caption(rows, columns, filters, drawn) },
    {
      x: right,
      y: -12,
      align: "left",
      words: `filter at row | column, its first positions; first ${zoom.columns} columns`,
    },
    { x: right, y: tapsTop - 14, align: "left", words: "the filters' weights in the same colours" },
  ]
  return themed(
    { title, subtitle },
    {
      width: right + Math.max(zoomWidth, drawn * (taps.width + 28)),
      height: Math.max(small.height, tapsTop + taps.height),
      layer: [
        {
          data: { values: pictures },
          mark: {
            ...{ type: "image", align: "left", baseline: "top", aspect: false, smooth: false, aria: false },
            width: { expr: "datum.width" },
            height: { expr: "datum.height" },
          },
          encoding: { x: pixels("x"), y: pixels("y"), url: { field: "url", type: "nominal" } },
        },
        {
          data: {
            values: zoom.marks.map(({ column }) => ({
              x: right + column * ZOOM.width,
              y: 0,
              to: zoomHeight + 8,
            })),
          },
          mark: { type: "rule", color: COLOURS.rule, strokeWidth: 1, aria: false },
          encoding: { x: pixels("x"), y: pixels("y"), y2: { field: "to" } },
        },
        ...(["left", "right"] as const).map((align) => ({
          data: {
            values: labels
              .filter((label) => label.align === align)
              .map(({ x, y, words }) => ({ x, y, words })),
          },
          mark: { type: "text", align, baseline: "middle", color: COLOURS.muted },
          encoding: { x: pixels("x"), y: pixels("y"), text: { field: "words", type: "nominal" } },
        })),
      ],
    },
  )
}

type Colour = ReadonlyArray<number>

/** A colour for each weight of a filter, from its own hue towards white along (y, x, channel). */
const weightColours = (conv: ConvShape, drawn: number) => {
  const [height, width] = extentOf(conv.layer.kernel)
  const depth = conv.input.at(-1)!
  const weights = height * width * depth
  return ordered(Math.max(drawn, 2)).map((hue) => {
    const full = channels(hue)
    const of = Array.from({ length: weights }, (_, tap): Colour => {
      const light = weights === 1 ? 0 : (0.72 * tap) / (weights - 1)
      return full.map((channel) => Math.floor(channel + (255 - channel) * light + 0.5))
    })
    return { of, firstChannel: of.filter((_, tap) => tap % depth === 0) }
  })
}

type WeightColours = ReturnType<typeof weightColours>

/** The whole matrix, `factor` × `factor` entries a pixel. */
const overview = (
  conv: ConvShape,
  positions: number,
  columns: number,
  drawn: number,
  colours: WeightColours,
) => {
  const { filters } = conv.layer
  const factor = Math.max(1, Math.ceil(Math.max(drawn * positions, columns) / MOST.pixels))
  const [height, width] = [Math.ceil((drawn * positions) / factor), Math.ceil(columns / factor)]
  const sums = new Float64Array(height * width * 3)
  const counts = new Float64Array(height * width)
  for (let filter = 0; filter < drawn; filter++)
    for (let position = 0; position < positions; position++) {
      const y = Math.floor((filter * positions + position) / factor)
      visitRow(conv, position * filters + filter, (column, weight) => {
        const at = y * width + Math.floor(column / factor)
        const colour = colours[filter]!.of[Math.floor(weight / filters)]!
        counts[at]! += 1
        for (let c = 0; c < 3; c++) sums[3 * at + c]! += colour[c]!
      })
    }
  const rgb = Uint8Array.from(sums, (sum, i) => {
    const count = counts[Math.floor(i / 3)]!
    return count === 0 ? NOTHING[i % 3]! : Math.floor(sum / count + 0.5)
  })
  const enlarged = Math.max(1, Math.floor(LEAST_PIXELS / Math.max(height, width)))
  return { width: enlarged * width, height: enlarged * height, url: colourPicture(rgb, height, width) }
}

/** The first positions of each filter, entry by entry. */
const firstRows = (
  conv: ConvShape,
  positions: number,
  columns: number,
  drawn: number,
  colours: WeightColours,
) => {
  const { filters } = conv.layer
  const [, width, depth] = conv.input as readonly [number, number, number]
  const [, outWidth] = conv.output as readonly [number, number, number]
  const shown = Math.min(columns, MOST.columns)
  const each = Math.min(positions, MOST.positions)
  const rgb = Uint8Array.from({ length: drawn * each * shown * 3 }, (_, i) => NOTHING[i % 3]!)
  const labels = Array.from({ length: drawn * each }, (_, row) => {
    const [filter, position] = [Math.floor(row / each), row % each]
    visitRow(conv, position * filters + filter, (column, weight) => {
      if (column >= shown) return
      rgb.set(colours[filter]!.of[Math.floor(weight / filters)]!, 3 * (row * shown + column))
    })
    return `${filter + 1} at ${Math.floor(position / outWidth) + 1} | ${(position % outWidth) + 1}`
  })
  const perRow = width * depth
  const marks = Array.from({ length: Math.ceil(shown / perRow) }, (_, at) => ({
    column: at * perRow,
    words: perRow * ZOOM.width < 90 ? String(at + 1) : `image row ${at + 1}`,
  })).filter(({ column }) => shown - column >= 4)
  return { columns: shown, labels, marks, url: colourPicture(rgb, drawn * each, shown) }
}

const caption = (rows: number, columns: number, filters: number, drawn: number): string => {
  const all = `${grouped(rows)} × ${grouped(columns)} entries`
  return drawn === filters ? all : `${drawn} of ${filters} filters of ${all}`
}

/** 1234567 → "1,234,567", in every locale. */
const grouped = (count: number): string => String(count).replace(/\B(?=(?:\d{3})+$)/g, ",")
