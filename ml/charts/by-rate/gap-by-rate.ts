// Training and validation loss side by side at every dropout rate: the gap between them is what overfitting is.

import type { ChartSpec } from "../chart-spec.ts"
import { type Curve, epochAxis, lowest, meanCurve } from "../curve.ts"
import { COLOURS, type Heading, linesOf, panelTitle, themed } from "../theme.ts"
import { afterTheStart } from "./after-the-start.ts"

interface GapByRate extends Heading {
  readonly cells: ReadonlyArray<{
    /** The dropout rate, 0 to 1. */
    readonly rate: number
    /** One training a fold. */
    readonly curves: ReadonlyArray<Curve>
  }>
}

const PARTS = ["training", "validation"] as const
const COLUMNS = 2

/**
 * A panel a rate, all on one scale, which is made for what comes after the first epochs: both losses as means over the folds, the gap between them shaded. A ring marks the lowest
 * validation loss, and the words above say whether it turns there, or falls to the end.
 */
export const gapByRate = ({ title, subtitle, cells }: GapByRate): ChartSpec => {
  const panels = [...cells]
    .sort((a, b) => a.rate - b.rate)
    .map(({ rate, curves }) => {
      const [training, validation] = [meanCurve(curves, "trainLoss"), meanCurve(curves, "validationLoss")]
      return { rate, training, validation, best: lowest(validation) }
    })
  const losses = panels.flatMap(({ training, validation }) => [...training, ...validation])
  const { top, told } = afterTheStart(losses.map(({ epoch, mean }) => ({ epoch, high: mean })))
  const domain = [losses.reduce((least, { mean }) => Math.min(least, mean), Number.POSITIVE_INFINITY), top]
  return themed(
    { title, subtitle: [...linesOf(subtitle), ...told] },
    {
      columns: COLUMNS,
      spacing: { row: 30, column: 40 },
      concat: panels.map((given) => panel(given, domain)),
    },
  )
}

interface Panel {
  readonly rate: number
  readonly training: ReturnType<typeof meanCurve>
  readonly validation: ReturnType<typeof meanCurve>
  readonly best: ReturnType<typeof lowest>
}

function panel({ rate, training, validation, best }: Panel, domain: ReadonlyArray<number>): ChartSpec {
  const end = validation.at(-1)!
  const told =
    best.epoch === end.epoch
      ? `validation lowest at the end: ${best.mean.toFixed(3)}`
      : `validation lowest after epoch ${best.epoch}: ${best.mean.toFixed(3)}; at the end ${end.mean.toFixed(3)}`
  const y = (field: string): ChartSpec => ({
    field,
    type: "quantitative",
    title: "Cross-entropy (nats)",
    scale: { domain: [...domain], zero: false, nice: 6 },
    axis: { format: ".3~f", tickCount: 6 },
  })
  const gap = training.map(({ epoch, mean }, at) => ({ epoch, from: mean, to: validation[at]!.mean }))
  const lines = [training, validation].flatMap((points, at) =>
    points.map(({ epoch, mean }) => ({ epoch, loss: mean, part: PARTS[at]! })),
  )
  return {
    width: 330,
    height: 210,
    layer: [
      {
        data: { values: gap },
        mark: { type: "area", opacity: 0.16, clip: true, color: COLOURS.validation, aria: false },
        encoding: { x: epochAxis, y: y("from"), y2: { field: "to" } },
      },
      {
        data: { values: lines },
        mark: { type: "line", strokeWidth: 2.5, clip: true },
        encoding: {
          x: epochAxis,
          y: y("loss"),
          color: {
            field: "part",
            type: "nominal",
            title: null,
            scale: { domain: [...PARTS], range: [COLOURS.train, COLOURS.validation] },
            legend: { symbolType: "stroke", symbolOpacity: 1 },
          },
        },
      },
      {
        data: { values: [{ epoch: best.epoch, loss: best.mean }] },
        mark: { type: "point", filled: false, size: 110, strokeWidth: 2, color: COLOURS.accent, opacity: 1 },
        encoding: { x: epochAxis, y: y("loss") },
      },
      ...panelTitle(`Dropout ${rate}`, told),
    ],
  }
}
