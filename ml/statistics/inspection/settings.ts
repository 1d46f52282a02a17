// What is asked of a model's features, as data. Knows no model.
import * as Schema from "effect/Schema"

/** Marked as pure, so that whoever takes one schema does not get the other along. */
const declared = <A>(make: () => A): A => make()

export const ImportanceSettings = /* @__PURE__ */ declared(() =>
  Schema.Struct({
    /** Each with its columns, from 0: one, or the several that encode one thing. */
    features: Schema.NonEmptyArray(
      Schema.Struct({
        name: Schema.NonEmptyString,
        columns: Schema.NonEmptyArray(Schema.NonNegativeInt),
      }),
    ),
    score: Schema.Literal("accuracy", "loss", "meanAbsoluteError", "rootMeanSquaredError", "rSquared"),
    repeats: Schema.optionalWith(Schema.Int.pipe(Schema.positive()), { default: () => 10 }),
    seed: Schema.Int,
  }),
)

export const DependenceSettings = /* @__PURE__ */ declared(() =>
  Schema.Struct({
    /** Each with its column, from 0. */
    features: Schema.NonEmptyArray(
      Schema.Struct({ name: Schema.NonEmptyString, column: Schema.NonNegativeInt }),
    ),
    /** Names of the outputs: of classes, or of what is estimated. */
    outputs: Schema.NonEmptyArray(Schema.String),
    /** At most so many values a feature: quantiles at equal steps, each once. */
    points: Schema.optionalWith(Schema.Int.pipe(Schema.greaterThanOrEqualTo(2)), { default: () => 20 }),
  }),
)
