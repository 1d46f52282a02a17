// Small grey pictures in rows that have a name, each picture with two lines below it; knows nothing of what they show.

import { ChartError, type ChartSpec } from "./chart-spec.ts"
import { pixels } from "./grid.ts"
import { colourPicture, greyPicture, type Range } from "./picture.ts"
import { frames, pictureLayer } from "./picture-layer.ts"
import { COLOURS, type Heading, themed } from "./theme.ts"

export interface Tile {
  /** What it is called, and what is said of it. */
  readonly label: string
  readonly remark: string
  /** Whether its words stand out. */
  readonly marked: boolean
  /** `height × width` values, row-major; or bytes, red, green and blue of each pixel. */
  readonly values: ArrayLike<number>
}

export interface TileGrid extends Heading {
  readonly rows: ReadonlyArray<{ readonly name: string; readonly tiles: ReadonlyArray<Tile> }>
  /** Pixels; all tiles have one size. */
  readonly height: number
  readonly width: number
  /** What is drawn black and what white: `[0, 255]` for images as bytes; "each" spans every tile by its own extremes. */
  readonly range: Range
  /** Stands in place of a row's tiles where it has none. */
  readonly nothing: string
}

const TILE = 60
/** From a tile to the next: room for the longest name of a class that Fashion-MNIST has. */
const COLUMN = 92
const WORDS = 32
const GAP = 14
const NAMES = 96

/**
 * Draws each tile as a picture of its own pixels, enlarged without smoothing.
 *
 * @throws ChartError when there is no row, or a tile has not the size said
 */
export const tileGrid = ({ title, subtitle, rows, height, width, range, nothing }: TileGrid): ChartSpec => {
  const tiles = rows.flatMap((row) => row.tiles)
  if (rows.length === 0) throw new ChartError("a grid of pictures needs at least one row")
  const area = height * width
  const wrong = tiles.find(({ values }) => values.length !== area && values.length !== 3 * area)
  if (wrong !== undefined) {
    throw new ChartError(`"${wrong.label}" has ${wrong.values.length} values: expected ${height} × ${width}`)
  }
  const scale = TILE / Math.max(height, width)
  const [tileWidth, tileHeight] = [Math.floor(width * scale), Math.floor(height * scale)]
  const step = tileHeight + WORDS + GAP
  const placed = rows.flatMap((row, down) =>
    row.tiles.map((tile, across) => ({ ...tile, x: NAMES + across * COLUMN, y: down * step })),
  )
  const columns = rows.reduce((most, row) => Math.max(most, row.tiles.length), 1)
  const pictures = placed.map(({ x, y, values }) => ({
    ...{ x, y, width: tileWidth, height: tileHeight },
    url:
      values.length === area
        ? greyPicture(values, height, width, range)
        : colourPicture(Uint8Array.from(values), height, width),
  }))
  const middle = (down: number): number => down * step + tileHeight / 2
  return themed(
    { title, subtitle },
    {
      width: NAMES + columns * COLUMN - (COLUMN - TILE),
      height: rows.length * step - GAP,
      layer: [
        pictureLayer(pictures),
        frames(pictures),
        words(
          rows.map(({ name }, down) => ({ x: 0, y: middle(down), told: name, marked: false })),
          { baseline: "middle", fontWeight: 600, limit: NAMES - 8 },
        ),
        words(
          rows.flatMap((row, down) =>
            row.tiles.length > 0 ? [] : [{ x: NAMES, y: middle(down), told: nothing, marked: false }],
          ),
          { baseline: "middle", color: COLOURS.muted },
        ),
        words(
          placed.map(({ x, y, label, marked }) => ({ x, y: y + tileHeight + 4, told: label, marked })),
          { baseline: "top", limit: COLUMN - 6 },
        ),
        words(
          placed.map(({ x, y, remark, marked }) => ({ x, y: y + tileHeight + 19, told: remark, marked })),
          { baseline: "top", limit: COLUMN - 6 },
        ),
      ],
    },
  )
}

interface Words {
  readonly x: number
  readonly y: number
  readonly told: string
  readonly marked: boolean
}

const words = (values: ReadonlyArray<Words>, look: ChartSpec): ChartSpec => ({
  data: { values: values.map((word) => ({ ...word })) },
  mark: { type: "text", align: "left", ...look },
  encoding: {
    x: pixels("x"),
    y: pixels("y"),
    text: { field: "told", type: "nominal" },
    color: {
      condition: { test: "datum.marked", value: COLOURS.accent },
      value: (look.color as string | undefined) ?? COLOURS.ink,
    },
  },
})
