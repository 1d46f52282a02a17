// The declaring functions that a project's modules import as "refold". Light: no service, no package at run time.

export type { Accepts, Content, Kinds, Metrics, Row } from "../content/kind.ts"
export { type Experiment, experiment, file } from "./experiment.ts"
export {
  type Allowance,
  type Axes,
  type Bound,
  bound,
  type Chain,
  type Definition,
  type Form,
  type Forms,
  form,
  type LinkMetrics,
  type Many,
  many,
  type Output,
  type RunContext,
  type Stage,
  stage,
  type Task,
} from "./stage.ts"
