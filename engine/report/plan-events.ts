// What is told of a run that is only looked at: what each task would do, and why. It knows nothing of how tasks run.
import * as Schema from "effect/Schema"
import { Backend, event, Group, Label } from "./event-parts.ts"

export const Planned = event("planned", {
  task: Label,
  stage: Schema.String,
  status: Schema.Literal("cached", "will-run", "undecided", "not-needed"),
  key: Schema.NullOr(Schema.String),
  why: Schema.Array(Schema.Unknown),
  waitsFor: Schema.Array(Label).annotations({ description: "the tasks whose outputs decide" }),
})
export const GroupPlanned = event("group-planned", {
  group: Group,
  items: Schema.NullOr(Schema.Number).annotations({ description: "null while its list is not known" }),
  waitsFor: Schema.Array(Label).annotations({ description: "the tasks whose outputs decide" }),
  refused: Schema.optional(Schema.Unknown).annotations({ description: "why it will fail, as in `why`" }),
})
export const PlanFinished = event("plan-finished", {
  experiment: Schema.String,
  tasks: Schema.Number,
  cached: Schema.Number,
  backend: Schema.optional(Backend),
  willRun: Schema.Number,
  willFail: Schema.optional(Schema.Number).annotations({ description: "of them, where any will" }),
  undecided: Schema.Number,
  notNeeded: Schema.optional(Schema.Number).annotations({
    description: "that upstream values decide against; absent where there is none",
  }),
  least: Schema.NullOr(Schema.Number).annotations({ description: "seconds, if the undecided stay cached" }),
  most: Schema.NullOr(Schema.Number).annotations({ description: "seconds, if they all run" }),
  bytes: Schema.optional(
    Schema.Struct({
      cached: Schema.Number.annotations({ description: "that the outputs of what is cached take" }),
      least: Schema.NullOr(Schema.Number).annotations({
        description: "that the run may write, from what it wrote before, if the undecided stay cached",
      }),
      most: Schema.NullOr(Schema.Number).annotations({ description: "if they all run" }),
    }),
  ),
})
