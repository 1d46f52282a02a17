// The byte form of an index set: which examples of a dataset take part; knows nothing of why they were chosen.

export class IndicesError extends Error {
  readonly _tag = "IndicesError"

  constructor(message: string) {
    super(message)
    this.name = "IndicesError"
  }
}

/**
 * Encodes an index set as little-endian u32, four bytes an index and nothing else.
 *
 * @param indices strictly ascending (so that one set has one byte form)
 * @throws IndicesError when they are not strictly ascending
 */
export const encodeIndices = (indices: Uint32Array): Uint8Array => {
  ascending(indices)
  const bytes = new Uint8Array(4 * indices.length)
  const view = new DataView(bytes.buffer)
  indices.forEach((index, at) => {
    view.setUint32(4 * at, index, true)
  })
  return bytes
}

/**
 * Decodes what {@link encodeIndices} wrote.
 *
 * @param below the number of examples that the indices point into; every index must be smaller
 * @throws IndicesError when the length is no multiple of 4, an index is out of range, or they do not ascend
 */
export const decodeIndices = (bytes: Uint8Array, below: number): Uint32Array => {
  if (bytes.length % 4 !== 0) {
    throw new IndicesError(`an index set has 4 bytes an index, found ${bytes.length} bytes: truncated?`)
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const indices = Uint32Array.from({ length: bytes.length / 4 }, (_, at) => view.getUint32(4 * at, true))
  ascending(indices)
  const last = indices.at(-1)
  if (last !== undefined && last >= below) {
    throw new IndicesError(`index ${last} points past the end: there are ${below} examples`)
  }
  return indices
}

/** All of `0 … count - 1`. */
export const everyIndex = (count: number): Uint32Array => Uint32Array.from({ length: count }, (_, at) => at)

/** The indices of `all` that are not in `part`; both ascending, `part` within `all`. */
export const without = (all: Uint32Array, part: Uint32Array): Uint32Array => {
  let next = 0
  return all.filter((index) => {
    if (part[next] !== index) return true
    next += 1
    return false
  })
}

const ascending = (indices: Uint32Array): void => {
  for (let at = 1; at < indices.length; at += 1) {
    if (indices[at]! <= indices[at - 1]!) {
      throw new IndicesError(
        `an index set ascends strictly: found ${indices[at]} after ${indices[at - 1]} at position ${at}`,
      )
    }
  }
}
