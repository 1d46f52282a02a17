// Some of an array's examples, along its first axis; knows nothing of why they were chosen.
import { type ArrayOf, elementCount } from "./array.ts"

/** Elements of one example. */
export const rowSize = ({ shape }: ArrayOf): number => elementCount(shape.slice(1))

/** The bytes that the values of an array are made of, as they lie in memory. */
export const bytesOf = ({ data }: ArrayOf): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

/** @param indices positions along the first axis, in the order wanted */
export function rows(array: ArrayOf, indices: Uint32Array): ArrayOf {
  const size = rowSize(array)
  const Data = array.data instanceof Float32Array ? Float32Array : Uint8Array
  const data = new Data(indices.length * size)
  for (const [at, index] of indices.entries())
    data.set(array.data.subarray(index * size, (index + 1) * size), at * size)
  return { shape: [indices.length, ...array.shape.slice(1)], data }
}

/** One array behind the other, of the same sort and shape but for the first axis. */
export function joined(first: ArrayOf, second: ArrayOf): ArrayOf {
  const Data = first.data instanceof Float32Array ? Float32Array : Uint8Array
  const data = new Data(first.data.length + second.data.length)
  data.set(first.data)
  data.set(second.data, first.data.length)
  return { shape: [first.shape[0]! + second.shape[0]!, ...first.shape.slice(1)], data }
}
