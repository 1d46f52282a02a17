/**
 * What each thread of a training plans alike, and the pieces of work that any of them can do: a shard of a step, a run of
 * examples to predict, a part of the update. It knows nothing of who does which.
 */

import type { Arena } from "../kernels/arena.ts"
import { at, type Count, type Pointer, pointer } from "../kernels/quantities.ts"
import type { Kernels } from "../kernels/signatures.ts"
import { ImpossibleNetwork } from "../layers/parts/impossible-network.ts"
import type { Moment } from "../layers/parts/moment.ts"
import type { LayerShape } from "../layers/parts/shape.ts"
import type { Layer } from "../layers/table.ts"
import { shapes } from "../network/shapes.ts"
import { type Seed, seedOf } from "../statistics/random.ts"
import type { TrainerOptions } from "../training/trainer.ts"
import { type Model, planModel } from "./model.ts"
import { placeControl } from "./team.ts"
import { planUpdate, type Update } from "./updates.ts"

/** Kinds of jobs; what is in brackets is what they are told, and their items. */
export const JOB = {
  /** Gradients and loss [version of the weights, images, labels, examples of the batch, epoch, step], an item a shard. */
  shard: 0,
  /** Loss and predictions [version, images, labels, first example, examples, of so many in all], an item a run. */
  run: 1,
  /** The update [shards, numbers of the optimizer …], an item a part of the parameters. */
  update: 2,
} as const

/** Runs of examples in one job of prediction. */
const RUNS = 32
/** Vectors of parameters in a part of the update, at the least; and parts, at the most. */
const [PART, PARTS] = [2048, 64]
/** Numbers that a job is told. */
const TOLD = 8

export interface Workspace {
  readonly stream: Seed
  readonly layers: ReadonlyArray<LayerShape<Layer>>
  readonly model: Model
  readonly update: Update
  /** Rows of a shard, and examples of a run. */
  readonly rows: number
  /** Runs of a job, at the most. */
  readonly runs: number
  /** Parts of an update. */
  readonly parts: number
  /** Where a team's control block is. */
  readonly control: Pointer
  /** Rows of a step's batch. */
  readonly picks: Pointer
  /** Where the items of `run` leave probabilities, rows × classes each, and the most probable classes. */
  readonly probabilities: Pointer
  readonly predicted: Pointer
  tell(numbers: ArrayLike<number>): void
  perform(kind: number, item: number): void
  /** What items of `shard` and `run` found, until they are done anew. */
  loss(item: number): number
  correct(item: number): number
}

/** Plans everything; throws ImpossibleNetwork for a network that does not fit the input or the classes. */
export function planWorkspace(kernels: Kernels, arena: Arena, options: Required<TrainerOptions>): Workspace {
  const { network, inputShape, classes, batchSize, shards } = options
  arena.startAt(kernels.firstFree())
  const stream = seedOf(options.seed, options.stream)
  const rows = Math.ceil(batchSize / shards)
  const model = planModel(kernels, arena, { network, inputShape, rows, shards, stream })
  const { parameters, output, layout } = model
  const layers = shapes(network, inputShape)
  const last = layers.at(-1)!
  if (`${last.output}` !== `${classes}`)
    throw new ImpossibleNetwork({
      layer: last.name,
      reason: `it ends in ${last.output.join("×")}, not in ${classes} classes`,
    })
  const update = planUpdate(kernels, arena, parameters, options.optimizer)
  const gradients = arena.allocate(shards * parameters.bytes, "gradients of weights")
  const slots = Math.max(shards, RUNS)
  const picks = arena.allocate(batchSize * 4, "team")
  const told = arena.allocate(TOLD * 8, "team")
  const losses = arena.allocate(slots * 8, "team")
  const right = arena.allocate(slots * 4, "team")
  const probabilities = arena.allocate(RUNS * rows * classes * 4, "team")
  const predicted = arena.allocate(RUNS * rows, "team")
  const control = placeControl(arena)
  const own = arena.allocate(rows * 4)
  const exponentials = arena.allocate(classes * 8)

  const number = (i: number): number => arena.f64[told / 8 + i]!
  const vectors = parameters.bytes / 16
  const part = Math.max(PART, Math.ceil(vectors / PARTS))

  const [height, width, channels] = inputShape
  const rowLength = width * channels
  const scale = Math.fround(1 / 255)
  const moment = { epoch: 0, step: 0, shard: 0 }
  /** Of the weights that are laid out. */
  let version = 0

  /** Forward and loss of the examples whose numbers lie at `order`. */
  const look = (item: number, order: Pointer, count: Count, batch: number, training?: Moment): void => {
    const [images, marks] = [pointer(number(1)), pointer(number(2))]
    // Each thread lays out weights for itself: a copy of its own comes sooner than one from another core's cache.
    if (number(0) !== version) model.prepare()
    version = number(0)
    const { at: to, imageBytes, rowBytes } = layout
    kernels.gatherPixels(images, order, count, height, rowLength, scale, to, imageBytes, rowBytes)
    model.forward(count, training)
    const probable = at(probabilities, item * rows * classes * 4)
    // biome-ignore format: one group of arguments a line
    arena.f64[losses / 8 + item] = kernels.softmaxCrossEntropy(
      output.values, output.rowBytes, count, classes, marks, order, batch,
      training ? output.gradient : 0, training ? 0 : probable, training ? 0 : at(predicted, item * rows),
      exponentials, at(right, item * 4))
  }

  const shard = (item: number): void => {
    const count = number(3)
    moment.epoch = number(4)
    moment.step = number(5)
    moment.shard = item
    const start = item * rows
    const size = Math.min(rows, count - start)
    look(item, at(picks, start * 4), size, count, moment)
    model.backward(size, at(gradients, item * parameters.bytes))
  }

  const run = (item: number): void => {
    const start = item * rows
    const size = Math.min(rows, number(4) - start)
    for (let i = 0; i < size; i++) arena.u32[own / 4 + i] = number(3) + start + i
    look(item, own, size, number(5))
  }

  return {
    ...{ stream, layers, model, update, rows, control, picks, probabilities, predicted },
    runs: RUNS,
    parts: Math.ceil(vectors / part),
    tell: (numbers) => arena.f64.set(numbers, told / 8),
    perform: (kind, item) => {
      switch (kind) {
        case JOB.shard:
          return shard(item)
        case JOB.run:
          return run(item)
        default: {
          const first = item * part
          const some = Math.min(part, vectors - first)
          const given = arena.f64.subarray(told / 8 + 1, told / 8 + TOLD)
          return update.apply(given, gradients, number(0), first, some)
        }
      }
    },
    loss: (item) => arena.f64[losses / 8 + item]!,
    correct: (item) => arena.u32[right / 4 + item]!,
  }
}
