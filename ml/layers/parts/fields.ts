// The fields that schemas of layers have in common; it knows no layer in particular.
import * as Schema from "effect/Schema"

/**
 * What `make` makes. Marked as pure, a call of it is left out of a bundle where nobody uses the result, so that whoever takes
 * a layer's shape or unit does not get its schema along with it; bare calls at a module's top would stay.
 */
export const declared = <A>(make: () => A): A => make()

export const Count = /* @__PURE__ */ declared(() => Schema.Int.pipe(Schema.positive()))

/** A height and a width, or one number for both. */
export const Extent = /* @__PURE__ */ declared(() => Schema.Union(Count, Schema.Tuple(Count, Count)))

/** TensorFlow's rule: "valid" adds nothing, "same" adds zeros so that the output is ⌈input / stride⌉. */
export const padding = /* @__PURE__ */ declared(() =>
  Schema.optionalWith(Schema.Literal("valid", "same"), { default: () => "valid" as const }),
)

/** What a layer may be called. */
export const Name = /* @__PURE__ */ declared(() =>
  Schema.NonEmptyString.pipe(Schema.pattern(/^[A-Za-z0-9_-]+$/)),
)

/**
 * A layer's name seeds its initial weights and masks, so a named layer keeps them when others come and go.
 * Without a name, the n-th layer of a type is called conv1, dense2, ….
 */
export const name = /* @__PURE__ */ declared(() => Schema.optional(Name))

/** Bounds of the uniform initial weights: "he" is √(6 / fan in), "glorot" √(6 / (fan in + fan out)). */
export const initializer = /* @__PURE__ */ declared(() =>
  Schema.optionalWith(Schema.Literal("he", "glorot"), { default: () => "he" as const }),
)
