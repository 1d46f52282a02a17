// A convolution as the matrix of a dense layer: all of it in small, and its first rows entry by entry.

import { denseEquivalent, visitRow } from "../coursework/dense-equivalent.ts"
import type { ConvolutionShape } from "../layers/convolution/conv.ts"
import { extentOf } from "../layers/parts/windows.ts"
import type { ChartSpec } from "./chart-spec.ts"
import { channels } from "./colours.ts"
import { pixels } from "./grid.ts"
import { colourPicture } from "./picture.ts"
import { pictureLayer } from "./picture-layer.ts"
import { COLOURS, type Heading, ordered, themed } from "./theme.ts"

interface DenseEquivalentChart extends Heading {
  readonly conv: ConvolutionShape
}

/** What is drawn of a matrix, however large. */
const MOST = { filters: 3, pixels: 588, positions: 4, columns: 168 } as const
/** A small matrix is enlarged to about this. */
const LEAST_PIXELS = 240
const ZOOM = { width: 5, height: 16 } as const
/** A weight among the filters' own, in pixels. */
const TAP = 15
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
  const below = zoom.height + 76
  const taps = tapPictures(conv, colours.slice(0, drawn), right, below)
  const labels = [
    ...filterNames(drawn, small.height),
    ...entryNames(zoom, right),
    { x: LEFT, y: -12, align: "left", words: caption(rows, columns, filters, drawn) },
    {
      x: right,
      y: -12,
      align: "left",
      words: `filter at row | column, its first positions; first ${zoom.columns} columns`,
    },
    { x: right, y: below - 14, align: "left", words: "the filters' weights in the same colours" },
  ]
  return themed(
    { title, subtitle },
    {
      width: right + Math.max(zoom.width, taps.width),
      height: Math.max(small.height, below + taps.height),
      layer: [
        pictureLayer([
          { x: LEFT, y: 0, width: small.width, height: small.height, url: small.url },
          { x: right, y: 0, width: zoom.width, height: zoom.height, url: zoom.url },
          ...taps.pictures,
        ]),
        imageRows(zoom, right),
        ...(["left", "right"] as const).map((align) => writing(labels, align)),
      ],
    },
  )
}

interface Label {
  readonly x: number
  readonly y: number
  readonly align: string
  readonly words: string
}

/** The weights of each filter's first channel, side by side. */
const tapPictures = (conv: ConvolutionShape, colours: WeightColours, left: number, y: number) => {
  const [rows, columns] = extentOf(conv.layer.kernel)
  const [width, height] = [columns * TAP, rows * TAP]
  const pictures = colours.map(({ firstChannel }, filter) => ({
    x: left + filter * (width + 28),
    y,
    width,
    height,
    url: colourPicture(Uint8Array.from(firstChannel.flat()), rows, columns),
  }))
  return { pictures, width: colours.length * (width + 28), height }
}

/** Beside the whole matrix, whose rows are ordered by filter. */
const filterNames = (drawn: number, height: number): ReadonlyArray<Label> =>
  Array.from({ length: drawn }, (_, filter) => ({
    ...{ x: LEFT - 10, y: (filter + 0.5) * (height / drawn), align: "right" },
    words: `filter ${filter + 1}`,
  }))

/** Beside and below the first rows. */
const entryNames = ({ labels, marks, height }: FirstRows, left: number): ReadonlyArray<Label> => [
  ...labels.map((words, row) => ({ x: left - 8, y: (row + 0.5) * ZOOM.height, align: "right", words })),
  ...marks.map(({ column, words }) => ({
    ...{ x: left + column * ZOOM.width, y: height + 14, align: "left" },
    words,
  })),
]

/** A line where a row of the image begins. */
const imageRows = ({ marks, height }: FirstRows, left: number): ChartSpec => ({
  data: { values: marks.map(({ column }) => ({ x: left + column * ZOOM.width, y: 0, to: height + 8 })) },
  mark: { type: "rule", color: COLOURS.rule, strokeWidth: 1, aria: false },
  encoding: { x: pixels("x"), y: pixels("y"), y2: { field: "to" } },
})

/** The labels that are aligned so: all of a mark's are aligned alike. */
const writing = (labels: ReadonlyArray<Label>, align: "left" | "right"): ChartSpec => ({
  data: {
    values: labels.filter((label) => label.align === align).map(({ x, y, words }) => ({ x, y, words })),
  },
  mark: { type: "text", align, baseline: "middle", color: COLOURS.muted },
  encoding: { x: pixels("x"), y: pixels("y"), text: { field: "words", type: "nominal" } },
})

type Colour = ReadonlyArray<number>

/** A colour for each weight of a filter, from its own hue towards white along (y, x, channel). */
const weightColours = (conv: ConvolutionShape, drawn: number) => {
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
  conv: ConvolutionShape,
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
  conv: ConvolutionShape,
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
  return {
    ...{ width: shown * ZOOM.width, height: labels.length * ZOOM.height, columns: shown },
    ...{ labels, marks, url: colourPicture(rgb, drawn * each, shown) },
  }
}

type FirstRows = ReturnType<typeof firstRows>

const caption = (rows: number, columns: number, filters: number, drawn: number): string => {
  const all = `${grouped(rows)} × ${grouped(columns)} entries`
  return drawn === filters ? all : `${drawn} of ${filters} filters of ${all}`
}

/** 1234567 → "1,234,567", in every locale. */
const grouped = (count: number): string => String(count).replace(/\B(?=(?:\d{3})+$)/g, ",")
