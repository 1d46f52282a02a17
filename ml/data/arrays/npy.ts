// NumPy's .npy files of numbers, read and written; knows nothing of archives of them.
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
import { ArrayError, type ArrayOf, elementCount } from "./array.ts"
import { elementType } from "./element-types.ts"
import { readHeader, writeHeader } from "./npy-header.ts"

/** `\x93NUMPY`. */
const MAGIC = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59)

export const isNpy = (bytes: Uint8Array): boolean => MAGIC.every((byte, at) => bytes[at] === byte)

/**
 * Decodes an `.npy` file, versions 1 to 3.
 *
 * `uint8` stays bytes and `float32` floats. Other numbers and truth values become floats where each is exactly a float of
 * 32 bits. Fortran order and big-endian numbers are put right. Objects are refused: they are a pickle, and to load one is
 * to run what it says.
 *
 * @throws ArrayError when the file is cut off or lies about its size, holds what are no numbers, or a value that no float
 *   of 32 bits equals, named with its index
 */
export function decodeNpy(bytes: Uint8Array): ArrayOf {
  const { start, descriptor, fortran, shape } = readHeader(bytes)
  const type = elementType(descriptor)
  const held = bytes.length - start
  const count = elementCount(shape)
  if (count * type.bytes !== held) {
    const what = held < count * type.bytes ? "cut off" : "followed by bytes that are not its own"
    throw new ArrayError(
      `the .npy file is ${what}: [${shape.join(", ")}] of ${descriptor} is ${count * type.bytes} bytes, found ${held}`,
    )
  }
  const data = type.read(bytes.subarray(start), count)
  return { shape, data: fortran && shape.length > 1 ? rowMajor(data, shape) : data }
}

/**
 * Encodes bytes (`|u1`) or floats (`<f4`) as `.npy` of version 1, C order: byte for byte what `np.save` writes.
 *
 * @throws ArrayError when the sizes disagree with the data, or the shape is too long for such a header
 */
export function encodeNpy(shape: ReadonlyArray<number>, data: Uint8Array | Float32Array): Uint8Array {
  for (const size of shape)
    if (!Number.isSafeInteger(size) || size < 0)
      throw new ArrayError(`an axis has a whole size of 0 or more, found ${size}`)
  if (elementCount(shape) !== data.length)
    throw new ArrayError(`the shape [${shape.join(", ")}] does not hold ${data.length} values`)
  const header = writeHeader(MAGIC, data instanceof Float32Array ? "<f4" : "|u1", shape)
  const bytes = new Uint8Array(header.length + data.byteLength)
  bytes.set(header)
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), header.length)
  return bytes
}

/** From Fortran's order, first axis fastest, to ours. */
function rowMajor(data: Uint8Array | Float32Array, shape: ReadonlyArray<number>): Uint8Array | Float32Array {
  const sorted = data.slice()
  const rank = shape.length
  const strides = shape.map((_, axis) => elementCount(shape.slice(0, axis)))
  const place = new Array<number>(rank).fill(0)
  let from = 0
  for (let at = 0; at < sorted.length; at++) {
    sorted[at] = data[from]!
    for (let axis = rank - 1; axis >= 0; axis--) {
      place[axis]! += 1
      from += strides[axis]!
      if (place[axis]! < shape[axis]!) break
      from -= strides[axis]! * shape[axis]!
      place[axis] = 0
    }
  }
  return sorted
}
