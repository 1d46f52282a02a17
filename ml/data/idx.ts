// Reads and writes the IDX format of unsigned bytes; knows nothing of images, labels or compression.

/** A tensor of unsigned bytes, last axis fastest. `data.length` is the product of `shape`. */
export interface Idx {
  /** Sizes of the axes, outermost first: `[60000, 28, 28]` for images, `[60000]` for labels. */
  readonly shape: ReadonlyArray<number>
  /** One byte an element. After `decodeIdx` it is a view of the bytes given, not a copy. */
  readonly data: Uint8Array
}

/** What can be wrong with IDX bytes: `magic` (not this format), `truncated` (the header is cut off), `header` (it lies). */
type IdxFault = "magic" | "truncated" | "header"

export class IdxError extends Error {
  readonly _tag = "IdxError"
  readonly fault: IdxFault

  constructor(fault: IdxFault, message: string) {
    super(message)
    this.name = "IdxError"
    this.fault = fault
  }
}

/** The code of "unsigned byte", the third byte of the magic number. */
const UNSIGNED_BYTE = 0x08

/**
 * Decodes IDX bytes: `00 00 08 rank`, then one big-endian u32 an axis, then the elements
 * (the format is described on http://yann.lecun.com/exdb/mnist/).
 *
 * @param bytes the decompressed file, whole
 * @param rank  the rank that the caller needs, if it needs one: 3 for images, 1 for labels
 * @throws IdxError when the bytes are not IDX, are of another element type or rank, or when their
 *   number differs from what the header announces
 */
export const decodeIdx = (bytes: Uint8Array, rank?: number): Idx => {
  const found = readRank(bytes, rank)
  const start = 4 + 4 * found
  if (bytes.length < start) {
    throw new IdxError(
      "truncated",
      `IDX header cut off: rank ${found} needs a header of ${start} bytes, found ${bytes.length} bytes`,
    )
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const shape = Array.from({ length: found }, (_, axis) => view.getUint32(4 + 4 * axis))
  const announced = elements(shape)
  const held = bytes.length - start
  if (announced !== held) {
    const what = held < announced ? "truncated file or lying header" : "lying header or trailing bytes"
    throw new IdxError(
      "header",
      `IDX ${what}: the header announces ${shape.join(" × ")} = ${announced} bytes of data, found ${held}`,
    )
  }
  return { shape, data: bytes.subarray(start) }
}

/**
 * Encodes a tensor of unsigned bytes, the inverse of {@link decodeIdx}.
 *
 * @throws IdxError when the rank is not 1 to 255, a size is no u32, or the sizes disagree with the data
 */
export const encodeIdx = ({ shape, data }: Idx): Uint8Array => {
  if (shape.length < 1 || shape.length > 255) {
    throw new IdxError("header", `IDX has 1 to 255 axes, found ${shape.length}`)
  }
  for (const size of shape) {
    if (!Number.isInteger(size) || size < 0 || size > 0xffffffff) {
      throw new IdxError("header", `an IDX axis has a size of 0 to 4294967295, found ${size}`)
    }
  }
  const announced = elements(shape)
  if (announced !== data.length) {
    throw new IdxError(
      "header",
      `the shape ${shape.join(" × ")} holds ${announced} bytes, but the data are ${data.length}`,
    )
  }
  const start = 4 + 4 * shape.length
  const bytes = new Uint8Array(start + data.length)
  const view = new DataView(bytes.buffer)
  bytes[2] = UNSIGNED_BYTE
  bytes[3] = shape.length
  shape.forEach((size, axis) => {
    view.setUint32(4 + 4 * axis, size)
  })
  bytes.set(data, start)
  return bytes
}

const readRank = (bytes: Uint8Array, rank: number | undefined): number => {
  const magic = hex(bytes.subarray(0, 4))
  if (bytes.length < 4) {
    throw new IdxError(
      "truncated",
      `IDX header cut off: a magic number has 4 bytes, found ${bytes.length} (${magic || "an empty file"})`,
    )
  }
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    throw new IdxError(
      "magic",
      `these bytes are gzip (magic number ${magic}), not IDX: decompress them first`,
    )
  }
  const found = bytes[3] as number
  if (bytes[0] !== 0 || bytes[1] !== 0 || bytes[2] !== UNSIGNED_BYTE || found === 0) {
    const expected =
      rank === undefined ? "00 00 08 and the rank" : hex(Uint8Array.of(0, 0, UNSIGNED_BYTE, rank))
    throw new IdxError("magic", `wrong IDX magic number: expected ${expected}, found ${magic}`)
  }
  if (rank !== undefined && found !== rank) {
    throw new IdxError(
      "magic",
      `wrong IDX rank: expected ${rank} (magic number 00 00 08 0${rank}), found ${found} (${magic})`,
    )
  }
  return found
}

/** The product of the sizes; beyond 2^53 it is rounded, but then no array of that length exists to equal it. */
const elements = (shape: ReadonlyArray<number>): number => shape.reduce((product, size) => product * size, 1)

const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ")
