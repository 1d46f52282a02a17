// Named tensors as plain data: what a training's state and its weights are made of.
export type TensorData = Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array

/** Values in row-major order; `shape` multiplies to `data.length`, and [] is a scalar. */
export interface Tensor<D extends TensorData | BigInt64Array = TensorData> {
  readonly shape: ReadonlyArray<number>
  readonly data: D
}

export type Tensors = Readonly<Record<string, Tensor>>
