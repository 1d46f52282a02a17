// Validation loss over the epochs at every dropout rate, where overfitting shows as a curve that turns upwards.

import type { ChartSpec } from "../chart-spec.ts"
import { type Curve, lowest, meanCurve } from "../curve.ts"
import { COLOURS, type Heading, linesOf, ordered, themed } from "../theme.ts"
import { afterTheStart } from "./after-the-start.ts"

interface LossByRate extends Heading {
  readonly cells: ReadonlyArray<{
    /** The dropout rate, 0 to 1. */
    readonly rate: number
    /** One training a fold. */
    readonly curves: ReadonlyArray<Curve>
  }>
}

/**
 * The mean over the folds with a band of ± one standard error; a ring marks the lowest point of each curve. The scale is made for
 * what comes after the first epochs, and the subtitle says what lies above it.
 */
export const lossByRate = ({ title, subtitle, cells }: LossByRate): ChartSpec => {
  const sorted = [...cells].sort((a, b) => a.rate - b.rate)
  const names = sorted.map(({ rate }) => String(rate))
  const means = sorted.map(({ curves }) => meanCurve(curves, "validationLoss"))
  const rows = means.flatMap((points, at) =>
    points.map(({ epoch, mean, standardError }) => ({
      epoch,
      loss: mean,
      low: mean - standardError,
      high: mean + standardError,
      rate: names[at]!,
    })),
  )
  const minima = means.map((points, at) => {
    const { epoch, mean } = lowest(points)
    return { epoch, loss: mean, rate: names[at]! }
  })
  const { top, told } = afterTheStart(rows)
  const bottom = rows.reduce((least, { low }) => Math.min(least, low), Number.POSITIVE_INFINITY)
  const height = heightsBetween(bottom, top)
  return themed(
    { title, subtitle: [...linesOf(subtitle), ...told] },
    {
      width: 560,
      height: 330,
      encoding: {
        x: {
          field: "epoch",
          type: "quantitative",
          title: "Epoch",
          scale: { zero: false, nice: false, padding: 6 },
          axis: { tickMinStep: 1, format: "d", tickCount: 10 },
        },
        color: {
          field: "rate",
          type: "nominal",
          title: "Dropout rate",
          sort: names,
          scale: { domain: names, range: [...ordered(names.length)] },
          legend: { symbolType: "stroke", symbolOpacity: 1 },
        },
      },
      layer: [
        {
          data: { values: rows },
          mark: { type: "area", opacity: 0.16, clip: true, aria: false },
          encoding: { y: height("low"), y2: { field: "high" } },
        },
        {
          data: { values: rows },
          mark: { type: "line", strokeWidth: 2.5, clip: true },
          encoding: { y: height("loss") },
        },
        {
          data: { values: minima },
          mark: { type: "point", filled: false, fill: "#ffffff", size: 75, strokeWidth: 2, opacity: 1 },
          encoding: { y: height("loss") },
        },
      ],
    },
  )
}

const heightsBetween =
  (bottom: number, top: number) =>
  (field: string): ChartSpec => ({
    field,
    type: "quantitative",
    title: "Validation loss: cross-entropy (nats)",
    scale: { domain: [bottom, top], zero: false, nice: 6 },
    axis: { format: ".3~f", tickCount: 6, titleColor: COLOURS.ink },
  })
