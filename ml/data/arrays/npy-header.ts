// The header of an .npy file: a Python dictionary as text behind a magic, a version and its length. It knows no elements.
import { ArrayError } from "./array.ts"

interface NpyHeader {
  /** Where the elements start, in bytes. */
  readonly start: number
  /** NumPy's own: `<f4` is four bytes of float, the least first. */
  readonly descriptor: string
  /** Whether the first axis runs fastest. */
  readonly fortran: boolean
  readonly shape: ReadonlyArray<number>
}

/** Of headers: what they are padded to, so that the elements are aligned. */
const ALIGNED = 64
/** NumPy leaves room for so many digits of the first axis, so that a file can grow in place. */
const GROWTH = 21

/** @throws ArrayError when it is cut off or is not what NumPy writes */
export function readHeader(bytes: Uint8Array): NpyHeader {
  const [major = 0, minor] = [bytes[6], bytes[7]]
  const sizeBytes = major === 1 ? 2 : 4
  if (bytes.length < 8 + sizeBytes)
    throw new ArrayError(`the .npy file is cut off within its header: it has ${bytes.length} bytes`)
  if (major < 1 || major > 3)
    throw new ArrayError(`.npy of version ${major}.${minor} is not known here: versions 1 to 3 are`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
  const start = 8 + sizeBytes + length
  if (bytes.length < start)
    throw new ArrayError(
      `the .npy file is cut off within its header: it needs ${start} bytes, found ${bytes.length}`,
    )
  const text = new TextDecoder(major === 3 ? "utf-8" : "latin1").decode(bytes.subarray(8 + sizeBytes, start))
  return { start, ...parsed(text) }
}

export function writeHeader(magic: Uint8Array, descriptor: string, shape: ReadonlyArray<number>): Uint8Array {
  const sizes = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`
  const room = shape.length === 0 ? 0 : GROWTH - String(shape[0]).length
  const text = `{'descr': '${descriptor}', 'fortran_order': False, 'shape': ${sizes}, }${" ".repeat(room)}`
  const before = magic.length + 4
  // NumPy's own: 1 to 64 bytes, of which the last is a line feed.
  const padding = ALIGNED - ((before + text.length + 1) % ALIGNED)
  const length = text.length + padding + 1
  if (length > 0xffff) throw new ArrayError(`${shape.length} axes are too many for a header of .npy`)
  const bytes = new Uint8Array(before + length)
  bytes.set(magic)
  bytes.set([1, 0, length & 0xff, length >> 8], magic.length)
  bytes.set(new TextEncoder().encode(`${text}${" ".repeat(padding)}\n`), before)
  return bytes
}

function parsed(text: string): Omit<NpyHeader, "start"> {
  const shown = text.trim().slice(0, 120)
  const [, descriptor] = /['"]descr['"]\s*:\s*['"]([^'"]*)['"]/.exec(text) ?? []
  if (descriptor === undefined) {
    if (/['"]descr['"]\s*:\s*[[(]/.test(text))
      throw new ArrayError(
        `the .npy file holds records of several fields, not one array of numbers: save each field by itself (${shown})`,
      )
    throw new ArrayError(`the header of the .npy file names no type of element: ${shown}`)
  }
  const [, fortran] = /['"]fortran_order['"]\s*:\s*(True|False)/.exec(text) ?? []
  const [, sizes] = /['"]shape['"]\s*:\s*\(([\dL,\s]*)\)/.exec(text) ?? []
  if (fortran === undefined || sizes === undefined)
    throw new ArrayError(`the header of the .npy file is not NumPy's: ${shown}`)
  const shape = sizes
    .split(",")
    .map((size) => size.trim())
    .filter((size) => size !== "")
    .map((size) => (/^\d+L?$/.test(size) ? Number.parseInt(size, 10) : Number.NaN))
  if (!shape.every(Number.isSafeInteger))
    throw new ArrayError(`the shape in the header of the .npy file is no list of sizes: (${sizes})`)
  return { descriptor, fortran: fortran === "True", shape }
}
