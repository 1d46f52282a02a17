// The seam between training and who computes it; it knows no maker, no files and no stages.
import type { Values } from "../data/examples.ts"
import type { Normalization } from "../data/normalization.ts"
import type { Tensors } from "../data/tensor.ts"
import type { Shape } from "../layers/parts/shape.ts"
import type { Loss } from "../losses/table.ts"
import type { Network } from "../network/network.ts"
import type { Augmentation } from "./augmentation/augmentation.ts"
import type { Optimizer } from "./optimizer.ts"

/** Everything that shapes the bits of a training, apart from the examples. */
export interface TrainerOptions {
  readonly network: Network
  /** One example: [height, width, channels], or [features]. */
  readonly inputShape: Shape
  /** What examples are normalized by; without it bytes are scaled by 1/255, and floats stay. */
  readonly normalization?: Normalization | null
  /** How images of training batches are changed at random, one way after the other; those that are looked at never are. */
  readonly augmentation?: ReadonlyArray<Augmentation>
  /** The width of the network's output: classes, which labels are below; or values, or labels of which an example has several. */
  readonly outputs: number
  /** Default softmax cross-entropy. */
  readonly loss?: Loss
  readonly optimizer: Optimizer
  /** Examples in a mini-batch; the last one of an epoch may have fewer. */
  readonly batchSize: number
  /** An integer. Together with `stream` it seeds initial weights, orders and masks. */
  readonly seed: number
  /** Which training this is ("fold=1", "final"): the same stream starts alike whatever the dropout rate. */
  readonly stream: string
  /**
   * Into how many parts a batch is cut, each ⌈batchSize / shards⌉ examples, whose gradients are added in order
   * (docs/numerics.md). A part of the operation's definition, never of how many cores run it. Default 4.
   */
  readonly shards?: number
}

/** Examples that a trainer holds ready; of use only to the trainer that attached them. */
export interface Dataset {
  readonly count: number
}

/** A sum over examples. The trainer owns and reuses it: read it before the next call. */
export interface Tally {
  /** The loss, summed over the examples. */
  readonly loss: number
  /**
   * How many decisions were right: of classes, examples whose label is the (first) most probable one; of labels, those that are
   * told right; of values there are none.
   */
  readonly correct: number
}

/** Where an evaluation leaves what it found for each example, when the caller wants it. */
export interface Predictions {
  /** What the network says, count × outputs, row-major: probabilities, or values. Those of classes sum to one in each row. */
  readonly outputs?: Float32Array
  /** The first most probable class of each example, where there are classes. */
  readonly labels?: Uint8Array
}

/** All that a training carries from batch to batch, as named tensors; it round-trips bit for bit. */
export type TrainingState = Tensors

export interface Trainer {
  readonly options: Required<TrainerOptions>
  /**
   * Takes in examples: `inputs` is count × inputShape, bytes or floats, `targets` count classes as bytes, or
   * count × outputs floats where the loss is none of classes. With `rows`, only those examples, in that order. Throws RangeError
   * when lengths, targets or rows do not fit.
   */
  attach(inputs: Values, targets: Values, rows?: Uint32Array): Dataset
  /**
   * Trains on the examples order[from] … order[from + count − 1], at most batchSize of them.
   * `epoch` and `step` (counted within it, both from 0) seed the dropout masks and place a learning-rate
   * schedule, to which an epoch is as long as `order`.
   */
  step(dataset: Dataset, order: Uint32Array, from: number, count: number, epoch: number, step: number): Tally
  /** Looks at the examples from … from + count − 1 with dropout off; changes no state. */
  evaluate(dataset: Dataset, from: number, count: number, into?: Predictions): Tally
  /** A copy of all state: weights, the optimizer's moments and running products, and counters. */
  state(): TrainingState
  /** Goes on from a state; throws RangeError naming the tensor that is missing, unknown or of another shape. */
  load(state: TrainingState): void
  /** A copy of the weights alone, named `layer/kernel` and `layer/bias`. */
  weights(): Tensors
  /** The name of a weight that is not a finite number, if there is one. */
  nonFinite(): string | undefined
  /**
   * An invitation for one more thread, which can be sent to it; absent where one thread is all there is. What a training
   * gives does not depend on how many there are.
   */
  invite?(): unknown
  /** How many of the invited threads work from now on, beside the caller's. */
  employ?(threads: number): void
  /** Gives back what the garbage collector does not reach; the trainer is of no use afterwards. */
  dispose?(): void
}

/** Makes trainers with fresh weights; a caller names no maker, but is handed one. */
export type MakeTrainer = (options: TrainerOptions) => Trainer | Promise<Trainer>
