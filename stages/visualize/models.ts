// Charts of what any model says, baselines included: curves of probabilities, estimates, what its features do. Tables of several
// models stand in one picture, each under the name that it is wired by.
import * as Schema from "effect/Schema"
import { form, many, type Row } from "refold"
import * as charts from "refold/charts"
import { drawn, heading, outputs } from "./drawn.ts"

type Tables = Readonly<Record<string, ReadonlyArray<Row>>>

/** Rows of all tables; of several each with its model's name. */
const rowsOf = (tables: Tables): ReadonlyArray<Row> =>
  Object.values(tables).length === 1
    ? Object.values(tables)[0]!
    : Object.entries(tables).flatMap(([model, rows]) => rows.map((row) => ({ model, ...row })))

export const roc = form({
  params: Schema.Struct(heading),
  inputs: { roc: many("table:roc") },
  outputs,
  run: ({ params, inputs }) => drawn(charts.rocChart({ ...params, points: rowsOf(inputs.roc) as never })),
})

export const precisionRecall = form({
  params: Schema.Struct(heading),
  inputs: { curves: many("table:precision-recall") },
  outputs,
  run: ({ params, inputs }) =>
    drawn(charts.precisionRecallChart({ ...params, points: rowsOf(inputs.curves) as never })),
})

export const calibration = form({
  params: Schema.Struct(heading),
  inputs: { calibration: many("table:calibration") },
  outputs,
  run: ({ params, inputs }) =>
    drawn(charts.calibrationChart({ ...params, bins: rowsOf(inputs.calibration) as never })),
})

export const importance = form({
  params: Schema.Struct(heading),
  inputs: { importance: many("table:importance") },
  outputs,
  run: ({ params, inputs: { importance } }) =>
    drawn(charts.importanceChart({ ...params, features: rowsOf(importance) as never })),
})

export const dependence = form({
  params: Schema.Struct({
    ...heading,
    /** Outputs that are shown; of two classes the one mirrors the other. */
    shown: Schema.optionalWith(Schema.Union(Schema.Literal("all"), Schema.NonEmptyArray(Schema.String)), {
      default: () => "all" as const,
    }),
  }),
  inputs: { dependence: many("table:dependence") },
  outputs,
  run: ({ params: { shown, ...heading }, inputs }) => {
    const points = rowsOf(inputs.dependence).filter(
      ({ output }) => shown === "all" || shown.includes(String(output)),
    )
    return drawn(charts.dependenceChart({ ...heading, points: points as never }))
  },
})

export const estimates = form({
  params: Schema.Struct(heading),
  inputs: { estimated: "table:estimated" },
  outputs,
  run: ({ params, inputs }) =>
    drawn(charts.estimatesChart({ ...params, examples: inputs.estimated as never })),
})
