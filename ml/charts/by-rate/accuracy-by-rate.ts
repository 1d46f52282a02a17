// Cross-validated accuracy against the dropout rate, with error bars; knows nothing of how a rate was chosen.

import { summary } from "../../statistics/moments.ts"
import { ChartError, type ChartSpec } from "../chart-spec.ts"
import { percent } from "../curve.ts"
import { COLOURS, type Heading, themed } from "../theme.ts"

interface RateCell {
  /** The dropout rate, 0 to 1. */
  readonly rate: number
  /** Validation accuracy of every fold, 0 to 1. */
  readonly accuracies: ReadonlyArray<number>
}

interface AccuracyByRate extends Heading {
  readonly cells: ReadonlyArray<RateCell>
  /** The rate that was chosen, one of the cells'. */
  readonly chosen: number
}

/**
 * The mean over the folds at each rate, ± one standard error; beside it each fold's accuracy.
 *
 * @throws ChartError when no cell has the chosen rate
 */
export const accuracyByRate = ({ title, subtitle, cells, chosen }: AccuracyByRate): ChartSpec => {
  if (!cells.some(({ rate }) => rate === chosen))
    throw new ChartError(`no cell has the chosen rate ${chosen}`)
  const rates = cells.map(({ rate }) => rate)
  const means = cells.map(({ rate, accuracies }) => {
    const { mean, standardError } = summary(accuracies)
    const error = standardError ?? 0
    const told = `${percent(mean)}${standardError === null ? "" : ` ± ${(100 * error).toFixed(1)}`}`
    return { rate, mean, low: mean - error, high: mean + error, told, chosen: rate === chosen }
  })
  const folds = cells.flatMap(({ rate, accuracies }) =>
    accuracies.map((accuracy, fold) => ({ rate, accuracy, fold })),
  )
  const color = { condition: { test: "datum.chosen", value: COLOURS.accent }, value: COLOURS.validation }
  return themed(
    { title, subtitle },
    {
      width: width(rates),
      height: 300,
      encoding: {
        x: {
          field: "rate",
          type: "quantitative",
          title: "Dropout rate",
          scale: { zero: false, nice: false, padding: 34 },
          axis: { values: rates, format: ".4~g" },
        },
      },
      layer: [
        {
          data: { values: folds },
          mark: { type: "circle", size: 34, opacity: 0.9, color: "#b4bcc8", xOffset: 12 },
          encoding: { y: height("accuracy") },
        },
        {
          data: { values: means },
          mark: { type: "line", strokeWidth: 1.2, color: COLOURS.rule },
          encoding: { y: height("mean") },
        },
        {
          data: { values: means },
          mark: { type: "rule", strokeWidth: 2 },
          encoding: { y: height("low"), y2: { field: "high" }, color },
        },
        {
          data: { values: means },
          mark: { type: "circle", size: 95, opacity: 1 },
          encoding: { y: height("mean"), color },
        },
        {
          data: { values: means },
          mark: { type: "text", align: "center", baseline: "bottom", y: -6, fontSize: 12.5, fontWeight: 600 },
          encoding: { text: { field: "told", type: "nominal" }, color },
        },
      ],
    },
  )
}

/** Pixels that keep the numbers of neighbouring rates apart, within reason. */
const width = (rates: ReadonlyArray<number>): number => {
  const sorted = [...rates].sort((a, b) => a - b)
  const gap = Math.min(...sorted.slice(1).map((rate, at) => rate - sorted[at]!))
  return Math.min(1100, Math.max(520, Math.ceil((92 * (sorted.at(-1)! - sorted[0]!)) / gap) + 68))
}

const height = (field: string): ChartSpec => ({
  field,
  type: "quantitative",
  title: "Validation accuracy",
  scale: { zero: false, nice: 6 },
  axis: { format: ".2~%", tickCount: 6 },
})
