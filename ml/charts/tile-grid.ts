// Small grey pictures in a grid with captions: input images, feature maps; knows nothing of what they show.

import { ChartError, type ChartSpec } from "./chart-spec.ts"
import { captions, grid, pixels } from "./grid.ts"
import { greyPicture, type Range } from "./picture.ts"
import { COLOURS, type Heading, themed } from "./theme.ts"

export interface Tile {
  readonly label: string
  /** `height × width` values, row-major. */
  readonly values: ArrayLike<number>
}

export interface TileGrid extends Heading {
  readonly tiles: ReadonlyArray<Tile>
  /** Pixels; all tiles have one size. */
  readonly height: number
  readonly width: number
  /** What is drawn black and what white: `[0, 255]` for images as bytes; "each" spans every tile by its own extremes. */
  readonly range: Range
  readonly columns?: number
}

const TILE = 84

/**
 * Draws each tile as a picture of its own pixels, enlarged without smoothing.
 *
 * @throws ChartError when there is no tile, or one has not the size said
 */
export const tileGrid = ({
  title,
  subtitle,
  tiles,
  height,
  width,
  range,
  columns = 10,
}: TileGrid): ChartSpec => {
  if (tiles.length === 0) throw new ChartError("a grid of pictures needs at least one")
  const wrong = tiles.find(({ values }) => values.length !== height * width)
  if (wrong !== undefined) {
    throw new ChartError(`"${wrong.label}" has ${wrong.values.length} values: expected ${height} × ${width}`)
  }
  const scale = TILE / Math.max(height, width)
  const [tileWidth, tileHeight] = [Math.floor(width * scale), Math.floor(height * scale)]
  const layout = grid(tiles.length, columns, tileWidth, tileHeight)
  const pictures = tiles.map(({ values }, tile) => {
    const { x, y } = layout.corner(tile)
    return {
      x,
      y,
      right: x + tileWidth,
      bottom: y + tileHeight,
      url: greyPicture(values, height, width, range),
    }
  })
  const place = { x: pixels("x"), x2: { field: "right" }, y: pixels("y"), y2: { field: "bottom" } }
  const corner = { x: pixels("x"), y: pixels("y") }
  return themed(
    { title, subtitle },
    {
      width: layout.width,
      height: layout.height,
      layer: [
        {
          data: { values: pictures },
          mark: {
            type: "image",
            width: tileWidth,
            height: tileHeight,
            align: "left",
            baseline: "top",
            aspect: false,
            smooth: false,
            aria: false,
          },
          encoding: { ...corner, url: { field: "url", type: "nominal" } },
        },
        {
          data: { values: pictures.map(({ url: _, ...box }) => box) },
          mark: { type: "rect", fill: null, stroke: COLOURS.rule, strokeWidth: 1, aria: false },
          encoding: place,
        },
        captions(
          tiles.map(({ label }) => label),
          layout,
          tileWidth,
        ),
      ],
    },
  )
}
