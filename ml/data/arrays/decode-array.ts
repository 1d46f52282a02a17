// An array from the bytes of one file, IDX or NumPy's, told apart by their first bytes; knows nothing of what it holds.
import { decodeIdx } from "../idx.ts"
import { ArrayError, type ArrayOf } from "./array.ts"
import { decodeNpy, isNpy } from "./npy.ts"

/**
 * Decodes an array: IDX of unsigned bytes, or NumPy's `.npy` (see {@link decodeNpy} for what it takes).
 *
 * @param bytes the decompressed file, whole
 * @throws ArrayError when the bytes are neither, are cut off, or hold what neither bytes nor floats can say
 * @throws IdxError when they begin as IDX and are wrong
 */
export function decodeArray(bytes: Uint8Array): ArrayOf {
  if (isNpy(bytes)) return decodeNpy(bytes)
  if (bytes[0] === 0x50 && bytes[1] === 0x4b)
    throw new ArrayError("these bytes are a zip archive, an .npz perhaps: name the array in it that is meant")
  if (bytes[0] === 0x80 && bytes[1] !== undefined && bytes[1] <= 5)
    throw new ArrayError(
      "these bytes are a pickle, which runs code when it is read, so it is never loaded: save the array with np.save(path, array, allow_pickle=False)",
    )
  return decodeIdx(bytes)
}

/**
 * The array as bytes, for class numbers that a library wrote as wider numbers.
 *
 * @throws ArrayError naming the first value that is no whole number of 0 to 255, and its index
 */
export function asBytes({ shape, data }: ArrayOf): { shape: ReadonlyArray<number>; data: Uint8Array } {
  if (data instanceof Uint8Array) return { shape, data }
  const bytes = new Uint8Array(data.length)
  for (let at = 0; at < data.length; at++) {
    bytes[at] = data[at]!
    if (bytes[at] !== data[at])
      throw new ArrayError(`value ${data[at]} at index ${at} is no whole number of 0 to 255`)
  }
  return { shape, data: bytes }
}
