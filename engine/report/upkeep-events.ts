// What is told of results that are there: verified, adopted, let go. It knows nothing of how tasks run.
import * as Schema from "effect/Schema"
import { event, Label } from "./event-parts.ts"

const Recomputed = event("recomputed", {
  task: Label,
  link: Schema.NullOr(Schema.Number).annotations({
    description: "of a chained task, the one link that was done again; null where all of it was",
  }),
  finish: Schema.Boolean.annotations({ description: "whether its outputs were made again" }),
  compared: Schema.Number.annotations({ description: "digests of the lock that were compared" }),
  same: Schema.Boolean,
  seconds: Schema.Number,
})
const Traced = event("traced", {
  task: Label,
  started: Schema.Array(Schema.String).annotations({
    description: "programs of the system that it started, and that its key does not name",
  }),
  wrote: Schema.Array(Schema.String).annotations({
    description: "what it wrote to, other than in folders of its own",
  }),
})
const DifferenceFound = event("difference", {
  difference: Schema.Unknown.annotations({ description: "what differs, discriminated by `what`" }),
})
const VerifyFinished = event("verify-finished", {
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
  observed: Schema.optional(
    Schema.Struct({
      tasks: Schema.Number,
      first: Schema.NullOr(Schema.String).annotations({ description: "when, by the lock" }),
      last: Schema.NullOr(Schema.String),
      elsewhere: Schema.Number.annotations({ description: "of these, not in this store" }),
      unchecked: Schema.Array(Label).annotations({
        description:
          "whose keys were not checked, as what they ask is made of is neither in the lock nor in the store",
      }),
    }),
  ).annotations({
    description: "what was observed and not computed: nothing proves it, and what follows is given it",
  }),
  linksWithoutMetrics: Schema.optional(Schema.Number).annotations({
    description: "links whose metrics the lock holds no digest of, so that they cannot be compared",
  }),
  environmentsNotChecked: Schema.optional(
    Schema.Array(Schema.Struct({ stage: Schema.String, why: Schema.String })),
  ).annotations({
    description:
      "stages that declare variables which are not set here, and programs whose environment is not at hand: their keys were checked with what the lock says",
  }),
  environmentsUnknown: Schema.optional(Schema.Array(Schema.String)).annotations({
    description: "programs that do not say what is installed for them",
  }),
  incomplete: Schema.optional(Schema.Array(Label)).annotations({
    description:
      "tasks of groups that gave nothing when the lock was made (`--incomplete`): it pins nothing of them; absent where there are none",
  }),
  gatesBroken: Schema.optional(Schema.Number).annotations({
    description: "gates that the metrics in the lock break; absent where none",
  }),
  differences: Schema.Number,
})
const Sampled = Schema.Struct({ compared: Schema.Number, of: Schema.Number })
const AdoptedResults = event("adopted", {
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
const AdoptFinished = event("adopt-finished", {
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

export const LetGo = event("let-go", {
  artifacts: Schema.Number,
  bytes: Schema.Number,
  groups: Schema.Array(
    Schema.Struct({
      stage: Schema.NullOr(Schema.String).annotations({
        description: "what made them; null: no result says",
      }),
      why: Schema.Literal("no-run", "finished-chain", "no-result", "bound").annotations({
        description:
          "no kept run reaches them; states of finished chains; no result names them; the store took more than it may",
      }),
      artifacts: Schema.Number,
      bytes: Schema.Number,
      seconds: Schema.NullOr(Schema.Number).annotations({
        description: "that making them again takes, as far as the ledger tells",
      }),
    }),
  ),
  takes: Schema.NullOr(Schema.Number).annotations({
    description: "bytes of the artifacts that are left; null: that could not be told",
  }),
  keep: Schema.Number.annotations({ description: "bytes that they may take" }),
  holding: Schema.Struct({
    locks: Schema.Number,
    pins: Schema.Number,
    running: Schema.Number,
    observed: Schema.Number,
    orphans: Schema.Number,
  }).annotations({ description: "bytes that cannot go, by who keeps them: the first of these" }),
  failure: Schema.NullOr(Schema.String).annotations({ description: "why not all of it went" }),
}).annotations({ description: "at a run's end, with `keep` in the configuration, where the store took more" })

/** What is told of a store and of locks, but for what a run tells too. */
export const upkeepEvents = [
  Recomputed,
  Traced,
  DifferenceFound,
  VerifyFinished,
  AdoptedResults,
  AdoptFinished,
] as const
