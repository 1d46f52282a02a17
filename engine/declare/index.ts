// The declaring functions that a project's modules import as "refold". Light: no service, and of packages only what reads schemas.
export type { AnswerDraft } from "../content/answers.ts"
export type { Folder } from "../content/folder.ts"
export type { Accepts, Content, Kinds, Metrics, Row, Written } from "../content/kind.ts"
export type { Chain, LinkMetrics } from "./chain.ts"
export { type Matched, match } from "./conditions/match.ts"
export { type Conditional, when } from "./conditions/when.ts"
export { each, type Grouped } from "./each.ts"
export { type About, type AnyExperiment, type Experiment, experiment, file, files } from "./experiment.ts"
export type { Definition, Form } from "./form.ts"
export type { Age } from "./observed/observed.ts"
export { type Asking, type Recorded, type Refusal, recorded } from "./observed/recorded.ts"
export { locked } from "./other/locked.ts"
export { use } from "./other/use.ts"
export { type Config, type ConfigFields, defineConfig } from "./policy/config.ts"
export type { Gate, Gates } from "./policy/gates.ts"
export type { Limit, Limits } from "./policy/limits.ts"
export type { Policies, Policy, Resources } from "./policy/policy.ts"
export type { Size } from "./policy/size.ts"
export type { EntryPath, Paths } from "./programs/command.ts"
export { conda, type Installed, image, renv, venv } from "./programs/installed.ts"
export { type ProgramDefinition, program } from "./programs/program.ts"
export { python, rscript, type Script, shell } from "./programs/scripts.ts"
export { type Repeats, repeat } from "./repeat/repeat.ts"
export {
  type Group,
  group,
  type Many,
  many,
  type Optional,
  optional,
  type Roles,
  type Settled,
  settled,
} from "./roles.ts"
export type { Allowance, Contents, GroupEntry, Outputs, RunContext, SettledGroup } from "./run-context.ts"
export { form, stage } from "./stage.ts"
export {
  type AnyStage,
  type Axes,
  type Bindable,
  type Bound,
  bound,
  type Forms,
  type GroupOutput,
  type OptionalOutput,
  type Output,
  type Stage,
  type Task,
} from "./task.ts"
