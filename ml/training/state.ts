// What can be wrong with a training's tensors; it knows nothing of where they are kept.
import type { Tensors } from "../data/tensor.ts"
import type { TrainingState } from "./trainer.ts"

/** Throws RangeError naming the first tensor of a state that does not fit the known one. */
export function checkState(state: TrainingState, known: TrainingState): void {
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
}

/** The optimizer's running numbers as tensors, copied. */
export const productTensors = (products: Readonly<Record<string, Float64Array>>): Tensors =>
  Object.fromEntries(
    Object.entries(products).map(([name, values]) => [
      name,
      { shape: [values.length], data: values.slice() },
    ]),
  )

/** The first tensor that has a number which is not finite. */
export const nonFiniteIn = (tensors: Tensors): string | undefined =>
  Object.entries(tensors).find(([, { data }]) => !data.every(Number.isFinite))?.[0]
