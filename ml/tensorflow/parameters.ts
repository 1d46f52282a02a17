// Named tensors that live from step to step; it knows no arithmetic.
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
