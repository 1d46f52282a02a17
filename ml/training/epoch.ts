// One pass of training over a dataset in a seeded order; it knows no maker and keeps no state of its own.
import { curves } from "../losses/table.ts"
import { generator, permutation, seedOf } from "../statistics/random.ts"
import type { Assessment } from "./prediction.ts"
import { checkEpoch } from "./shards.ts"
import type { Dataset, Trainer } from "./trainer.ts"

/** Training went out of the finite numbers; epochs and steps count from 0 (in the message from 1), and `step`
 * is absent at an epoch's end. */
export class NonFiniteError extends Error {
  readonly _tag = "NonFiniteError"
  readonly epoch: number
  readonly step: number | undefined
  /** "the loss", or the name of a weight. */
  readonly what: string

  constructor({ epoch, step, what }: Pick<NonFiniteError, "epoch" | "what"> & { readonly step?: number }) {
    const when = step === undefined ? "at the end of epoch" : `at step ${step + 1} of epoch`
    super(`${what} is not a finite number ${when} ${epoch + 1}: try a lower learning rate`)
    this.name = this._tag
    this.epoch = epoch
    this.step = step
    this.what = what
  }
}

/** Means over the examples of an epoch that can be had from sums, taken while the weights move and dropout is on. */
export type EpochMetrics = Assessment

/**
 * Trains one epoch (from 0): mini-batches along a permutation drawn from (seed, stream, "order", epoch), the last
 * one with what is left. `pause` is awaited after each batch, so that others get a turn. Rejects with NonFiniteError, and before
 * any step with RangeError for examples of which a batch is left that cannot be trained on.
 */
export async function trainEpoch(
  trainer: Trainer,
  dataset: Dataset,
  epoch: number,
  pause?: () => Promise<void>,
): Promise<EpochMetrics> {
  const { seed, stream, batchSize } = trainer.options
  const { count } = dataset
  checkEpoch(trainer.options, count)
  const order = permutation(count, generator(seedOf(seed, stream, "order", epoch)))
  const steps = Math.ceil(count / batchSize)
  let loss = 0
  let correct = 0
  for (let step = 0; step < steps; step++) {
    const from = step * batchSize
    const tally = trainer.step(dataset, order, from, Math.min(batchSize, count - from), epoch, step)
    if (!Number.isFinite(tally.loss)) throw new NonFiniteError({ epoch, step, what: "the loss" })
    loss += tally.loss
    correct += tally.correct
    await pause?.()
  }
  const weight = trainer.nonFinite()
  if (weight !== undefined) throw new NonFiniteError({ epoch, what: weight })
  const { outputs, loss: judged } = trainer.options
  const { isOfOutputs, take } = curves[judged.type]
  return { loss: loss / count, ...(isOfOutputs ? {} : take({ count, outputs, correct })) }
}
