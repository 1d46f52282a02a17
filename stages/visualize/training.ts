// Charts of trainings and searches: curves, losses and accuracies by rate, how cells compare, trials.
import * as Schema from "effect/Schema"
import { form, many, type Row } from "refold"
import * as charts from "refold/charts"
import { drawn, heading, outputs } from "./drawn.ts"

const Cells = Schema.NonEmptyArray(
  Schema.Struct({ rate: Schema.Number, folds: Schema.NonEmptyArray(Schema.String) }),
)
const Candidate = Schema.Record({ key: Schema.String, value: Schema.Union(Schema.Number, Schema.String) })

const curvesOf = (cells: typeof Cells.Type, curves: Readonly<Record<string, ReadonlyArray<Row>>>) =>
  cells.map(({ rate, folds }) => ({
    rate,
    curves: folds.map((name) => curves[name] as unknown as charts.Curve),
  }))

/** A row of comparisons: what comes before the difference is the candidate. */
function comparedRow(row: Row) {
  const names = Object.keys(row)
  const interval = (end: "low" | "high") => row[names.find((name) => name.startsWith(`${end} (`))!] as number
  return {
    name: names
      .slice(0, names.indexOf("best − this"))
      .map((name) => `${name} ${row[name]}`)
      .join(", "),
    difference: row["best − this"] as number,
    low: interval("low"),
    high: interval("high"),
  }
}

export const learningCurves = form({
  params: Schema.Struct(heading),
  inputs: { curve: "table:curve" },
  outputs,
  run: ({ params, inputs }) => drawn(charts.learningCurves({ ...params, curves: [inputs.curve as never] })),
})

export const lossByRate = form({
  params: Schema.Struct({ ...heading, cells: Cells }),
  inputs: { curves: many("table:curve") },
  outputs,
  run: ({ params: { cells, ...heading }, inputs: { curves } }) =>
    drawn(charts.lossByRate({ ...heading, cells: curvesOf(cells, curves) })),
})

/** Training and validation loss at each rate, and the gap between them. */
export const gapByRate = form({
  params: Schema.Struct({ ...heading, cells: Cells }),
  inputs: { curves: many("table:curve") },
  outputs,
  run: ({ params: { cells, ...heading }, inputs: { curves } }) =>
    drawn(charts.gapByRate({ ...heading, cells: curvesOf(cells, curves) })),
})

/** How far each cell is behind the best, with the interval of the comparison. */
export const differences = form({
  params: Schema.Struct(heading),
  inputs: { comparisons: "table:comparisons" },
  outputs,
  run: ({ params, inputs }) =>
    drawn(charts.differences({ ...params, rows: inputs.comparisons.map(comparedRow) })),
})

export const accuracyByRate = form({
  params: Schema.Struct({ ...heading, cells: Cells, chosen: Schema.Number }),
  inputs: { metrics: many("metrics:validation") },
  outputs,
  run: ({ params: { cells, ...rest }, inputs: { metrics } }) =>
    drawn(
      charts.accuracyByRate({
        ...rest,
        cells: cells.map(({ rate, folds }) => ({
          rate,
          accuracies: folds.map((name) => metrics[name]!.accuracy!),
        })),
      }),
    ),
})

/** The trials of a search, the one that was chosen among them. */
export const trials = form({
  params: Schema.Struct({
    ...heading,
    trials: Schema.NonEmptyArray(
      Schema.Struct({ candidate: Candidate, folds: Schema.NonEmptyArray(Schema.String) }),
    ),
    chosen: Candidate,
  }),
  inputs: { metrics: many("metrics:validation") },
  outputs,
  run: ({ params: { trials, ...rest }, inputs: { metrics } }) =>
    drawn(
      charts.trialsChart({
        ...rest,
        trials: trials.map(({ candidate, folds }) => ({
          candidate,
          accuracies: folds.map((name) => metrics[name]!.accuracy!),
        })),
      }),
    ),
})
