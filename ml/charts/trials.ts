// The trials of a search from the best to the worst: what each tried, and the accuracy that it reached.

import { summary } from "../statistics/moments.ts"
import { ChartError, type ChartSpec } from "./chart-spec.ts"
import { percent } from "./curve.ts"
import { COLOURS, type Heading, themed } from "./theme.ts"

/** What a trial tried: hyper-parameters by name, the same names in every trial. */
type Candidate = Readonly<Record<string, number | string>>

interface Trials extends Heading {
  readonly trials: ReadonlyArray<{
    readonly candidate: Candidate
    /** Validation accuracy of every fold, 0 to 1. */
    readonly accuracies: ReadonlyArray<number>
  }>
  /** The trial that was chosen, one of the trials' candidates. */
  readonly chosen: Candidate
}

const STEP = 27
const COLUMN = 86

/**
 * A row a trial, the highest mean first: its hyper-parameters as a table, then the mean over the folds ± one standard
 * error, and each fold's accuracy.
 *
 * @throws ChartError when no trial is the chosen one
 */
export const trialsChart = ({ title, subtitle, trials, chosen }: Trials): ChartSpec => {
  const rows = ranked(trials, chosen)
  if (!rows.some(({ chosen }) => chosen)) throw new ChartError("no trial is the chosen one")
  const names = Object.keys(rows[0]!.candidate)
  const height = rows.length * STEP
  const scale = { domain: [-0.5, rows.length - 0.5], reverse: true, nice: false, zero: false }
  const y: ChartSpec = { field: "place", type: "quantitative", axis: null, scale }
  return themed(
    { title, subtitle },
    {
      spacing: 6,
      hconcat: [
        {
          width: names.length * COLUMN,
          height,
          layer: names.flatMap((name, at) => column(rows, y, name, at)),
        },
        { width: 380, height, encoding: { y }, layer: reached(rows) },
      ],
    },
  )
}

interface Row {
  readonly candidate: Candidate
  readonly accuracies: ReadonlyArray<number>
  readonly mean: number
  readonly error: number
  readonly place: number
  readonly chosen: boolean
}

/** The highest mean first. */
const ranked = (trials: Trials["trials"], chosen: Candidate): ReadonlyArray<Row> =>
  trials
    .map(({ candidate, accuracies }) => {
      const { mean, standardError } = summary(accuracies)
      return { candidate, accuracies, mean, error: standardError ?? 0 }
    })
    .sort((a, b) => b.mean - a.mean)
    .map((row, place) => ({ ...row, place, chosen: isSame(row.candidate, chosen) }))

/** The chosen trial stands out from those in another colour. */
const among = (others: string): ChartSpec => ({
  condition: { test: "datum.chosen", value: COLOURS.accent },
  value: others,
})

/** What each trial tried of one hyper-parameter, under its name. */
const column = (
  rows: ReadonlyArray<Row>,
  y: ChartSpec,
  name: string,
  at: number,
): ReadonlyArray<ChartSpec> => [
  {
    data: { values: [{ words: words(name) }] },
    mark: { type: "text", align: "right", x: (at + 1) * COLUMN - 14, y: -10, color: COLOURS.muted },
    encoding: { text: { field: "words", type: "nominal" } },
  },
  {
    data: {
      values: rows.map(({ place, chosen, candidate }) => ({ place, chosen, value: String(candidate[name]) })),
    },
    mark: { type: "text", align: "right", x: (at + 1) * COLUMN - 14 },
    encoding: { y, text: { field: "value", type: "nominal" }, color: among(COLOURS.ink) },
  },
]

/** Each fold's accuracy, and their mean ± one standard error, as marks and in words. */
const reached = (rows: ReadonlyArray<Row>): ReadonlyArray<ChartSpec> => {
  const color = among(COLOURS.validation)
  const means = rows.map(({ place, chosen, mean, error }) => ({
    place,
    chosen,
    mean,
    low: mean - error,
    high: mean + error,
    told: `${percent(mean)} ± ${(100 * error).toFixed(1)}`,
  }))
  const folds = rows.flatMap(({ place, accuracies }) =>
    accuracies.map((accuracy, fold) => ({ place, accuracy, fold })),
  )
  return [
    {
      data: { values: folds },
      mark: { type: "circle", size: 34, opacity: 0.9, color: "#b4bcc8" },
      encoding: { x: width("accuracy") },
    },
    {
      data: { values: means },
      mark: { type: "rule", strokeWidth: 2 },
      encoding: { x: width("low"), x2: { field: "high" }, color },
    },
    {
      data: { values: means },
      mark: { type: "circle", size: 80, opacity: 1 },
      encoding: { x: width("mean"), color },
    },
    {
      data: { values: means },
      mark: { type: "text", align: "left", x: 392, fontWeight: 600 },
      encoding: { text: { field: "told", type: "nominal" }, color },
    },
  ]
}

const isSame = (one: Candidate, other: Candidate): boolean =>
  Object.keys(one).every((name) => one[name] === other[name])

/** `learningRate` as "learning rate". */
const words = (name: string): string =>
  name.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`).replace(/(\d+)$/, " $1")

const width = (field: string): ChartSpec => ({
  field,
  type: "quantitative",
  title: "Validation accuracy",
  scale: { zero: false, nice: 6 },
  axis: { format: ".2~%", tickCount: 6, grid: true },
})
