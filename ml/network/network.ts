/** A network as data: the schema of its layers, in the order that an example passes them; it computes nothing. */
import * as Schema from "effect/Schema"

const Count = Schema.Int.pipe(Schema.positive())

/** A height and a width, or one number for both. */
const Extent = Schema.Union(Count, Schema.Tuple(Count, Count))

/** TensorFlow's rule: "valid" adds nothing, "same" adds zeros so that the output is ⌈input / stride⌉. */
const Padding = Schema.Literal("valid", "same")

/**
 * A layer's name seeds its initial weights and masks, so a named layer keeps them when others come and go.
 * Without a name, the n-th layer of a type is called conv1, dense2, ….
 */
const name = Schema.optional(Schema.NonEmptyString.pipe(Schema.pattern(/^[A-Za-z0-9_-]+$/)))

/** Bounds of the uniform initial weights: "he" is √(6 / fan in), "glorot" √(6 / (fan in + fan out)). */
const initializer = Schema.optionalWith(Schema.Literal("he", "glorot"), { default: () => "he" as const })

export const Conv = Schema.Struct({
  type: Schema.Literal("conv"),
  name,
  filters: Count,
  kernel: Extent,
  stride: Schema.optionalWith(Extent, { default: () => 1 }),
  padding: Schema.optionalWith(Padding, { default: () => "valid" as const }),
  initializer,
})

/** Without a stride, windows do not overlap. Padding is never a maximum and never counts in an average. */
export const Pool = Schema.Struct({
  type: Schema.Literal("pool"),
  name,
  kind: Schema.Literal("max", "average"),
  size: Extent,
  stride: Schema.optional(Extent),
  padding: Schema.optionalWith(Padding, { default: () => "valid" as const }),
})

/** Mean of each channel over the whole image, which leaves flat values (https://arxiv.org/abs/1312.4400, section 3.2). */
export const GlobalAverage = Schema.Struct({ type: Schema.Literal("global-average"), name })

export const Flatten = Schema.Struct({ type: Schema.Literal("flatten"), name })

export const Dense = Schema.Struct({ type: Schema.Literal("dense"), name, units: Count, initializer })

/** "leaky-relu" multiplies what is below 0 by `slope` (https://ai.stanford.edu/~amaas/papers/relu_hybrid_icml2013_final.pdf). */
export const Activation = Schema.Struct({
  type: Schema.Literal("activation"),
  name,
  kind: Schema.Literal("relu", "tanh", "sigmoid", "leaky-relu"),
  /** Of "leaky-relu" alone, within (0, 1); 0.01 if left out. */
  slope: Schema.optionalWith(Schema.Number.pipe(Schema.greaterThan(0), Schema.lessThan(1)), { exact: true }),
}).pipe(
  Schema.filter(
    ({ kind, slope }) =>
      slope === undefined || kind === "leaky-relu" || `${kind} has no slope: leaky-relu has`,
  ),
)

/**
 * Per channel, (x − mean) / √(variance + epsilon) · scale + shift (https://arxiv.org/abs/1502.03167). In training mean and
 * variance are those of a shard of the mini-batch, its fixed part of ⌈batchSize / shards⌉ examples ("ghost batches",
 * https://arxiv.org/abs/1705.08741; one shard makes it the whole batch); elsewhere running means of these, which keep
 * `momentum` of themselves at each shard.
 */
export const BatchNormalization = Schema.Struct({
  type: Schema.Literal("batch-normalization"),
  name,
  momentum: Schema.optionalWith(Schema.Number.pipe(Schema.greaterThanOrEqualTo(0), Schema.lessThan(1)), {
    default: () => 0.9,
  }),
  epsilon: Schema.optionalWith(Schema.Number.pipe(Schema.positive(), Schema.finite()), {
    default: () => 1e-5,
  }),
})

/** Inverted dropout: in training each value is zero with chance `rate`, else divided by 1 − rate. */
export const Dropout = Schema.Struct({
  type: Schema.Literal("dropout"),
  name,
  rate: Schema.Number.pipe(Schema.greaterThanOrEqualTo(0), Schema.lessThan(1)),
})

export const Layer = Schema.Union(
  Conv,
  Pool,
  GlobalAverage,
  Flatten,
  Dense,
  Activation,
  BatchNormalization,
  Dropout,
)
export type Layer = typeof Layer.Type
export type LayerOf<T extends Layer["type"]> = Extract<Layer, { readonly type: T }>

/** Layers from input to logits; the softmax belongs to the loss and is not among them. */
export const Network = Schema.Struct({ layers: Schema.NonEmptyArray(Layer) })
export type Network = typeof Network.Type
export type NetworkEncoded = typeof Network.Encoded

/** A network from plain data, defaults filled in; throws effect's ParseError that names the wrong field. */
export const network: (data: NetworkEncoded) => Network = Schema.decodeSync(Network)
