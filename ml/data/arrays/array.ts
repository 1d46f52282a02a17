// An array of bytes or floats, and what can be wrong with the bytes of one; knows no format, and not what an array holds.

/** Values in row-major order, last axis fastest; `shape` multiplies to `data.length`. */
export interface ArrayOf {
  /** Sizes of the axes, outermost first: `[60000, 28, 28]`. */
  readonly shape: ReadonlyArray<number>
  /** Bytes, or IEEE 754 floats of 32 bits. A view of the bytes given where these allow it, else a copy. */
  readonly data: Uint8Array | Float32Array
}

/** What is wrong with the bytes of an array, where, and what to do. */
export class ArrayError extends Error {
  readonly _tag = "ArrayError"

  constructor(message: string) {
    super(message)
    this.name = "ArrayError"
  }
}

/** The product of the sizes; beyond 2^53 it is rounded, but then no array of that length exists to equal it. */
export const elementCount = (shape: ReadonlyArray<number>): number =>
  shape.reduce((product, size) => product * size, 1)
