// A trainer's steps and evaluations on TensorFlow.js; it knows nothing of how weights move.
import type { Tensor } from "@tensorflow/tfjs-core"
import type { Values } from "../data/examples.ts"
import { type ParameterShape, sizeOf } from "../layers/parts/shape.ts"
import type { Training } from "../layers/parts/tensorflow.ts"
import { type Augmenter, augmenter } from "../training/augmentation/augmentation.ts"
import { checkBatch, checkRange } from "../training/batch.ts"
import { factorWithin } from "../training/schedule.ts"
import { Shards } from "../training/shards.ts"
import type { Dataset, Predictions, Tally } from "../training/trainer.ts"
import { type Attached, batchOf } from "./examples.ts"
import { forward } from "./forward.ts"
import { learn } from "./learn.ts"
import { judge, tallied } from "./loss.ts"
import type { Plan } from "./plan.ts"
import type { Update } from "./updates.ts"

type Parts = Training["parts"]

export class Steps {
  readonly #plan: Plan
  readonly #update: Update
  readonly #shards: Shards
  readonly #augment: Augmenter | undefined

  constructor(plan: Plan, update: Update) {
    this.#plan = plan
    this.#update = update
    this.#shards = new Shards(plan.options, plan.layers)
    this.#augment = augmenter(plan.options)
  }

  step(
    dataset: Dataset,
    order: Uint32Array,
    from: number,
    count: number,
    epoch: number,
    step: number,
  ): Tally {
    const { tf, options } = this.#plan
    const { batchSize, optimizer } = options
    checkBatch(dataset, order, from, count, batchSize)
    this.#shards.check(count)
    const picks = Array.from(order.subarray(from, from + count))
    const tally = { loss: 0, correct: 0 }
    tf.tidy(() => {
      const gradients = new Map<ParameterShape, Tensor>()
      let done = 0
      for (const parts of this.#passes(count, epoch, step)) {
        const rows = parts.reduce((sum, part) => sum + part.rows, 0)
        const examples = this.#batch(dataset, picks.slice(done, done + rows), parts)
        add(tally, learn(this.#plan, { ...examples, parts, batch: count }, gradients))
        done += rows
      }
      this.#update.apply(gradients, factorWithin(optimizer.schedule, order.length, batchSize, epoch, step))
    })
    return tally
  }

  evaluate(dataset: Dataset, from: number, count: number, into: Predictions = {}): Tally {
    const { tf, options, layers, stream, kept } = this.#plan
    const { batchSize, outputs, loss } = options
    checkRange(dataset, from, count)
    const tally = { loss: 0, correct: 0 }
    for (let done = 0; done < count; done += batchSize) {
      const rows = Math.min(batchSize, count - done)
      const picks = Array.from({ length: rows }, (_, i) => from + done + i)
      tf.tidy(() => {
        const { x, y } = this.#batch(dataset, picks)
        const logits = forward({ tf, stream, weight: (name) => kept.get(name) }, layers, x)
        const judged = judge(tf, loss, logits, y)
        add(tally, tallied(judged))
        into.outputs?.set(judged.outputs.dataSync(), done * outputs)
        into.labels?.set(tf.argMax(logits, -1).dataSync(), done)
      })
    }
    return tally
  }

  #batch(dataset: Dataset, picks: ReadonlyArray<number>, training?: Parts) {
    const { tf, options } = this.#plan
    return batchOf(tf, dataset as Attached, picks, options, (images) =>
      training === undefined ? images : this.#augmented(images, training),
    )
  }

  /** Images of these shards, one after the other, changed as each shard's moment draws. */
  #augmented(images: Values, parts: Parts): Values {
    const size = sizeOf(this.#plan.options.inputShape)
    let done = 0
    for (const { rows, moment } of parts) {
      const first = done
      const image = (row: number): Values => images.subarray((first + row) * size, (first + row + 1) * size)
      this.#augment?.(moment, rows, image, image)
      done += rows
    }
    return images
  }

  /** A batch's shards, all in one pass unless a row's output depends on the rows of its shard. */
  #passes(count: number, epoch: number, step: number): ReadonlyArray<Parts> {
    const parts = this.#shards
      .of(count)
      .map(({ rows, share }, shard) => ({ rows, share, moment: { epoch, step, shard } }))
    return this.#shards.areMeasured ? parts.map((part) => [part]) : [parts]
  }
}

function add(to: { loss: number; correct: number }, { loss, correct }: Tally): void {
  to.loss += loss
  to.correct += correct
}
