// The files of a zip archive, stored or deflated, each held to its checksum; it writes none, and knows nothing of arrays.
// https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
import { crc32 } from "../crc32.ts"
import { ArrayError } from "./array.ts"

interface Entry {
  readonly name: string
  readonly isEncrypted: boolean
  /** 0 stored, 8 deflated. */
  readonly method: number
  readonly crc: number
  readonly packedSize: number
  readonly size: number
  /** Where its own header lies. */
  readonly offset: number
}

const [LOCAL, CENTRAL, END, END_64, LOCATOR_64] = [0x04034b50, 0x02014b50, 0x06054b50, 0x06064b50, 0x07064b50]
/** Of sizes, offsets and counts: it stands elsewhere, as 64 bits. */
const ELSEWHERE = 0xffffffff

/** @throws ArrayError when the archive is cut off, damaged, encrypted, or packed in another way */
export async function unzipped(bytes: Uint8Array): Promise<ReadonlyMap<string, Uint8Array>> {
  const { inflateSync } = await import("fflate")
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const files = new Map<string, Uint8Array>()
  for (const entry of orDamaged(() => entriesOf(view))) {
    const { name, method, size, crc, isEncrypted } = entry
    if (isEncrypted) throw new ArrayError(`${name} in the archive is encrypted: save it without a password`)
    if (method !== 0 && method !== 8)
      throw new ArrayError(
        `${name} in the archive is packed by method ${method}: only stored (0) and deflated (8) are read`,
      )
    const packed = orDamaged(() => packedOf(view, entry))
    const file = method === 0 ? packed : orDamaged(() => inflateSync(packed))
    if (file.length !== size || crc32(file) !== crc)
      throw new ArrayError(
        `${name} in the archive is damaged: its size or checksum does not fit; save it again`,
      )
    if (files.has(name)) throw new ArrayError(`${name} is in the archive twice: save it again`)
    files.set(name, file)
  }
  return files
}

function entriesOf(view: DataView): ReadonlyArray<Entry> {
  const { count, offset } = directoryOf(view)
  const entries: Array<Entry> = []
  for (let i = 0, at = offset; i < count; i++) {
    if (view.getUint32(at, true) !== CENTRAL) throw new RangeError("an entry of its directory is missing")
    const [nameSize, extraSize, commentSize] = [28, 30, 32].map((field) => view.getUint16(at + field, true))
    const name = new TextDecoder().decode(bytesAt(view, at + 46, nameSize!))
    const wide = wideFields(view, at + 46 + nameSize!, extraSize!)
    const field = (from: number): number => {
      const value = view.getUint32(at + from, true)
      return value === ELSEWHERE ? wide() : value
    }
    const size = field(24)
    const packedSize = field(20)
    entries.push({
      name,
      isEncrypted: (view.getUint16(at + 8, true) & 1) === 1,
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packedSize,
      size,
      offset: field(42),
    })
    at += 46 + nameSize! + extraSize! + commentSize!
  }
  return entries
}

function directoryOf(view: DataView): { readonly count: number; readonly offset: number } {
  let end = view.byteLength - 22
  while (end >= 0 && view.getUint32(end, true) !== END) end -= 1
  if (end < 0) throw new RangeError("it has no directory at its end")
  const [count, offset] = [view.getUint16(end + 10, true), view.getUint32(end + 16, true)]
  if (count !== 0xffff && offset !== ELSEWHERE) return { count, offset }
  if (view.getUint32(end - 20, true) !== LOCATOR_64) return { count, offset }
  const at = Number(view.getBigUint64(end - 12, true))
  if (view.getUint32(at, true) !== END_64) throw new RangeError("its directory is not where it says")
  return { count: Number(view.getBigUint64(at + 32, true)), offset: Number(view.getBigUint64(at + 48, true)) }
}

/** Reads one after the other what does not fit into 32 bits: size, packed size, offset, those that stand there. */
function wideFields(view: DataView, start: number, size: number): () => number {
  let [at, end] = [0, 0]
  for (let extra = start; extra + 4 <= start + size; extra += 4 + view.getUint16(extra + 2, true))
    if (view.getUint16(extra, true) === 1)
      [at, end] = [extra + 4, extra + 4 + view.getUint16(extra + 2, true)]
  return () => {
    if (at + 8 > end) throw new RangeError("a size of 64 bits is missing")
    at += 8
    return Number(view.getBigUint64(at - 8, true))
  }
}

function packedOf(view: DataView, { offset, packedSize }: Entry): Uint8Array {
  if (view.getUint32(offset, true) !== LOCAL) throw new RangeError("a file is not where its directory says")
  const [nameSize, extraSize] = [view.getUint16(offset + 26, true), view.getUint16(offset + 28, true)]
  return bytesAt(view, offset + 30 + nameSize + extraSize, packedSize)
}

function bytesAt(view: DataView, start: number, size: number): Uint8Array {
  if (start + size > view.byteLength) throw new RangeError("it ends too early")
  return new Uint8Array(view.buffer, view.byteOffset + start, size)
}

function orDamaged<A>(work: () => A): A {
  try {
    return work()
  } catch (failure) {
    throw new ArrayError(
      `the archive is cut off or damaged (${(failure as Error).message}): fetch or save it again`,
    )
  }
}
