// Weights by name into a model's memory: those of a network that was trained elsewhere. It trains nothing.
import type { Tensors } from "../data/tensor.ts"
import type { Arena } from "../kernels/arena.ts"
import { writeSlot } from "../kernels/parameters.ts"
import type { Model } from "./model.ts"

/** Writes what every parameter of the model is called in `weights`. @throws RangeError where one is missing or has another shape */
export function giveWeights(arena: Arena, { parameters }: Pick<Model, "parameters">, weights: Tensors): void {
  const block = arena.floats(parameters.weights, parameters.bytes / 4)
  for (const slot of parameters.slots) {
    const given = weights[slot.name]
    if (given === undefined || `${given.shape}` !== `${slot.shape}`)
      throw new RangeError(`the weights have no ${slot.name} of shape ${slot.shape.join("×")}`)
    writeSlot(block, slot, given.data as Float32Array)
  }
}
