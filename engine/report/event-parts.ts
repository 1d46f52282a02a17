// What events are made of: a name with fields, and the fields that many share.
import * as Schema from "effect/Schema"

export const Label = Schema.String.annotations({
  description: "a task's label, such as train@fold=1+rate=0.5",
})
export const Group = Schema.String.annotations({
  description: "a group's label: its name, and inside another group the item there",
})
export const event = <const N extends string, F extends Schema.Struct.Fields>(name: N, fields: F) =>
  Schema.Struct({ event: Schema.Literal(name), ...fields })

export const Decision = Schema.Struct({
  task: Schema.NullOr(Schema.String).annotations({ description: "null for a local file" }),
  output: Schema.String,
  path: Schema.Array(Schema.String).annotations({ description: "of the field inside it that decides" }),
  value: Schema.Unknown,
  branches: Schema.Array(Schema.Unknown).annotations({ description: "the values that branches are for" }),
}).annotations({ description: "of what is not needed, the value that says so" })

export const ObservedAt = Schema.Struct({
  at: Schema.String.annotations({ description: "ISO 8601, UTC" }),
  nth: Schema.Number.annotations({ description: "which of the observations of its key, from 1" }),
  probed: Schema.optional(Schema.String).annotations({
    description: "when its probe last gave what it gave before that was observed",
  }),
}).annotations({ description: "of what was observed and not computed, when" })

export const ObservedIn = Schema.Struct({
  tasks: Schema.Number,
  first: Schema.String,
  last: Schema.String,
  pinned: Schema.optional(Schema.Number).annotations({
    description:
      "tasks that asked, and of which the lock goes on naming another answer, which counts from the next run on",
  }),
}).annotations({ description: "what was observed and not computed, and when, whichever run asked" })

export const Backend = Schema.Struct({
  name: Schema.String,
  exact: Schema.Boolean.annotations({
    description: "whether equal keys promise equal bits on every machine",
  }),
  why: Schema.NullOr(Schema.String).annotations({ description: "why it is this one, of `--backend auto`" }),
}).annotations({ description: "what computes, where --backend chose it" })

export const KernelsFacts = Schema.Struct({
  name: Schema.String,
  why: Schema.NullOr(Schema.String).annotations({
    description: "why it is this, where one would expect another",
  }),
}).annotations({
  description: "what computes the same bits faster, or that nothing does although it is set up",
})
