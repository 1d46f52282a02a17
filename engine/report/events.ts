// Everything that happens, as one union. Terminal, JSON lines, tests and pages read it; the engine formats no text.
import * as Context from "effect/Context"
import * as Schema from "effect/Schema"
import { Compared } from "./compared.ts"
import {
  Backend,
  Decision,
  event,
  Group,
  KernelsFacts,
  Label,
  ObservedAt,
  ObservedIn,
} from "./event-parts.ts"
import { GroupPlanned, PlanFinished, Planned } from "./plan-events.ts"
import { LetGo, upkeepEvents } from "./upkeep-events.ts"

const Metrics = Schema.Record({ key: Schema.String, value: Schema.Number })
const ErrorFacts = Schema.Struct({ tag: Schema.String, message: Schema.String })
const Thrown = {
  ...ErrorFacts.fields,
  stack: Schema.Array(Schema.String).annotations({
    description: "where, innermost first: `lib/rows.ts:12:31`, relative to the project",
  }),
  excerpt: Schema.optional(Schema.Struct({ at: Schema.String, text: Schema.String })).annotations({
    description: "the source line of one of these places",
  }),
}
const TaskFailure = Schema.Struct({
  ...Thrown,
  causes: Schema.Array(Schema.Struct(Thrown)).annotations({
    description: "what stands behind it, nearest first",
  }),
}).annotations({ description: "what a task failed with" })
/** What was thrown, and where in the author's files. */
export type ThrownFacts = Schema.Struct.Type<typeof Thrown>
/** The same, with what stands behind it. */
export type TaskFailureFacts = typeof TaskFailure.Type
const Status = Schema.Literal("ran", "cached", "failed", "skipped", "not-needed")

export const RunStarted = event("run-started", {
  experiment: Schema.String,
  run: Schema.String,
  jobs: Schema.Number,
  backend: Schema.optional(Backend),
  kernels: Schema.optional(KernelsFacts),
  groups: Schema.optional(Schema.Array(Group)).annotations({
    description: "whose tasks join once their lists are known",
  }),
  plan: Schema.Array(
    Schema.Struct({
      task: Label,
      stage: Schema.String,
      expected: Schema.NullOr(Schema.Number).annotations({
        description: "seconds that it took before, if ever",
      }),
    }),
  ),
})
export const TaskStarted = event("task-started", {
  task: Label,
  stage: Schema.String,
  key: Schema.String,
  why: Schema.Array(Schema.Unknown).annotations({ description: "the reasons of the miss, see `why`" }),
})
export const Waiting = event("waiting", {
  task: Label,
  stage: Schema.String,
  for: Schema.Struct({
    run: Schema.String,
    pid: Schema.Number,
    host: Schema.String,
    since: Schema.String.annotations({ description: "when that run started" }),
  }),
  mutex: Schema.optional(Schema.String).annotations({
    description: "that the other pipeline holds, where it is not at the task itself",
  }),
}).annotations({
  description:
    "another pipeline is at the task, whose result will count, or holds its mutex; told once for each",
})
export const Progress = event("progress", {
  task: Label,
  unit: Schema.String,
  done: Schema.Number,
  total: Schema.Number,
  metrics: Metrics,
  seconds: Schema.Number,
})
export const Printed = event("printed", {
  task: Label,
  text: Schema.String.annotations({ description: "a piece of what it prints, of any length" }),
})
export const LinkFinished = event("link-finished", {
  task: Label,
  unit: Schema.String,
  index: Schema.Number.annotations({ description: "from 1" }),
  status: Schema.Literal("ran", "cached", "remade"),
  key: Schema.String,
  state: Schema.String.annotations({ description: "digest of the state after it" }),
  metrics: Metrics,
  seconds: Schema.Number,
}).annotations({
  description: "after its commit; `remade`: known, and done again since the bytes of a state were gone",
})
export const AttemptFailed = event("attempt-failed", {
  task: Label,
  error: TaskFailure,
  again: Schema.Boolean,
  without: Schema.optional(Schema.String).annotations({
    description: "what the lost worker computed faster with: the next try does without",
  }),
})
export const ArtifactQuarantined = event("artifact-quarantined", { task: Label, digest: Schema.String })
export const Nondeterministic = event("nondeterministic", {
  task: Label,
  stage: Schema.String,
  key: Schema.String,
  outputs: Schema.Array(Schema.String),
  adopted: Schema.optional(Schema.Boolean).annotations({
    description: "the bytes before were adopted from other code: they gave way",
  }),
})
export const TaskFinished = event("task-finished", {
  task: Label,
  stage: Schema.String,
  status: Status,
  key: Schema.NullOr(Schema.String),
  outputs: Schema.Record({ key: Schema.String, value: Schema.String }).annotations({
    description: "name → digest",
  }),
  seconds: Schema.Number,
  observed: Schema.optional(ObservedAt),
  error: Schema.optional(TaskFailure),
  decision: Schema.optional(Decision),
})
export const ObservedElsewhere = event("observed-elsewhere", {
  task: Label,
  stage: Schema.String,
  locked: ObservedAt,
  counts: ObservedAt,
}).annotations({
  description: "the lock names an observation that is not in this store: another one counts in its place",
})
export const GroupOpened = event("group-opened", {
  group: Group,
  items: Schema.Number,
  tasks: Schema.Array(
    Schema.Struct({ task: Label, stage: Schema.String, expected: Schema.NullOr(Schema.Number) }),
  ).annotations({ description: "as in `run-started`" }),
}).annotations({ description: "the list of a group is known: these tasks join the run" })
export const GroupFinished = event("group-finished", {
  group: Group,
  status: Schema.Literal("done", "incomplete", "failed", "skipped", "not-needed").annotations({
    description: "`incomplete`: some of its tasks failed, or were not reached",
  }),
  items: Schema.Number,
  error: Schema.optional(TaskFailure).annotations({ description: "its list, or what wires an item" }),
})
export const Results = event("results", {
  experiment: Schema.String,
  run: Schema.String,
  folder: Schema.String.annotations({ description: "copies under readable names, and index.html" }),
  metrics: Metrics.annotations({ description: "headline metrics under flat dotted names" }),
  values: Schema.Record({ key: Schema.String, value: Schema.Unknown }),
  inexact: Schema.optional(
    Schema.Struct({ numerics: Schema.String, tasks: Schema.Array(Label) }),
  ).annotations({ description: "what computed where it is not bit-exact, and every task that it led to" }),
  summaries: Schema.Array(
    Schema.Struct({
      name: Schema.String,
      rows: Schema.Array(Schema.Record({ key: Schema.String, value: Schema.Unknown })),
    }),
  ).annotations({
    description: "named results of kind table:summary, and table:answers without its mistakes",
  }),
  pictures: Schema.Array(Schema.String),
  notNeeded: Schema.optional(Schema.Array(Schema.String)).annotations({
    description: "named results that upstream values decided against",
  }),
})
export const LockChecked = event("lock", {
  path: Schema.String,
  status: Schema.Literal("same", "differs", "written", "created", "incomplete"),
  differences: Schema.Number.annotations({
    description: "outputs that differ, and edits of the lock; with none, only keys moved",
  }),
})
export const Gate = event("gate", {
  metric: Schema.String.annotations({ description: "a headline metric" }),
  status: Schema.Literal("kept", "broken", "not-checked"),
  value: Schema.NullOr(Schema.Number),
  bounds: Schema.Struct({
    min: Schema.optionalWith(Schema.Number, { exact: true }),
    max: Schema.optionalWith(Schema.Number, { exact: true }),
    atLeast: Schema.optionalWith(Schema.Number, { exact: true }),
    atMost: Schema.optionalWith(Schema.Number, { exact: true }),
  }).annotations({ description: "the last two are of the difference from `against`" }),
  against: Schema.optionalWith(Schema.Struct({ ref: Schema.String, value: Schema.NullOr(Schema.Number) }), {
    exact: true,
  }).annotations({ description: "a git ref, and what its lock file holds" }),
  why: Schema.NullOr(Schema.String).annotations({ description: "what breaks it, or why it was not checked" }),
})
export const RunFinished = event("run-finished", {
  experiment: Schema.String,
  run: Schema.String,
  tasks: Schema.Number,
  ran: Schema.Number,
  cached: Schema.Number,
  failed: Schema.Number,
  skipped: Schema.Number,
  notNeeded: Schema.optional(Schema.Number).annotations({
    description: "that upstream values decided against; absent where there is none",
  }),
  observed: Schema.optional(ObservedIn),
  remade: Schema.optional(Schema.Number).annotations({ description: "known links that were done again" }),
  gatesBroken: Schema.optional(Schema.Number).annotations({ description: "absent where none is" }),
  seconds: Schema.Number,
  page: Schema.optional(Schema.String).annotations({
    description: "of a run that failed: what did, and where",
  }),
})
export const Refused = event("refused", { error: ErrorFacts })

export const Event = Schema.Union(
  RunStarted,
  TaskStarted,
  Waiting,
  Progress,
  Printed,
  LinkFinished,
  AttemptFailed,
  ArtifactQuarantined,
  Nondeterministic,
  TaskFinished,
  ObservedElsewhere,
  GroupOpened,
  GroupFinished,
  Results,
  LockChecked,
  Gate,
  Compared,
  Planned,
  GroupPlanned,
  PlanFinished,
  LetGo,
  RunFinished,
  ...upkeepEvents,
  Refused,
)
export type Event = typeof Event.Type
export type EventOf<N extends Event["event"]> = Extract<Event, { readonly event: N }>

export class Events extends Context.Tag("refold/Events")<
  Events,
  { readonly emit: (event: Event) => void }
>() {}
