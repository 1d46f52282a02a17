// What a comparison of metrics with those of a git ref tells. It formats no text.
import * as Schema from "effect/Schema"
import { event } from "./event-parts.ts"

const Figure = Schema.NullOr(Schema.Number)

const Row = Schema.Struct({
  metric: Schema.String.annotations({
    description:
      "a headline's name, or of cells their label without what they are repeated over, and the metric",
  }),
  before: Schema.Number.annotations({ description: "at the ref; of several pairs the mean" }),
  today: Schema.Number,
  difference: Figure.annotations({ description: "null where they were measured on other examples" }),
  pairs: Schema.Number,
  low: Figure.annotations({ description: "with `high`, the 95 % interval of the difference" }),
  high: Figure,
  p: Figure,
  adjusted: Figure.annotations({ description: "p, for all metrics that are compared (Holm)" }),
  note: Schema.String.annotations({ description: "which test it was, or why there is none" }),
})
export type ComparedRow = typeof Row.Type

export const Compared = event("compared", {
  experiment: Schema.String,
  ref: Schema.String,
  commit: Schema.NullOr(Schema.String),
  today: Schema.NullOr(Schema.String).annotations({
    description: "the run whose metrics are compared; null: the lock file's in the working tree",
  }),
  otherParams: Schema.Boolean.annotations({
    description: "whether that run had other params than the lock's, the default ones",
  }),
  why: Schema.NullOr(Schema.String).annotations({ description: "why there is nothing to compare with" }),
  rows: Schema.Array(Row),
  onlyToday: Schema.Array(Schema.String),
  onlyThen: Schema.Array(Schema.String),
  unread: Schema.optional(Schema.Array(Schema.String)).annotations({
    description:
      "metrics of groups so large that a lock holds their digests alone, and that no store at hand has; absent where there are none",
  }),
})
