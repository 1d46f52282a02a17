// Charts of what any model says, baselines included: curves of probabilities, estimates, what its features do.
import * as Schema from "effect/Schema"
import { form } from "refold"
import * as charts from "refold/charts"
import { drawn, heading, outputs } from "./drawn.ts"

export const roc = form({
  params: Schema.Struct(heading),
  inputs: { roc: "table:roc" },
  outputs,
  run: ({ params, inputs }) => drawn(charts.rocChart({ ...params, points: inputs.roc as never })),
})

export const precisionRecall = form({
  params: Schema.Struct(heading),
  inputs: { curve: "table:precision-recall" },
  outputs,
  run: ({ params, inputs }) =>
    drawn(charts.precisionRecallChart({ ...params, points: inputs.curve as never })),
})

export const calibration = form({
  params: Schema.Struct(heading),
  inputs: { calibration: "table:calibration" },
  outputs,
  run: ({ params, inputs }) =>
    drawn(charts.calibrationChart({ ...params, bins: inputs.calibration as never })),
})

export const importance = form({
  params: Schema.Struct(heading),
  inputs: { importance: "table:importance" },
  outputs,
  run: ({ params, inputs: { importance } }) =>
    drawn(charts.importanceChart({ ...params, features: importance as never })),
})

export const dependence = form({
  params: Schema.Struct(heading),
  inputs: { dependence: "table:dependence" },
  outputs,
  run: ({ params, inputs }) =>
    drawn(charts.dependenceChart({ ...params, points: inputs.dependence as never })),
})

export const estimates = form({
  params: Schema.Struct(heading),
  inputs: { estimated: "table:estimated" },
  outputs,
  run: ({ params, inputs }) =>
    drawn(charts.estimatesChart({ ...params, examples: inputs.estimated as never })),
})
