// Estimated numbers against the true ones, a dot an example. Knows no model.

import { ChartError, type ChartSpec } from "../chart-spec.ts"
import { COLOURS, type Heading, themed } from "../theme.ts"

interface EstimatesChart extends Heading {
  readonly examples: ReadonlyArray<{ readonly target: number; readonly estimate: number }>
}

/** On the dashed line an estimate is right. @throws ChartError without an example */
export const estimatesChart = ({ title, subtitle, examples }: EstimatesChart): ChartSpec => {
  if (examples.length === 0) throw new ChartError("estimates need an example")
  const all = examples.flatMap(({ target, estimate }) => [target, estimate])
  const domain = [all.reduce((a, b) => Math.min(a, b)), all.reduce((a, b) => Math.max(a, b))] as const
  const axis = (field: string, title: string): ChartSpec => ({
    field,
    type: "quantitative",
    title,
    scale: { zero: false, domain: [...domain], nice: true },
    axis: { grid: true, tickCount: 6 },
  })
  const encoding = { x: axis("target", "True"), y: axis("estimate", "Estimated") }
  return themed(
    { title, subtitle },
    {
      width: 330,
      height: 330,
      layer: [
        {
          data: { values: domain.map((value) => ({ target: value, estimate: value })) },
          mark: { type: "line", strokeDash: [4, 4], strokeWidth: 1.5, color: COLOURS.train },
          encoding,
        },
        {
          data: { values: examples.map(({ target, estimate }) => ({ target, estimate })) },
          mark: { type: "circle", size: 34, opacity: 0.55, color: COLOURS.validation },
          encoding,
        },
      ],
    },
  )
}
