// Where the tiles of a grid lie and how it captions them, in pixels; knows nothing of what a tile shows.

import type { ChartSpec } from "./chart-spec.ts"
import { COLOURS } from "./theme.ts"

/** Space below a tile's caption and between columns. */
const GAP = 14
const CAPTION = 18

export interface Grid {
  readonly width: number
  readonly height: number
  /** Upper left corner of a tile's picture; its caption stands above it. */
  readonly corner: (tile: number) => { readonly x: number; readonly y: number }
}

/** `count` tiles of one size, row by row. */
export const grid = (count: number, columns: number, tileWidth: number, tileHeight: number): Grid => {
  const across = Math.min(count, columns)
  const down = Math.ceil(count / across)
  return {
    width: across * (tileWidth + GAP) - GAP,
    height: down * (tileHeight + CAPTION + GAP) - GAP,
    corner: (tile) => ({
      x: (tile % across) * (tileWidth + GAP),
      y: Math.floor(tile / across) * (tileHeight + CAPTION + GAP) + CAPTION,
    }),
  }
}

/** An encoding of a field that holds pixels, not data. */
export const pixels = (field: string): ChartSpec => ({ field, type: "quantitative", scale: null, axis: null })

/** The layer of captions. */
export const captions = (
  labels: ReadonlyArray<string>,
  { corner }: Pick<Grid, "corner">,
  tileWidth: number,
): ChartSpec => ({
  data: { values: labels.map((label, tile) => ({ ...corner(tile), label })) },
  mark: {
    type: "text",
    align: "left",
    baseline: "bottom",
    dy: -4,
    limit: tileWidth + GAP - 4,
    color: COLOURS.muted,
  },
  encoding: { x: pixels("x"), y: pixels("y"), text: { field: "label", type: "nominal" } },
})
