// What each thread of a training plans alike, and the items of jobs that any of them can do; it knows nothing of who does which.
import type { Arena } from "../kernels/arena.ts"
import { at, type Count, type Pointer, stride, VECTOR } from "../kernels/quantities.ts"
import type { Kernels } from "../kernels/signatures.ts"
import type { Moment } from "../layers/parts/moment.ts"
import { seedOf } from "../statistics/random.ts"
import { layersOf } from "../training/options.ts"
import { Shards } from "../training/shards.ts"
import type { TrainerOptions } from "../training/trainer.ts"
import { type Batch, ForwardPass } from "./forward-pass.ts"
import { JobResults } from "./job-results.ts"
import { JobArguments, RUN, SHARD, UPDATE } from "./jobs.ts"
import { type Model, planModel } from "./model.ts"
import { placeControl } from "./team/control.ts"
import { type UpdatePart, updateParts } from "./update-parts.ts"
import { planUpdate, type Update } from "./updates.ts"

/** Runs of examples in one job of prediction, at the most. */
const RUNS = 32

/** Every thread makes one over the same memory: the same allocations in the same order give the same places. */
export class Workspace {
  readonly model: Model
  readonly update: Update
  readonly arguments: JobArguments
  readonly results: JobResults
  /** How a step's examples are cut. */
  readonly shards: Shards
  /** Examples of a run. */
  readonly rows: Count
  readonly runs = RUNS
  /** Parts of an update. */
  readonly parts: ReadonlyArray<UpdatePart>
  /** Where a team's control block is. */
  readonly control: Pointer
  /** Numbers of a step's examples. */
  readonly picks: Pointer
  readonly #arena: Arena
  readonly #pass: ForwardPass
  readonly #gradients: Pointer
  /** Numbers of a run's examples. */
  readonly #own: Pointer

  /** Plans everything; throws ImpossibleNetwork for a network that does not fit the input or the outputs. */
  constructor(kernels: Kernels, arena: Arena, options: Required<TrainerOptions>) {
    const { inputShape, outputs: width, batchSize, shards } = options
    const layers = layersOf(options)
    arena.startAt(kernels.firstFree())
    this.shards = new Shards(options, layers)
    const { rows, most } = this.shards
    const stream = seedOf(options.seed, options.stream)
    this.model = planModel(kernels, arena, { layers, inputShape, rows: most, shards, stream })
    const { parameters } = this.model
    this.update = planUpdate(kernels, arena, parameters, options.optimizer)
    this.#gradients = arena.allocate(shards * parameters.bytes, "gradients of weights")
    this.picks = arena.allocate(batchSize * 4, "team")
    this.arguments = new JobArguments(arena)
    this.results = new JobResults(arena, { items: Math.max(shards, RUNS), runs: RUNS, rows, width })
    this.control = placeControl(arena)
    this.#own = arena.allocate(rows * 4)
    this.#pass = new ForwardPass(kernels, arena, this.model, options)
    this.#arena = arena
    this.rows = rows
    this.parts = updateParts(parameters.vectors, this.model.deferred)
  }

  /** Does an item of the job at hand, which is of this kind. */
  readonly perform = (kind: number, item: number): void => {
    if (kind === SHARD.kind) this.#shard(item)
    else if (kind === RUN.kind) this.#run(item)
    else this.#part(item)
  }

  #shard(item: number): void {
    const { shards, model } = this
    const { batch, epoch, step, ...examples } = this.arguments.read(SHARD)
    const { start, rows: count } = shards.at(batch, item)
    const order = at(this.picks, start * 4)
    this.#forward(item, { ...examples, order, count, batch }, { epoch, step, shard: item })
    model.backward(count, at(this.#gradients, item * model.parameters.bytes))
  }

  #run(item: number): void {
    const { rows } = this
    const { first, count: all, total, ...examples } = this.arguments.read(RUN)
    const start = item * rows
    const count = Math.min(rows, all - start)
    for (let i = 0; i < count; i++) this.#arena.u32[this.#own / 4 + i] = first + start + i
    this.#forward(item, { ...examples, order: this.#own, count, batch: total })
  }

  #forward(item: number, batch: Batch, training?: Moment): void {
    const { results } = this
    results.setLoss(item, this.#pass.run(batch, results.places(item), training))
  }

  #part(item: number): void {
    const { shards, ...rates } = this.arguments.read(UPDATE)
    const { first, count, deferred } = this.parts[item]!
    const blocks = { first: this.#gradients, stride: stride(this.model.parameters.bytes) }
    if (deferred === undefined) {
      const from = { ...blocks, first: at(blocks.first, first * VECTOR) }
      this.update.apply(rates, from, shards, first, count)
    } else
      for (let piece = first; piece < first + count; piece++) {
        const made = deferred.make(blocks, shards, piece)
        this.update.apply(rates, { ...blocks, first: made.gradient }, 1, made.first, made.vectors)
      }
  }
}
