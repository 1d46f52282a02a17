// What each thread of a training plans alike, and the items of jobs that any of them can do; it knows nothing of who does which.
import type { Arena } from "../kernels/arena.ts"
import { at, type Count, type Pointer, type Vectors } from "../kernels/quantities.ts"
import type { Kernels } from "../kernels/signatures.ts"
import type { Moment } from "../layers/parts/moment.ts"
import { seedOf } from "../statistics/random.ts"
import { layersOf, shardRows } from "../training/options.ts"
import type { TrainerOptions } from "../training/trainer.ts"
import { ForwardPass, type PassInput } from "./forward-pass.ts"
import { JOB, JobArguments, RUN, SHARD, UPDATE } from "./job-arguments.ts"
import { JobResults } from "./job-results.ts"
import { type Model, planModel } from "./model.ts"
import { placeControl } from "./team/control.ts"
import { planUpdate, type Update } from "./updates.ts"

/** Runs of examples in one job of prediction, at the most. */
const RUNS = 32
/** Vectors of parameters in a part of the update, at the least; and parts, at the most. */
const [PART, PARTS] = [2048, 64]

/** Every thread makes one over the same memory: the same allocations in the same order give the same places. */
export class Workspace {
  readonly model: Model
  readonly update: Update
  /** What the items of the job at hand are to do, and what they found. */
  readonly args: JobArguments
  readonly results: JobResults
  /** Rows of a shard, and examples of a run. */
  readonly rows: Count
  readonly runs = RUNS
  /** Parts of an update. */
  readonly parts: Count
  /** Where a team's control block is. */
  readonly control: Pointer
  /** Numbers of a step's examples. */
  readonly picks: Pointer
  readonly #arena: Arena
  readonly #pass: ForwardPass
  readonly #gradients: Pointer
  /** Numbers of a run's examples. */
  readonly #own: Pointer
  /** Vectors of a part of the update; the last one may have fewer. */
  readonly #partVectors: Vectors
  readonly #moment = { epoch: 0, step: 0, shard: 0 }

  /** Plans everything; throws ImpossibleNetwork for a network that does not fit the input or the classes. */
  constructor(kernels: Kernels, arena: Arena, options: Required<TrainerOptions>) {
    const { network, inputShape, classes, batchSize, shards } = options
    layersOf(options)
    arena.startAt(kernels.firstFree())
    const rows = shardRows(options)
    const stream = seedOf(options.seed, options.stream)
    this.model = planModel(kernels, arena, { network, inputShape, rows, shards, stream })
    const { parameters } = this.model
    this.update = planUpdate(kernels, arena, parameters, options.optimizer)
    this.#gradients = arena.allocate(shards * parameters.bytes, "gradients of weights")
    this.picks = arena.allocate(batchSize * 4, "team")
    this.args = new JobArguments(arena)
    this.results = new JobResults(arena, { items: Math.max(shards, RUNS), runs: RUNS, rows, classes })
    this.control = placeControl(arena)
    this.#own = arena.allocate(rows * 4)
    this.#pass = new ForwardPass(kernels, arena, this.model, options)
    this.#arena = arena
    this.rows = rows
    this.#partVectors = Math.max(PART, Math.ceil(parameters.vectors / PARTS))
    this.parts = Math.ceil(parameters.vectors / this.#partVectors)
  }

  /** Does an item of the job whose arguments are written. */
  readonly perform = (kind: number, item: number): void => {
    if (kind === JOB.shard) this.#shard(item)
    else if (kind === JOB.run) this.#run(item)
    else this.#part(item)
  }

  #shard(item: number): void {
    const { args, rows, model } = this
    const batch = args.number(SHARD.batch)
    const moment = this.#moment
    moment.epoch = args.number(SHARD.epoch)
    moment.step = args.number(SHARD.step)
    moment.shard = item
    const start = item * rows
    const count = Math.min(rows, batch - start)
    this.#forward(item, SHARD, at(this.picks, start * 4), count, batch, moment)
    model.backward(count, at(this.#gradients, item * model.parameters.bytes))
  }

  #run(item: number): void {
    const { args, rows } = this
    const start = item * rows
    const first = args.number(RUN.first) + start
    const count = Math.min(rows, args.number(RUN.count) - start)
    for (let i = 0; i < count; i++) this.#arena.u32[this.#own / 4 + i] = first + i
    this.#forward(item, RUN, this.#own, count, args.number(RUN.total))
  }

  #forward(
    item: number,
    places: typeof SHARD | typeof RUN,
    order: Pointer,
    count: Count,
    batch: number,
    training?: Moment,
  ): void {
    const { args, results } = this
    const input: PassInput = {
      version: args.number(places.version),
      images: args.place(places.images),
      labels: args.place(places.labels),
      order,
      count,
      batch,
    }
    results.setLoss(item, this.#pass.run(input, results.places(item), training))
  }

  #part(item: number): void {
    const { args, model } = this
    const first = item * this.#partVectors
    const vectors = Math.min(this.#partVectors, model.parameters.vectors - first)
    this.update.apply(args.optimizer(), this.#gradients, args.number(UPDATE.shards), first, vectors)
  }
}
