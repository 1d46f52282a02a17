// A training's state as named tensors and back, bit for bit; it knows neither layers nor arithmetic.
import type { Tensor, Tensors } from "../data/tensor.ts"
import type { Arena } from "../kernels/arena.ts"
import { type Parameters, readSlot, type Slot, writeSlot } from "../kernels/parameters.ts"
import type { Pointer } from "../kernels/quantities.ts"
import { momentOf } from "../training/optimizer-state.ts"
import { checkState, productTensors } from "../training/state.ts"
import type { TrainingState } from "../training/trainer.ts"
import type { Update } from "./updates.ts"

/** A copy of one block's tensors: the parameters' own, or what an optimizer keeps of each as `moment`. */
export function readBlock(arena: Arena, parameters: Parameters, block: Pointer, moment?: string): Tensors {
  const memory = arena.floats(block, parameters.bytes / 4)
  return Object.fromEntries(
    parameters.slots.map((slot) => [
      nameOf(slot, moment),
      { shape: slot.shape, data: readSlot(memory, slot) },
    ]),
  )
}

const nameOf = ({ name }: Slot, moment: string | undefined): string =>
  moment === undefined ? name : momentOf(moment, name)

export function readState(arena: Arena, parameters: Parameters, update: Update): TrainingState {
  const state: Record<string, Tensor> = { ...readBlock(arena, parameters, parameters.weights) }
  for (const [name, block] of Object.entries(update.moments))
    Object.assign(state, readBlock(arena, parameters, block, name))
  return Object.assign(state, productTensors(update.products))
}

/** Checks the whole state before it changes anything; throws RangeError naming the first tensor that does not fit. */
export function writeState(arena: Arena, parameters: Parameters, update: Update, state: TrainingState): void {
  checkState(state, readState(arena, parameters, update))
  writeBlock(arena, parameters, parameters.weights, undefined, state)
  for (const [name, block] of Object.entries(update.moments))
    writeBlock(arena, parameters, block, name, state)
  for (const [name, values] of Object.entries(update.products)) values.set(state[name]!.data)
}

function writeBlock(
  arena: Arena,
  parameters: Parameters,
  block: Pointer,
  moment: string | undefined,
  state: Tensors,
): void {
  const memory = arena.floats(block, parameters.bytes / 4)
  for (const slot of parameters.slots)
    writeSlot(memory, slot, state[nameOf(slot, moment)]!.data as Float32Array)
}
