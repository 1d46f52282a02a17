// The bit-exact maker of trainers, on our own WebAssembly kernels; it needs no Node, so that a page can run it.
// docs/numerics.md defines every number that it computes.
import { Arena, type Purpose } from "../kernels/arena.ts"
import { bindKernels, type Lanes } from "../kernels/bind.ts"
import { type LoadedKernels, loadKernels } from "../kernels/load.ts"
import { type Parameters, writeSlot } from "../kernels/parameters.ts"
import type { Kernels } from "../kernels/signatures.ts"
import { setInitialWeights } from "../layers/parts/initial-weights.ts"
import { seedOf } from "../statistics/random.ts"
import { complete, layersOf } from "../training/options.ts"
import { nonFiniteIn } from "../training/state.ts"
import type { MakeTrainer, Trainer, TrainerOptions } from "../training/trainer.ts"
import { attachExamples } from "./attached.ts"
import { JobRunner } from "./job-runner.ts"
import type { Invitation } from "./member.ts"
import { readBlock, readState, writeState } from "./state.ts"
import { Steps } from "./steps.ts"
import { Workspace } from "./workspace.ts"

/** A trainer whose memory can be looked into, and which threads can join. */
export interface WasmTrainer extends Trainer {
  /** Bytes that are planned so far, attached examples included, by what they are for. */
  memory(): Readonly<Partial<Record<Purpose, number>>>
  /**
   * Room for one more thread: what `joinTraining` takes there. It works as soon as it has joined, if it is employed. Throws
   * RangeError where memory cannot be shared.
   */
  invite(): Invitation
  /** How many of the invited threads work from the next job on, beside the caller's; the others sleep. */
  employ(threads: number): void
  /** Sends every thread that has joined home; the trainer is of no use afterwards. */
  dispose(): void
}

/**
 * A trainer with fresh weights. `wasm` is the content of kernels.wasm, or what `loadKernels` made of it. Throws RangeError
 * for options that make no sense, ImpossibleNetwork for a network that does not fit the input or the outputs.
 */
export async function createWasmTrainer(
  wasm: Uint8Array | ArrayBuffer | LoadedKernels,
  options: TrainerOptions,
): Promise<WasmTrainer> {
  const loaded = "module" in wasm ? wasm : await loadKernels(wasm)
  const arena = new Arena(loaded)
  return trainerOn(bindKernels(loaded.module, arena.memory, loaded.lanes), arena, options, loaded)
}

/** The maker on `wasm`, which is compiled once, with `lanes` in place of its kernels where whoever runs has some. */
export function wasmMaker(wasm: Uint8Array | ArrayBuffer, lanes?: Lanes): MakeTrainer {
  const loaded = loadKernels(wasm, undefined, lanes)
  return async (options) => createWasmTrainer(await loaded, options)
}

/**
 * A trainer with fresh weights on kernels that are bound to the arena's memory already. Threads can join if `loaded`, the module
 * of these kernels, has a shared memory.
 */
export function trainerOn(
  kernels: Kernels,
  arena: Arena,
  given: TrainerOptions,
  loaded?: LoadedKernels,
): WasmTrainer {
  const options = complete(given)
  const workspace = new Workspace(kernels, arena, options)
  const { model, update } = workspace
  const { parameters } = model
  const runner = new JobRunner(arena, workspace, options, loaded)
  const steps = new Steps(arena, workspace, runner, options)
  initialize(arena, parameters, options)
  const weights = () => readBlock(arena, parameters, parameters.weights)
  return {
    options,
    attach: (inputs, targets, rows) => attachExamples(arena, options, { inputs, targets }, rows),
    step: (dataset, order, from, count, epoch, step) => steps.step(dataset, order, from, count, epoch, step),
    evaluate: (dataset, from, count, into) => steps.evaluate(dataset, from, count, into),
    state: () => readState(arena, parameters, update),
    load: (state) => {
      writeState(arena, parameters, update, state)
      steps.weightsChanged()
    },
    weights,
    nonFinite: () =>
      kernels.anyNonFinite(parameters.weights, parameters.vectors) === 0 ? undefined : nonFiniteIn(weights()),
    memory: () => Object.fromEntries(arena.planned),
    invite: () => runner.invite(),
    employ: (threads) => runner.employ(threads),
    dispose: () => runner.dismiss(),
  }
}

/** Writes the weights that a training starts from. */
function initialize(arena: Arena, { slots, weights, bytes }: Parameters, options: TrainerOptions): void {
  const stream = seedOf(options.seed, options.stream)
  const memory = arena.floats(weights, bytes / 4)
  setInitialWeights(stream, layersOf(options), ({ name }, values) =>
    writeSlot(memory, slots.find((slot) => slot.name === name)!, values),
  )
}
