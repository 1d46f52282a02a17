// Everything that happens, as one union. Terminal, JSON lines, tests and pages read it; the engine formats no text.
import * as Context from "effect/Context"
import * as Schema from "effect/Schema"

const Label = Schema.String.annotations({ description: "a task's label, such as train@fold=1+rate=0.5" })
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
const Status = Schema.Literal("ran", "cached", "failed", "skipped")
const event = <const N extends string, F extends Schema.Struct.Fields>(name: N, fields: F) =>
  Schema.Struct({ event: Schema.Literal(name), ...fields })

const Backend = Schema.Struct({
  name: Schema.String,
  exact: Schema.Boolean.annotations({
    description: "whether equal keys promise equal bits on every machine",
  }),
  why: Schema.NullOr(Schema.String).annotations({ description: "why it is this one, of `--backend auto`" }),
}).annotations({ description: "what computes, where --backend chose it" })

export const RunStarted = event("run-started", {
  experiment: Schema.String,
  run: Schema.String,
  jobs: Schema.Number,
  backend: Schema.optional(Backend),
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
}).annotations({
  description: "another pipeline is at the task, whose result will count; told once for each",
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
  status: Schema.Literal("ran", "cached"),
  key: Schema.String,
  state: Schema.String.annotations({ description: "digest of the state after it" }),
  metrics: Metrics,
  seconds: Schema.Number,
}).annotations({ description: "after its commit" })
export const AttemptFailed = event("attempt-failed", {
  task: Label,
  error: TaskFailure,
  again: Schema.Boolean,
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
  error: Schema.optional(TaskFailure),
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
  ).annotations({ description: "named results of kind table:summary" }),
  pictures: Schema.Array(Schema.String),
})
export const LockChecked = event("lock", {
  path: Schema.String,
  status: Schema.Literal("same", "differs", "written", "created"),
  differences: Schema.Number.annotations({
    description: "outputs that differ, and edits of the lock; with none, only keys moved",
  }),
})
export const Planned = event("planned", {
  task: Label,
  stage: Schema.String,
  status: Schema.Literal("cached", "will-run", "undecided"),
  key: Schema.NullOr(Schema.String),
  why: Schema.Array(Schema.Unknown),
  waitsFor: Schema.Array(Label).annotations({ description: "the tasks whose outputs decide" }),
})
export const PlanFinished = event("plan-finished", {
  experiment: Schema.String,
  tasks: Schema.Number,
  cached: Schema.Number,
  backend: Schema.optional(Backend),
  willRun: Schema.Number,
  undecided: Schema.Number,
  least: Schema.NullOr(Schema.Number).annotations({ description: "seconds, if the undecided stay cached" }),
  most: Schema.NullOr(Schema.Number).annotations({ description: "seconds, if they all run" }),
})
export const RunFinished = event("run-finished", {
  experiment: Schema.String,
  run: Schema.String,
  tasks: Schema.Number,
  ran: Schema.Number,
  cached: Schema.Number,
  failed: Schema.Number,
  skipped: Schema.Number,
  seconds: Schema.Number,
  page: Schema.optional(Schema.String).annotations({
    description: "of a run that failed: what did, and where",
  }),
})
export const Recomputed = event("recomputed", {
  task: Label,
  link: Schema.NullOr(Schema.Number).annotations({
    description: "of a chained task, the one link that was done again; null where all of it was",
  }),
  finish: Schema.Boolean.annotations({ description: "whether its outputs were made again" }),
  compared: Schema.Number.annotations({ description: "digests of the lock that were compared" }),
  same: Schema.Boolean,
  seconds: Schema.Number,
})
export const DifferenceFound = event("difference", {
  difference: Schema.Unknown.annotations({ description: "what differs, discriminated by `what`" }),
})
export const VerifyFinished = event("verify-finished", {
  experiment: Schema.String,
  level: Schema.Literal("current", "intact", "reproduced").annotations({
    description: "the highest level checked",
  }),
  checked: Schema.Number.annotations({ description: "tasks whose keys were checked" }),
  stored: Schema.NullOr(Schema.Number).annotations({ description: "objects that were hashed again" }),
  recomputed: Schema.NullOr(Schema.Number).annotations({
    description: "tasks that were run again and compared",
  }),
  seed: Schema.NullOr(Schema.String).annotations({
    description: "which tasks, of how many, the seed decided",
  }),
  digests: Schema.optional(
    Schema.Struct({
      all: Schema.Number.annotations({ description: "digests of the lock that could be recomputed" }),
      compared: Schema.Number,
      escapes: Schema.Number.annotations({
        description: "the probability that one of them, altered, was not compared",
      }),
    }),
  ).annotations({
    description: "of outputs, and of states and metrics of links, with --recompute or --budget",
  }),
  budget: Schema.optional(Schema.NullOr(Schema.Number)).annotations({
    description: "seconds after which nothing more was recomputed",
  }),
  unproven: Schema.Array(Label).annotations({
    description: "tasks that it proves nothing for: not bit-exact, or adopted and not recomputed whole",
  }),
  adopted: Schema.optional(Schema.Array(Schema.Struct({ task: Label, mark: Schema.Unknown }))).annotations({
    description: "of these, those that were adopted from other code, with their marks",
  }),
  restsOnAdopted: Schema.optional(Schema.Array(Label)).annotations({
    description: "tasks that were given what adopted ones gave, directly or not",
  }),
  inexact: Schema.optional(
    Schema.Array(Schema.Struct({ numerics: Schema.String, tasks: Schema.Array(Label) })),
  ).annotations({ description: "results in the store that are not bit-exact, by what computed them" }),
  linksWithoutMetrics: Schema.optional(Schema.Number).annotations({
    description: "links whose metrics the lock holds no digest of, so that they cannot be compared",
  }),
  differences: Schema.Number,
})
const Sampled = Schema.Struct({ compared: Schema.Number, of: Schema.Number })
export const AdoptedResults = event("adopted", {
  stage: Schema.String,
  from: Schema.Array(Schema.String).annotations({
    description: "digests of the codes that computed the bits",
  }),
  code: Schema.String.annotations({ description: "today's" }),
  why: Schema.Array(Schema.Unknown).annotations({ description: "what moved the keys, see `why`" }),
  tasks: Schema.Number,
  computed: Schema.Number.annotations({
    description: "of these, tasks that were computed again whole: they bear no mark",
  }),
  links: Sampled.annotations({ description: "links of chains that were computed again, all the same" }),
  ends: Sampled.annotations({ description: "tasks whose outputs were" }),
  escapes: Schema.Struct({ one: Schema.Number, tenth: Schema.Number }).annotations({
    description: "the chance that one altered digest, and that a tenth of them, would not have been seen",
  }),
})
export const AdoptFinished = event("adopt-finished", {
  experiment: Schema.String,
  from: Schema.String.annotations({ description: "whose results: the lock, or a run" }),
  tasks: Schema.Number,
  computed: Schema.Number.annotations({ description: "of these, tasks that were computed again whole" }),
  held: Schema.Number.annotations({ description: "of these, tasks that are cached now" }),
  isLockWritten: Schema.NullOr(Schema.Boolean),
  left: Schema.Array(
    Schema.Struct({
      task: Label,
      reason: Schema.Literal("not-locked", "other-work", "schema", "observed", "inexact", "upstream"),
    }),
  ).annotations({ description: "tasks whose results could not be taken over" }),
  seed: Schema.String,
  seconds: Schema.Number,
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
  Results,
  LockChecked,
  Planned,
  PlanFinished,
  RunFinished,
  Recomputed,
  DifferenceFound,
  VerifyFinished,
  AdoptedResults,
  AdoptFinished,
  Refused,
)
export type Event = typeof Event.Type
export type EventOf<N extends Event["event"]> = Extract<Event, { readonly event: N }>

export class Events extends Context.Tag("refold/Events")<
  Events,
  { readonly emit: (event: Event) => void }
>() {}
