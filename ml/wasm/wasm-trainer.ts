/**
 * The bit-exact maker of trainers, on our own WebAssembly kernels; it needs no Node, so that a page can run it.
 * docs/numerics.md defines every number that it computes.
 */

import { Arena, type Purpose } from "../kernels/arena.ts"
import { bindKernels } from "../kernels/bind.ts"
import { type LoadedKernels, loadKernels } from "../kernels/load.ts"
import { writeSlot } from "../kernels/parameters.ts"
import type { Kernels } from "../kernels/signatures.ts"
import { initialWeights } from "../network/initial-weights.ts"
import { factorAt } from "../training/schedule.ts"
import type {
  Dataset,
  MakeTrainer,
  Predictions,
  Tally,
  Trainer,
  TrainerOptions,
} from "../training/trainer.ts"
import { type Attached, attachExamples } from "./attached.ts"
import type { Invitation } from "./member.ts"
import { readBlock, readState, writeState } from "./state.ts"
import { controlAt, Lead } from "./team.ts"
import { JOB, planWorkspace } from "./workspace.ts"

const DEFAULT_SHARDS = 4

/** A trainer whose memory can be looked into, and which threads can join. */
export interface WasmTrainer extends Trainer {
  /** Bytes that are planned so far, attached examples included, by what they are for. */
  memory(): Readonly<Partial<Record<Purpose, number>>>
  /**
   * Room for one more thread: what `joinTraining` takes there. It works as soon as it has joined, if it is employed. Throws
   * RangeError where memory cannot be shared.
   */
  invite(): Invitation
  employ(threads: number): void
  dispose(): void
}

/**
 * A trainer with fresh weights. `wasm` is the content of kernels.wasm, or what `loadKernels` made of it. Throws RangeError
 * for options that make no sense, ImpossibleNetwork for a network that does not fit the input or the classes.
 */
export async function createWasmTrainer(
  wasm: Uint8Array | ArrayBuffer | LoadedKernels,
  options: TrainerOptions,
): Promise<WasmTrainer> {
  const loaded = "module" in wasm ? wasm : await loadKernels(wasm)
  const arena = new Arena(loaded)
  return trainerOn(bindKernels(loaded.module, arena.memory), arena, options, loaded)
}

/** The maker on `wasm`, which is compiled once. */
export function wasmMaker(wasm: Uint8Array | ArrayBuffer): MakeTrainer {
  const loaded = loadKernels(wasm)
  return async (options) => createWasmTrainer(await loaded, options)
}

/** The same on kernels that are bound to the arena's memory already; threads can join where `loaded` are shared. */
export function trainerOn(
  kernels: Kernels,
  arena: Arena,
  given: TrainerOptions,
  loaded?: LoadedKernels,
): WasmTrainer {
  const options = { shards: DEFAULT_SHARDS, ...given }
  const { inputShape, classes, batchSize, shards } = options
  checkCounts({ batchSize, shards, classes })
  const workspace = planWorkspace(kernels, arena, options)
  const { model, update, stream, layers, rows: perShard, picks, runs } = workspace
  const { parameters } = model
  const { ownBytes } = arena
  const memory = arena.floats(parameters.weights, parameters.bytes / 4)
  for (const shape of layers)
    for (const [name, values] of initialWeights(stream, shape))
      writeSlot(memory, parameters.slots.find((slot) => slot.name === name)!, values)
  /** Moves with each change of the weights. */
  let version = 1
  let lead: Lead | undefined
  let invited = 0

  const exampleBytes = inputShape.reduce((a, b) => a * b, 1)
  const tally = { loss: 0, correct: 0 }

  const { schedule } = options.optimizer
  /** Of the learning rate, where an epoch has `examples`. */
  const factor = (examples: number, epoch: number, step: number): number => {
    if (schedule === undefined) return 1
    const stepsPerEpoch = Math.ceil(examples / batchSize)
    return factorAt(schedule, epoch * stepsPerEpoch + step, stepsPerEpoch)
  }

  const { perform } = workspace
  const run = (kind: number, items: number, ...told: ReadonlyArray<number>): void => {
    workspace.tell(told)
    if (lead !== undefined) lead.run(kind, items)
    else for (let item = 0; item < items; item++) perform(kind, item)
  }
  const reset = (): void => {
    tally.loss = 0
    tally.correct = 0
  }
  /** Adds what the first items found, in their order. */
  const add = (items: number): void => {
    for (let item = 0; item < items; item++) {
      tally.loss += workspace.loss(item)
      tally.correct += workspace.correct(item)
    }
  }

  return {
    options,
    attach: (images, labels, rows) => attachExamples(arena, exampleBytes, classes, images, labels, rows),
    step: (dataset: Dataset, order, from, count, epoch, step): Tally => {
      if (count < 1 || count > batchSize || from + count > order.length)
        throw new RangeError(`a batch of ${count} from ${from} on is not within 1 to ${batchSize} examples`)
      reset()
      for (let i = 0; i < count; i++) arena.u32[picks / 4 + i] = checked(order[from + i]!, dataset)
      const live = Math.ceil(count / perShard)
      const { images, labels } = dataset as Attached
      run(JOB.shard, live, version, images, labels, count, epoch, step)
      add(live)
      model.settle(live)
      run(JOB.update, workspace.parts, live, ...update.begin(factor(order.length, epoch, step)))
      version++
      return tally
    },
    evaluate: (dataset: Dataset, from, count, into: Predictions = {}): Tally => {
      if (from < 0 || from + count > dataset.count)
        throw new RangeError(`examples ${from} to ${from + count} are not within ${dataset.count}`)
      reset()
      const { images, labels } = dataset as Attached
      for (let done = 0; done < count; done += runs * perShard) {
        const some = Math.min(runs * perShard, count - done)
        const items = Math.ceil(some / perShard)
        run(JOB.run, items, version, images, labels, from + done, some, count)
        add(items)
        // Every run but the last is full, so what they found lies without gaps.
        into.probabilities?.set(arena.floats(workspace.probabilities, some * classes), done * classes)
        into.labels?.set(arena.bytes(workspace.predicted, some), done)
      }
      return tally
    },
    state: () => readState(arena, parameters, update),
    load: (state) => {
      writeState(arena, parameters, update, state)
      version++
    },
    memory: () => Object.fromEntries(arena.planned),
    weights: () => readBlock(arena, parameters, parameters.weights),
    nonFinite: () => {
      if (kernels.anyNonFinite(parameters.weights, parameters.bytes / 16) === 0) return undefined
      const weights = Object.entries(readBlock(arena, parameters, parameters.weights))
      return weights.find(([, { data }]) => !data.every(Number.isFinite))?.[0]
    },
    invite: () => {
      if (loaded?.shared !== true)
        throw new RangeError("memory cannot be shared here: there is one thread only")
      const own = arena.allocate(ownBytes, "threads")
      lead ??= new Lead(controlAt(arena.memory, workspace.control), perform)
      const { memory } = arena
      return { module: loaded.module, memory, options, own, member: invited++ }
    },
    employ: (threads) => lead?.employ(Math.min(threads, invited)),
    dispose: () => lead?.dismiss(),
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
