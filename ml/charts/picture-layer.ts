// Pictures in a chart, each at a place of its own, with its pixels as they are; knows nothing of what they show.

import type { ChartSpec } from "./chart-spec.ts"
import { pixels } from "./grid.ts"
import { COLOURS } from "./theme.ts"

/** Where its upper left corner stands, how large it is drawn, in pixels, and its `data:` URL. */
export interface Picture {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly url: string
}

export const pictureLayer = (pictures: ReadonlyArray<Picture>): ChartSpec => ({
  data: { values: pictures.map((picture) => ({ ...picture })) },
  mark: {
    ...{ type: "image", align: "left", baseline: "top", aspect: false, smooth: false, aria: false },
    width: { expr: "datum.width" },
    height: { expr: "datum.height" },
  },
  encoding: { x: pixels("x"), y: pixels("y"), url: { field: "url", type: "nominal" } },
})

/** A line around each picture. */
export const frames = (pictures: ReadonlyArray<Picture>): ChartSpec => ({
  data: {
    values: pictures.map(({ x, y, width, height }) => ({ x, y, right: x + width, bottom: y + height })),
  },
  mark: { type: "rect", fill: null, stroke: COLOURS.rule, strokeWidth: 1, aria: false },
  encoding: { x: pixels("x"), x2: { field: "right" }, y: pixels("y"), y2: { field: "bottom" } },
})
