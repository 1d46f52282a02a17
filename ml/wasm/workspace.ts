// What each thread of a training plans alike, and the items of jobs that any of them can do; it knows nothing of who does which.
import type { Arena } from "../kernels/arena.ts"
import { at, type Count, type Pointer, type Vectors } from "../kernels/quantities.ts"
import type { Kernels } from "../kernels/signatures.ts"
import type { Moment } from "../layers/parts/moment.ts"
import { seedOf } from "../statistics/random.ts"
import { layersOf, shardRows } from "../training/options.ts"
import type { TrainerOptions } from "../training/trainer.ts"
import { Findings } from "./findings.ts"
import { JOB, Told } from "./jobs.ts"
import { Look, type Looked } from "./look.ts"
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
  readonly told: Told
  readonly findings: Findings
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
  readonly #look: Look
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
    this.told = new Told(arena)
    this.findings = new Findings(arena, { items: Math.max(shards, RUNS), runs: RUNS, rows, classes })
    this.control = placeControl(arena)
    this.#own = arena.allocate(rows * 4)
    this.#look = new Look(kernels, arena, this.model, options)
    this.#arena = arena
    this.rows = rows
    this.#partVectors = Math.max(PART, Math.ceil(parameters.vectors / PARTS))
    this.parts = Math.ceil(parameters.vectors / this.#partVectors)
  }

  /** An item of the job that `told` tells of. */
  readonly perform = (kind: number, item: number): void => {
    if (kind === JOB.shard) this.#shard(item)
    else if (kind === JOB.run) this.#run(item)
    else this.#part(item)
  }

  #shard(item: number): void {
    const { told, rows, model } = this
    const batch = told.number(3)
    const moment = this.#moment
    moment.epoch = told.number(4)
    moment.step = told.number(5)
    moment.shard = item
    const start = item * rows
    const count = Math.min(rows, batch - start)
    this.#lookAt(item, at(this.picks, start * 4), count, batch, moment)
    model.backward(count, at(this.#gradients, item * model.parameters.bytes))
  }

  #run(item: number): void {
    const { told, rows } = this
    const start = item * rows
    const first = told.number(3) + start
    const count = Math.min(rows, told.number(4) - start)
    for (let i = 0; i < count; i++) this.#arena.u32[this.#own / 4 + i] = first + i
    this.#lookAt(item, this.#own, count, told.number(5))
  }

  #lookAt(item: number, order: Pointer, count: Count, batch: number, training?: Moment): void {
    const { told, findings } = this
    const looked: Looked = {
      ...{ version: told.number(0), images: told.place(1), labels: told.place(2) },
      ...{ order, count, batch },
    }
    findings.setLoss(item, this.#look.at(looked, findings.places(item), training))
  }

  #part(item: number): void {
    const { told, model } = this
    const first = item * this.#partVectors
    const vectors = Math.min(this.#partVectors, model.parameters.vectors - first)
    this.update.apply(told.from(1), this.#gradients, told.number(0), first, vectors)
  }
}
