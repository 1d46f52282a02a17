// How many predictions change when images are moved, a line a network; knows nothing of how they were counted.

import { ChartError, type ChartSpec } from "./chart-spec.ts"
import { percent } from "./curve.ts"
import { COLOURS, type Heading, themed } from "./theme.ts"

interface Shifts extends Heading {
  readonly rows: ReadonlyArray<{
    readonly network: string
    /** By how many pixels images were moved. */
    readonly pixels: number
    /** The share of predictions that changed: its mean, and its interval where there is one. */
    readonly changed: number
    readonly low: number | null
    readonly high: number | null
  }>
}

const LOOKS = [
  { colour: COLOURS.validation, shape: "circle" },
  { colour: COLOURS.accent, shape: "diamond" },
] as const

/**
 * A mark a network and distance with its interval, side by side so that none hides another.
 *
 * @throws ChartError for more networks than there are looks, or none
 */
export const shiftsChart = ({ title, subtitle, rows }: Shifts): ChartSpec => {
  const networks = [...new Set(rows.map(({ network }) => network))]
  if (networks.length === 0 || networks.length > LOOKS.length)
    throw new ChartError(`shifts are drawn for one or ${LOOKS.length} networks, not ${networks.length}`)
  const domain = [...networks]
  const values = rows.map(({ network, pixels, changed, low, high }) => ({
    network,
    distance: `${pixels} pixel${pixels === 1 ? "" : "s"}`,
    changed,
    low: low ?? changed,
    high: high ?? changed,
    told: percent(changed),
  }))
  const y = (field: string): ChartSpec => ({
    field,
    type: "quantitative",
    title: "Predictions that change",
    scale: { zero: true, nice: 6 },
    axis: { format: ".0~%", tickCount: 6 },
  })
  const color = {
    field: "network",
    type: "nominal",
    title: null,
    scale: { domain, range: LOOKS.slice(0, domain.length).map(({ colour }) => colour) },
  }
  return themed(
    { title, subtitle },
    {
      width: { step: 90 },
      height: 280,
      data: { values },
      encoding: {
        x: {
          field: "distance",
          type: "nominal",
          title: "Images moved by",
          sort: null,
          axis: { labelAngle: 0, labelColor: COLOURS.ink },
        },
        xOffset: { field: "network", type: "nominal", sort: domain },
      },
      layer: [
        {
          mark: { type: "rule", strokeWidth: 2 },
          encoding: { y: y("low"), y2: { field: "high" }, color },
        },
        {
          mark: { type: "point", filled: true, size: 110, opacity: 1 },
          encoding: {
            y: y("changed"),
            color,
            shape: {
              field: "network",
              type: "nominal",
              title: null,
              scale: { domain, range: LOOKS.slice(0, domain.length).map(({ shape }) => shape) },
            },
          },
        },
        {
          mark: { type: "text", align: "left", dx: 9, fontSize: 12 },
          encoding: { y: y("changed"), text: { field: "told", type: "nominal" }, color },
        },
      ],
    },
  )
}
