// One thread's forward pass over some examples, and their loss; it knows nothing of jobs and their items.
import type { Arena } from "../kernels/arena.ts"
import type { Count, Pointer } from "../kernels/quantities.ts"
import type { Kernels } from "../kernels/signatures.ts"
import type { Moment } from "../layers/parts/moment.ts"
import type { TrainerOptions } from "../training/trainer.ts"
import type { Inputs } from "./attached.ts"
import { type InputGate, inputGate } from "./input-gate.ts"
import type { ItemPlaces } from "./job-results.ts"
import type { Model } from "./model.ts"

/** The examples of one pass. */
export interface Batch extends Inputs {
  /** Moves with each change of the weights. */
  readonly version: number
  readonly labels: Pointer
  /** Where the examples' numbers lie. */
  readonly order: Pointer
  readonly count: Count
  /** Examples over which the loss is a mean. */
  readonly batch: number
}

export class ForwardPass {
  readonly #kernels: Kernels
  readonly #model: Model
  readonly #options: TrainerOptions
  readonly #enter: InputGate
  readonly #exponentials: Pointer
  /** The version of the weights that the kernels' packed copies are of. */
  #version = 0

  constructor(kernels: Kernels, arena: Arena, model: Model, options: TrainerOptions) {
    this.#kernels = kernels
    this.#model = model
    this.#options = options
    this.#enter = inputGate(kernels, arena, options.inputShape, model.layout)
    this.#exponentials = arena.allocate(options.classes * 8)
  }

  /** Gives the summed loss; in training the gradient of it is left with the model, else predictions at `to`. */
  run({ version, labels, order, count, batch, ...inputs }: Batch, to: ItemPlaces, training?: Moment): number {
    const model = this.#model
    const { output } = model
    const { classes } = this.#options
    // Each thread lays out weights for itself: a copy of its own comes sooner than one from another core's cache.
    if (version !== this.#version) model.prepare()
    this.#version = version
    this.#enter(inputs, order, count)
    model.forward(count, training)
    // biome-ignore format: one group of arguments a line
    return this.#kernels.softmaxCrossEntropy(
      output.values, output.rowBytes, count, classes,
      labels, order, batch,
      training ? output.gradient : 0, training ? 0 : to.probabilities, training ? 0 : to.predicted,
      this.#exponentials, to.correct)
  }
}
