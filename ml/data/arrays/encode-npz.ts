// Named arrays as NumPy's .npz: a zip archive of .npy files, stored as they are. The same arrays always give the same bytes.
// https://numpy.org/doc/stable/reference/generated/numpy.savez.html, https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
import { crc32 } from "../crc32.ts"
import { ArrayError } from "./array.ts"
import { encodeNpy } from "./npy.ts"

type Arrays = Readonly<
  Record<string, { readonly shape: ReadonlyArray<number>; readonly data: Uint8Array | Float32Array }>
>

/** Of zip: 2.0 opens it, names are UTF-8, no compression, and the first day that its dates can say. */
const VERSION = 20
const UTF8 = 1 << 11
const FIRST_DAY = (1 << 5) | 1
/** What 32 bits hold: beyond it an archive would need zip64. */
const MOST = 0xffffffff

interface Entry {
  readonly name: Uint8Array
  readonly bytes: Uint8Array
  readonly sum: number
  /** Where its own header starts. */
  readonly at: number
}

/**
 * What `np.load` opens: each array under its name, in code-unit order of names.
 *
 * @throws ArrayError when sizes disagree with data, or all together fill 4 GB
 */
export function encodeNpz(arrays: Arrays): Uint8Array {
  const utf8 = new TextEncoder()
  const names = Object.keys(arrays).sort()
  let at = 0
  const entries = names.map((name): Entry => {
    const { shape, data } = arrays[name]!
    const bytes = encodeNpy(shape, data)
    const entry = { name: utf8.encode(`${name}.npy`), bytes, sum: crc32(bytes), at }
    at += 30 + entry.name.length + bytes.length
    return entry
  })
  const start = at
  const size = start + entries.reduce((sum, { name }) => sum + 46 + name.length, 0)
  if (size > MOST || entries.length > 0xffff)
    throw new ArrayError(`${size} bytes in ${entries.length} arrays are too many for a zip archive`)
  const archive = new Uint8Array(size + 22)
  const view = new DataView(archive.buffer)
  for (const entry of entries) {
    view.setUint32(entry.at, 0x04034b50, true)
    common(view, entry.at + 4, entry)
    archive.set(entry.name, entry.at + 30)
    archive.set(entry.bytes, entry.at + 30 + entry.name.length)
    view.setUint32(at, 0x02014b50, true)
    view.setUint16(at + 4, VERSION, true)
    common(view, at + 6, entry)
    view.setUint32(at + 42, entry.at, true)
    archive.set(entry.name, at + 46)
    at += 46 + entry.name.length
  }
  view.setUint32(at, 0x06054b50, true)
  view.setUint16(at + 8, entries.length, true)
  view.setUint16(at + 10, entries.length, true)
  view.setUint32(at + 12, at - start, true)
  view.setUint32(at + 16, start, true)
  return archive
}

/** What an entry's header and its line in the directory have in common. */
function common(view: DataView, at: number, { name, bytes, sum }: Entry): void {
  view.setUint16(at, VERSION, true)
  view.setUint16(at + 2, UTF8, true)
  view.setUint16(at + 8, FIRST_DAY, true)
  view.setUint32(at + 10, sum, true)
  view.setUint32(at + 14, bytes.length, true)
  view.setUint32(at + 18, bytes.length, true)
  view.setUint16(at + 22, name.length, true)
}
