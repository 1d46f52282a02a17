/** Named tensors that live from step to step, and their way to a training's state and back; it knows no arithmetic. */
import type { Tensor as TfTensor } from "@tensorflow/tfjs-core"
import type { Tensors } from "../data/tensor.ts"
import type { Tensorflow } from "../layers/parts/tensorflow.ts"

/** Tensors by name; each is disposed of when another takes its place. */
export class Kept {
  readonly #tf: Tensorflow
  readonly #tensors = new Map<string, TfTensor>()

  constructor(tf: Tensorflow) {
    this.#tf = tf
  }

  get(name: string): TfTensor {
    return this.#tensors.get(name)!
  }

  /** Keeps the tensor beyond any tidy that it was made in. */
  set(name: string, tensor: TfTensor): void {
    this.#tensors.get(name)?.dispose()
    this.#tensors.set(name, this.#tf.keep(tensor))
  }

  write(name: string, shape: ReadonlyArray<number>, values: Float32Array): void {
    this.set(name, this.#tf.tensor(values, [...shape], "float32"))
  }

  /** A copy of the tensors whose name the filter lets through. */
  read(isWanted: (name: string) => boolean = () => true): Tensors {
    return Object.fromEntries(
      [...this.#tensors]
        .filter(([name]) => isWanted(name))
        .map(([name, tensor]) => [name, { shape: tensor.shape, data: Float32Array.from(tensor.dataSync()) }]),
    )
  }

  dispose(): void {
    for (const tensor of this.#tensors.values()) tensor.dispose()
    this.#tensors.clear()
  }
}

/** Throws RangeError naming the first tensor of a state that does not fit the known one. */
export function checkState(state: Tensors, known: Tensors): void {
  for (const name of Object.keys(state))
    if (!Object.hasOwn(known, name))
      throw new RangeError(`the state has a tensor that is unknown here: ${name}`)
  for (const [name, { shape, data }] of Object.entries(known)) {
    const given = state[name]
    if (given === undefined) throw new RangeError(`the state lacks the tensor ${name}`)
    if (`${given.shape}` !== `${shape}` || given.data.constructor !== data.constructor)
      throw new RangeError(
        `the state's tensor ${name} is ${given.data.constructor.name} [${given.shape}], not ${data.constructor.name} [${shape}]`,
      )
  }
}
