// How far each candidate is behind the best, with the interval that a comparison gave; it knows no test.

import { ChartError, type ChartSpec } from "../chart-spec.ts"
import { COLOURS, type Heading, themed } from "../theme.ts"

interface Differences extends Heading {
  readonly rows: ReadonlyArray<{
    /** What is compared with the best: "dropout 0.2". */
    readonly name: string
    /** The best minus this, as a share of examples, and its interval. */
    readonly difference: number
    readonly low: number
    readonly high: number
  }>
}

/**
 * A row a candidate: the difference as a dot, its interval as a line. An interval that holds 0 (the rule down the picture) is
 * drawn in grey: a difference that chance alone would explain.
 *
 * @throws ChartError when there is nothing to compare
 */
export const differences = ({ title, subtitle, rows }: Differences): ChartSpec => {
  if (rows.length === 0)
    throw new ChartError("differences from the best need a candidate that is not the best")
  const values = rows.map(({ name, difference, low, high }) => ({
    name,
    difference: 100 * difference,
    low: 100 * low,
    high: 100 * high,
    clear: low > 0,
    told: `${points(difference)} (${points(low)} to ${points(high)})`,
  }))
  const x = (field: string): ChartSpec => ({
    field,
    type: "quantitative",
    title: "Accuracy of the best minus this one's, percentage points",
    scale: { zero: true, nice: 6 },
    axis: { grid: true, tickCount: 6, format: ".2~f" },
  })
  const color = { condition: { test: "datum.clear", value: COLOURS.accent }, value: COLOURS.muted }
  return themed(
    { title, subtitle },
    {
      width: 420,
      height: { step: 36 },
      encoding: {
        y: {
          field: "name",
          type: "nominal",
          title: null,
          sort: values.map(({ name }) => name),
          axis: { labelColor: COLOURS.ink, labelLimit: 360, labelFontSize: 12.5, labelPadding: 8 },
        },
      },
      layer: [
        {
          data: { values: [{ zero: 0 }] },
          mark: { type: "rule", strokeWidth: 1.5, color: COLOURS.ink },
          encoding: { x: x("zero"), y: null },
        },
        {
          data: { values },
          mark: { type: "rule", strokeWidth: 2.5 },
          encoding: { x: x("low"), x2: { field: "high" }, color },
        },
        {
          data: { values },
          mark: { type: "circle", size: 90, opacity: 1 },
          encoding: { x: x("difference"), color },
        },
        {
          data: { values },
          mark: { type: "text", align: "left", x: 434, fontSize: 12 },
          encoding: { text: { field: "told", type: "nominal" }, color },
        },
      ],
    },
  )
}

/** A difference of shares in percentage points: 0.0123 → "1.23". */
const points = (difference: number): string => (100 * difference).toFixed(2).replace("-", "−")
