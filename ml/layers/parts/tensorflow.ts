// The part of TensorFlow.js that trains, and what a layer's form there is given; it knows no layer in particular.
import type { Tensor } from "@tensorflow/tfjs-core"
import type { Seed } from "../../statistics/random.ts"
import type { Moment } from "./moment.ts"
import type { AnyLayer, LayerShape } from "./shape.ts"

/**
 * `@tensorflow/tfjs-core` with a backend set and the gradients registered (importing `@tensorflow/tfjs-layers`
 * registers them), or a package that exports as much, such as `@tensorflow/tfjs-node`. Which one, and on what it runs, is the
 * caller's choice.
 */
export type Tensorflow = Omit<typeof import("@tensorflow/tfjs-core"), "default">

/** What a pass in training needs besides the weights. */
export interface Training {
  /** The shards of these rows, which draw masks of their own: rows of each, against those of a full one, and when. */
  readonly parts: ReadonlyArray<{ readonly rows: number; readonly share: number; readonly moment: Moment }>
  /** Takes in what a statistic is after the pass, within the pass. */
  becomes(statistic: string, value: Tensor): void
}

/** One pass of some rows through a network. */
export interface Pass {
  readonly tf: Tensorflow
  /** The seed of (seed, stream). */
  readonly stream: Seed
  readonly weight: (name: string) => Tensor
  /** Absent where dropout is off and statistics are the running ones. */
  readonly training?: Training | undefined
}

/**
 * A layer's output in operations of TensorFlow.js; values are [rows, …] of its input's shape. `taken` is what the earlier
 * layers gave that it names.
 */
export type TensorflowForm<L extends AnyLayer> = (
  pass: Pass,
  shape: LayerShape<L>,
  value: Tensor,
  taken: ReadonlyArray<Tensor>,
) => Tensor
