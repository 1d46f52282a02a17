// A trainer's steps and evaluations as jobs of its threads; it knows neither how items are computed nor by whom.
import type { Arena } from "../kernels/arena.ts"
import { checkBatch, checkRange } from "../training/batch.ts"
import { factorWithin } from "../training/schedule.ts"
import type { Dataset, Predictions, Tally, TrainerOptions } from "../training/trainer.ts"
import type { Attached } from "./attached.ts"
import type { JobRunner } from "./job-runner.ts"
import { RUN, SHARD, UPDATE } from "./jobs.ts"
import type { Workspace } from "./workspace.ts"

export class Steps {
  readonly #arena: Arena
  readonly #workspace: Workspace
  readonly #runner: JobRunner
  readonly #options: Required<TrainerOptions>
  /** Moves with each change of the weights. */
  #version = 1
  readonly #tally = { loss: 0, correct: 0 }

  constructor(arena: Arena, workspace: Workspace, runner: JobRunner, options: Required<TrainerOptions>) {
    this.#arena = arena
    this.#workspace = workspace
    this.#runner = runner
    this.#options = options
  }

  step(
    dataset: Dataset,
    order: Uint32Array,
    from: number,
    count: number,
    epoch: number,
    step: number,
  ): Tally {
    const { model, update, parts, picks } = this.#workspace
    const { batchSize, optimizer } = this.#options
    checkBatch(dataset, order, from, count, batchSize)
    this.#workspace.shards.check(count)
    for (let i = 0; i < count; i++) this.#arena.u32[picks / 4 + i] = order[from + i]!
    const cut = this.#workspace.shards.of(count)
    const shards = cut.length
    const { inputs, areFloats, targets } = dataset as Attached
    this.#runner.run(SHARD, shards, {
      ...{ version: this.#version, inputs, areFloats, targets },
      ...{ batch: count, epoch, step },
    })
    this.#reset()
    this.#add(shards)
    model.settle(cut)
    const factor = factorWithin(optimizer.schedule, order.length, batchSize, epoch, step)
    this.#runner.run(UPDATE, parts.length, { shards, ...update.begin(factor) })
    this.weightsChanged()
    return this.#tally
  }

  evaluate(dataset: Dataset, from: number, count: number, into: Predictions = {}): Tally {
    const { results, rows, runs } = this.#workspace
    const { outputs } = this.#options
    checkRange(dataset, from, count)
    const { inputs, areFloats, targets } = dataset as Attached
    this.#reset()
    for (let done = 0; done < count; done += runs * rows) {
      const some = Math.min(runs * rows, count - done)
      const items = Math.ceil(some / rows)
      this.#runner.run(RUN, items, {
        ...{ version: this.#version, inputs, areFloats, targets },
        ...{ first: from + done, count: some, total: count },
      })
      this.#add(items)
      into.outputs?.set(results.outputs(some), done * outputs)
      into.labels?.set(results.predicted(some), done)
    }
    return this.#tally
  }

  weightsChanged(): void {
    this.#version++
  }

  #reset(): void {
    this.#tally.loss = 0
    this.#tally.correct = 0
  }

  /** Adds the results of the first items, in their order. */
  #add(items: number): void {
    const { results } = this.#workspace
    for (let item = 0; item < items; item++) {
      this.#tally.loss += results.loss(item)
      this.#tally.correct += results.correct(item)
    }
  }
}
