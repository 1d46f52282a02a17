// The numbers that NumPy writes, each as bytes or floats of 32 bits; what these cannot say exactly is refused. It knows no header.
import { ArrayError } from "./array.ts"

interface ElementType {
  /** Of one element. */
  readonly bytes: number
  /** `count` elements from the front of the bytes. */
  readonly read: (bytes: Uint8Array, count: number) => Uint8Array | Float32Array
}

type Reader = (view: DataView, at: number, little: boolean) => number | bigint

/** By kind and size, as NumPy spells them. */
const READERS: Readonly<Record<string, { readonly bytes: number; readonly read: Reader }>> = {
  b1: { bytes: 1, read: (view, at) => (view.getUint8(at) === 0 ? 0 : 1) },
  i1: { bytes: 1, read: (view, at) => view.getInt8(at) },
  u2: { bytes: 2, read: (view, at, little) => view.getUint16(at, little) },
  i2: { bytes: 2, read: (view, at, little) => view.getInt16(at, little) },
  u4: { bytes: 4, read: (view, at, little) => view.getUint32(at, little) },
  i4: { bytes: 4, read: (view, at, little) => view.getInt32(at, little) },
  u8: { bytes: 8, read: (view, at, little) => view.getBigUint64(at, little) },
  i8: { bytes: 8, read: (view, at, little) => view.getBigInt64(at, little) },
  f4: { bytes: 4, read: (view, at, little) => view.getFloat32(at, little) },
  f8: { bytes: 8, read: (view, at, little) => view.getFloat64(at, little) },
}

/** What NumPy calls the other kinds, and what to do about an array of them. */
const REFUSED: Readonly<Record<string, string>> = {
  O: "objects, which are a pickle: to load one is to run what it says, so it is never loaded; save numbers instead: np.save(path, array.astype(np.float32), allow_pickle=False)",
  S: "texts: save class numbers instead: names, numbers = np.unique(array, return_inverse=True)",
  U: "texts: save class numbers instead: names, numbers = np.unique(array, return_inverse=True)",
  V: "records or raw bytes: save each field by itself",
  c: "complex numbers: save array.real and array.imag, each by itself",
  M: "times: save what the network is to be given, as array.astype('datetime64[s]').astype(np.float32) perhaps",
  m: "durations: save what the network is to be given, as array.astype('timedelta64[s]').astype(np.float32) perhaps",
  f: "floats of a width that is not read here: save array.astype(np.float32)",
}

/**
 * @param descriptor NumPy's: `<`, `>`, `|` or `=` for the order of bytes, a letter for the kind, the bytes of an element
 * @throws ArrayError when elements of this kind are no numbers that can be read here
 */
export function elementType(descriptor: string): ElementType {
  const [, order, kind, size] = /^([<>|=])?([A-Za-z?])(\d*.*)$/.exec(descriptor) ?? []
  if (kind === "u" && size === "1") return { bytes: 1, read: (bytes) => bytes }
  if (kind === "f" && size === "4" && order === "<") return { bytes: 4, read: floats }
  const known = READERS[kind === "?" ? "b1" : `${kind}${size}`]
  if (known === undefined || order === "=")
    throw new ArrayError(
      `the .npy file holds ${REFUSED[kind ?? ""] ?? "elements that are no numbers: save array.astype(np.float32)"} (its type is ${descriptor})`,
    )
  return { bytes: known.bytes, read: (bytes, count) => exactFloats(bytes, count, known, order !== ">") }
}

const floats = (bytes: Uint8Array, count: number): Float32Array =>
  bytes.byteOffset % 4 === 0
    ? new Float32Array(bytes.buffer, bytes.byteOffset, count)
    : new Float32Array(Uint8Array.prototype.slice.call(bytes).buffer) // a Buffer's own slice would not copy

function exactFloats(
  bytes: Uint8Array,
  count: number,
  { bytes: size, read }: (typeof READERS)[string],
  little: boolean,
): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const exact = new Float32Array(count)
  for (let at = 0; at < count; at++) {
    const value = read(view, at * size, little)
    exact[at] = Number(value)
    // biome-ignore lint/suspicious/noDoubleEquals: a bigint equals the number of the same value
    if (exact[at] != value && !Number.isNaN(value))
      throw new ArrayError(
        `value ${value} at index ${at} is no float of 32 bits: round it yourself, with array.astype(np.float32), if that is meant`,
      )
  }
  return exact
}
