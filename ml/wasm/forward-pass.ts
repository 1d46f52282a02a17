// One thread's forward pass over some examples, and their loss; it knows nothing of jobs and their items.
import type { Arena } from "../kernels/arena.ts"
import type { Count, Pointer } from "../kernels/quantities.ts"
import type { Kernels } from "../kernels/signatures.ts"
import type { Moment } from "../layers/parts/moment.ts"
import type { Judge } from "../losses/parts/judge.ts"
import { judgeOf } from "../losses/table.ts"
import type { TrainerOptions } from "../training/trainer.ts"
import type { Inputs } from "./attached.ts"
import { type BatchAugmenter, batchAugmenter } from "./batch-augmenter.ts"
import { type InputGate, inputGate } from "./input-gate.ts"
import type { ItemPlaces } from "./job-results.ts"
import type { Model } from "./model.ts"

/** The examples of one pass. */
export interface Batch extends Inputs {
  /** Moves with each change of the weights. */
  readonly version: number
  readonly targets: Pointer
  /** Where the examples' numbers lie. */
  readonly order: Pointer
  readonly count: Count
  /** Examples over which the loss is a mean. */
  readonly batch: number
}

export class ForwardPass {
  readonly #model: Model
  readonly #enter: InputGate
  readonly #augment: BatchAugmenter | undefined
  readonly #judge: Judge
  /** The version of the weights that the kernels' packed copies are of. */
  #version = 0

  constructor(kernels: Kernels, arena: Arena, model: Model, options: Required<TrainerOptions>) {
    const { inputShape: shape, normalization, outputs, loss } = options
    this.#model = model
    this.#enter = inputGate(kernels, arena, { shape, normalization }, model.layout)
    this.#augment = batchAugmenter(arena, options, model.rows)
    this.#judge = judgeOf(loss, { kernels, arena, outputs })
  }

  /** Gives the summed loss; in training the gradient of it is left with the model, else predictions at `to`. */
  run(
    { version, targets, order, count, batch, ...inputs }: Batch,
    to: ItemPlaces,
    training?: Moment,
  ): number {
    const model = this.#model
    const { output } = model
    // Each thread lays out weights for itself: a copy of its own comes sooner than one from another core's cache.
    if (version !== this.#version) model.prepare()
    this.#version = version
    if (training === undefined || this.#augment === undefined) this.#enter(inputs, order, count)
    else {
      const changed = this.#augment(inputs, order, count, training)
      this.#enter(changed.from, changed.order, count)
    }
    model.forward(count, training)
    return this.#judge(
      { logits: output.values, rowBytes: output.rowBytes, rows: count, targets, order, batch },
      training
        ? { gradient: output.gradient, outputs: 0, predicted: 0, correct: to.correct }
        : { gradient: 0, ...to },
    )
  }
}
