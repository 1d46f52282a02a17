/** A training's state as named tensors and back, bit for bit; it knows neither layers nor arithmetic. */
import type { Tensor, Tensors } from "../data/tensor.ts"
import type { Arena } from "../kernels/arena.ts"
import { type Parameters, readSlot, writeSlot } from "../kernels/parameters.ts"
import type { Pointer } from "../kernels/quantities.ts"
import type { TrainingState } from "../training/trainer.ts"
import type { Update } from "./updates.ts"

/** A copy of one block's tensors, their names under `prefix`. */
export function readBlock(arena: Arena, parameters: Parameters, block: Pointer, prefix = ""): Tensors {
  const memory = arena.floats(block, parameters.bytes / 4)
  return Object.fromEntries(
    parameters.slots.map((slot) => [
      `${prefix}${slot.name}`,
      { shape: slot.shape, data: readSlot(memory, slot) },
    ]),
  )
}

export function readState(arena: Arena, parameters: Parameters, update: Update): TrainingState {
  const state: Record<string, Tensor> = { ...readBlock(arena, parameters, parameters.weights) }
  for (const [name, block] of Object.entries(update.moments))
    Object.assign(state, readBlock(arena, parameters, block, `${name}/`))
  for (const [name, values] of Object.entries(update.products))
    state[name] = { shape: [values.length], data: values.slice() }
  return state
}

/** Checks the whole state before it changes anything; throws RangeError naming the first tensor that does not fit. */
export function writeState(arena: Arena, parameters: Parameters, update: Update, state: TrainingState): void {
  const known = readState(arena, parameters, update)
  for (const name of Object.keys(state))
    if (!Object.hasOwn(known, name))
      throw new RangeError(`the state has a tensor that is unknown here: ${name}`)
  for (const [name, { shape, data }] of Object.entries(known)) {
    if (!Object.hasOwn(state, name)) throw new RangeError(`the state lacks the tensor ${name}`)
    const given = state[name]!
    if (`${given.shape}` !== `${shape}` || given.data.constructor !== data.constructor)
      throw new RangeError(
        `the state's tensor ${name} is ${given.data.constructor.name} [${given.shape}], not ${data.constructor.name} [${shape}]`,
      )
  }
  writeBlock(arena, parameters, parameters.weights, "", state)
  for (const [name, block] of Object.entries(update.moments))
    writeBlock(arena, parameters, block, `${name}/`, state)
  for (const [name, values] of Object.entries(update.products)) values.set(state[name]!.data)
}

function writeBlock(
  arena: Arena,
  parameters: Parameters,
  block: Pointer,
  prefix: string,
  state: Tensors,
): void {
  const memory = arena.floats(block, parameters.bytes / 4)
  for (const slot of parameters.slots)
    writeSlot(memory, slot, state[`${prefix}${slot.name}`]!.data as Float32Array)
}
