// Which baseline, and how it is set, as data. Knows no example.
import * as Schema from "effect/Schema"

/** Marked as pure, so that whoever fits one baseline does not get all schemas along. */
const declared = <A>(make: () => A): A => make()

const count = /* @__PURE__ */ declared(() => Schema.Int.pipe(Schema.positive()))

export const BaselineSettings = /* @__PURE__ */ declared(() =>
  Schema.Union(
    /** Of classes: each with its share. */
    Schema.Struct({ type: Schema.Literal("majority") }),
    /** Of numbers: their mean. */
    Schema.Struct({ type: Schema.Literal("mean") }),
    Schema.Struct({
      type: Schema.Literal("linear-regression"),
      ridge: Schema.optionalWith(Schema.NonNegative.pipe(Schema.finite()), { default: () => 0 }),
    }),
    Schema.Struct({
      type: Schema.Literal("logistic-regression"),
      c: Schema.optionalWith(Schema.Positive.pipe(Schema.finite()), { default: () => 1 }),
    }),
    Schema.Struct({
      type: Schema.Literal("k-nearest-neighbours"),
      k: Schema.optionalWith(count, { default: () => 5 }),
    }),
    Schema.Struct({
      type: Schema.Literal("decision-tree"),
      maximumDepth: Schema.optionalWith(Schema.NullOr(count), { default: () => null }),
      minimumLeaf: Schema.optionalWith(count, { default: () => 1 }),
    }),
  ),
)

export type BaselineSettings = typeof BaselineSettings.Type
export type BaselineSettingsEncoded = typeof BaselineSettings.Encoded

/** Settings from plain data, defaults filled in; throws effect's ParseError that names the wrong field. */
export const baselineSettings = (data: BaselineSettingsEncoded): BaselineSettings =>
  Schema.decodeSync(BaselineSettings)(data)
