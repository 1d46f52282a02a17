/**
 * The bit-exact maker of trainers, on our own WebAssembly kernels; it needs no Node, so that a page can run it.
 * docs/numerics.md defines every number that it computes.
 */
import { bindKernels, type Kernels } from "./kernels/kernels.ts"
import { seedOf } from "./random.ts"
import { factorAt } from "./schedule.ts"
import { ImpossibleNetwork, shapes } from "./shapes.ts"
import type { Dataset, MakeTrainer, Predictions, Tally, Trainer, TrainerOptions } from "./trainer.ts"
import { Arena, type Purpose } from "./wasm/arena.ts"
import { type Attached, attachExamples } from "./wasm/attached.ts"
import { initialWeights } from "./wasm/initial-weights.ts"
import { planModel } from "./wasm/model.ts"
import { writeSlot } from "./wasm/parameters.ts"
import { readBlock, readState, writeState } from "./wasm/state.ts"
import type { Moment } from "./wasm/unit.ts"
import { planUpdate } from "./wasm/updates.ts"

const DEFAULT_SHARDS = 4

/** A trainer whose memory can be looked into. */
export interface WasmTrainer extends Trainer {
  /** Bytes that are planned so far, attached examples included, by what they are for. */
  memory(): Readonly<Partial<Record<Purpose, number>>>
}

/**
 * A trainer with fresh weights. `wasm` is the content of kernels.wasm, or its compiled module. Throws RangeError
 * for options that make no sense, ImpossibleNetwork for a network that does not fit the input or the classes.
 */
export async function createWasmTrainer(
  wasm: Uint8Array | ArrayBuffer | WebAssembly.Module,
  options: TrainerOptions,
): Promise<WasmTrainer> {
  const module = wasm instanceof WebAssembly.Module ? wasm : await WebAssembly.compile(wasm)
  const arena = new Arena()
  return trainerOn(bindKernels(module, arena.memory), arena, options)
}

/** The maker on `wasm`, which is compiled once. */
export function wasmMaker(wasm: Uint8Array | ArrayBuffer): MakeTrainer {
  const module = WebAssembly.compile(wasm)
  return async (options) => createWasmTrainer(await module, options)
}

/** The same on kernels that are bound to the arena's memory already. */
export function trainerOn(kernels: Kernels, arena: Arena, given: TrainerOptions): WasmTrainer {
  const options = { shards: DEFAULT_SHARDS, ...given }
  const { network, inputShape, classes, batchSize, shards } = options
  checkCounts({ batchSize, shards, classes })
  arena.startAt(kernels.firstFree())
  const stream = seedOf(options.seed, options.stream)
  const perShard = Math.ceil(batchSize / shards)
  const model = planModel(kernels, arena, { network, inputShape, rows: perShard, stream })
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
  const picks = arena.allocate(batchSize * 4)
  const probabilities = arena.allocate(perShard * classes * 4)
  const predicted = arena.allocate(perShard)
  const exponentials = arena.allocate(classes * 8)
  const right = arena.allocate(4)
  const memory = arena.floats(parameters.weights, parameters.bytes / 4)
  for (const shape of layers)
    for (const [name, values] of initialWeights(stream, shape))
      writeSlot(memory, parameters.slots.find((slot) => slot.name === name)!, values)
  let stale = true

  const [height, width, channels] = inputShape
  const rowLength = width * channels
  const exampleBytes = height * rowLength
  const scale = Math.fround(1 / 255)
  const tally = { loss: 0, correct: 0 }
  const moment: Moment = { epoch: 0, step: 0, shard: 0 }

  const { schedule } = options.optimizer
  /** Of the learning rate, where an epoch has `examples`. */
  const factor = (examples: number, epoch: number, step: number): number => {
    if (schedule === undefined) return 1
    const stepsPerEpoch = Math.ceil(examples / batchSize)
    return factorAt(schedule, epoch * stepsPerEpoch + step, stepsPerEpoch)
  }

  const freshen = (): void => {
    if (stale) model.prepare()
    stale = false
  }
  /** Forward and loss of the rows whose indices lie at `order`; adds to the tally. */
  const look = (data: Attached, order: number, rows: number, batch: number, training?: Moment): void => {
    const { at, imageBytes, rowBytes } = layout
    kernels.gatherPixels(data.images, order, rows, height, rowLength, scale, at, imageBytes, rowBytes)
    model.forward(rows, training)
    // biome-ignore format: one group of arguments a line
    tally.loss += kernels.softmaxCrossEntropy(
      output.values, output.rowBytes, rows, classes, data.labels, order, batch,
      training ? output.gradient : 0, training ? 0 : probabilities, training ? 0 : predicted,
      exponentials, right)
    tally.correct += arena.u32[right / 4]!
  }
  const reset = (): void => {
    tally.loss = 0
    tally.correct = 0
    freshen()
  }

  return {
    options,
    attach: (images, labels, rows) => attachExamples(arena, exampleBytes, classes, images, labels, rows),
    step: (dataset: Dataset, order, from, count, epoch, step): Tally => {
      if (count < 1 || count > batchSize || from + count > order.length)
        throw new RangeError(`a batch of ${count} from ${from} on is not within 1 to ${batchSize} examples`)
      reset()
      for (let i = 0; i < count; i++) arena.u32[picks / 4 + i] = checked(order[from + i]!, dataset)
      moment.epoch = epoch
      moment.step = step
      const live = Math.ceil(count / perShard)
      for (let shard = 0; shard < live; shard++) {
        const start = shard * perShard
        const rows = Math.min(perShard, count - start)
        moment.shard = shard
        look(dataset as Attached, picks + start * 4, rows, count, moment)
        model.backward(rows, gradients + shard * parameters.bytes)
      }
      update.apply(gradients, live, factor(order.length, epoch, step))
      stale = true
      return tally
    },
    evaluate: (dataset: Dataset, from, count, into: Predictions = {}): Tally => {
      if (from < 0 || from + count > dataset.count)
        throw new RangeError(`examples ${from} to ${from + count} are not within ${dataset.count}`)
      reset()
      for (let done = 0; done < count; done += perShard) {
        const rows = Math.min(perShard, count - done)
        for (let i = 0; i < rows; i++) arena.u32[picks / 4 + i] = from + done + i
        look(dataset as Attached, picks, rows, count)
        into.probabilities?.set(arena.floats(probabilities, rows * classes), done * classes)
        into.labels?.set(arena.bytes(predicted, rows), done)
      }
      return tally
    },
    state: () => readState(arena, parameters, update),
    load: (state) => {
      writeState(arena, parameters, update, state)
      stale = true
    },
    memory: () => Object.fromEntries(arena.planned),
    weights: () => readBlock(arena, parameters, parameters.weights),
    nonFinite: () => {
      if (kernels.anyNonFinite(parameters.weights, parameters.bytes / 16) === 0) return undefined
      const weights = Object.entries(readBlock(arena, parameters, parameters.weights))
      return weights.find(([, { data }]) => !data.every(Number.isFinite))?.[0]
    },
  }
}

function checked(row: number, dataset: Dataset): number {
  if (row < dataset.count) return row
  throw new RangeError(`example ${row} is not among ${dataset.count}`)
}

function checkCounts(counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts))
    if (!Number.isInteger(count) || count < 1)
      throw new RangeError(`${name} is ${count}, not a positive integer`)
}
