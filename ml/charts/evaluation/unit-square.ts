// Lines of several classes over two shares of 0 to 1, beside a line to compare with. Knows no metric.

import type { ChartSpec, Json } from "../chart-spec.ts"
import { COLOURS, ordered } from "../colours.ts"
import { type Heading, themed } from "../theme.ts"

export interface UnitSquare extends Heading {
  readonly x: string
  readonly y: string
  /** In the order in which they are joined. */
  readonly points: ReadonlyArray<{ readonly name: string; readonly x: number; readonly y: number }>
  /** What is compared with: from where to where. */
  readonly beside: ReadonlyArray<readonly [x: number, y: number]>
  /** How points are joined; with "points" they are marked, too. */
  readonly joined: "line" | "step" | "points"
}

const SIDE = 330

export const unitSquare = ({ title, subtitle, x, y, points, beside, joined }: UnitSquare): ChartSpec => {
  const names = [...new Set(points.map(({ name }) => name))]
  const axis = (field: string, title: string): ChartSpec => ({
    field,
    type: "quantitative",
    title,
    scale: { domain: [0, 1], nice: false },
    axis: { format: ".0~%", tickCount: 6, grid: true },
  })
  const values: ReadonlyArray<Json> = points.map((point, at) => ({ ...point, order: at }))
  return themed(
    { title, subtitle },
    {
      width: SIDE,
      height: SIDE,
      layer: [
        {
          data: { values: beside.map(([x, y]) => ({ x, y })) },
          mark: { type: "line", strokeDash: [4, 4], strokeWidth: 1.5, color: COLOURS.train },
          encoding: { x: axis("x", x), y: axis("y", y) },
        },
        {
          data: { values },
          mark: {
            type: "line",
            strokeWidth: 2.5,
            interpolate: joined === "step" ? "step-before" : "linear",
            point: joined === "points",
          },
          encoding: {
            x: axis("x", x),
            y: axis("y", y),
            order: { field: "order", type: "quantitative" },
            color: {
              field: "name",
              type: "nominal",
              title: null,
              sort: names,
              scale: {
                domain: names,
                range: names.length === 1 ? [COLOURS.validation] : [...ordered(names.length)],
              },
              legend: { symbolType: "stroke", symbolOpacity: 1, labelLimit: 300 },
            },
          },
        },
      ],
    },
  )
}
