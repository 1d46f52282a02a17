// A folder as one artifact: a line of JSON that lists files by name, then their bytes. Knows no file system.

interface Entry {
  readonly name: string
  readonly size: number
}

/** What stands before the bytes of the files. @param entries by name, in code-unit order */
export const folderHead = (entries: ReadonlyArray<Entry>): Uint8Array =>
  new TextEncoder().encode(`${JSON.stringify(entries)}\n`)

/** Files under slash-separated relative names → one artifact whose bytes do not depend on the map's order. */
export function encodeFolder(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const names = [...files.keys()].sort()
  const entries: ReadonlyArray<Entry> = names.map((name) => ({ name, size: files.get(name)!.length }))
  const head = folderHead(entries)
  const bytes = new Uint8Array(entries.reduce((sum, entry) => sum + entry.size, head.length))
  bytes.set(head)
  let at = head.length
  for (const name of names) {
    bytes.set(files.get(name)!, at)
    at += files.get(name)!.length
  }
  return bytes
}

/** @throws SyntaxError when the listing is torn, RangeError when the bytes are not just those that it lists */
export function decodeFolder(bytes: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const end = bytes.indexOf(0x0a)
  const entries = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))) as ReadonlyArray<Entry>
  const size = entries.reduce((sum, entry) => sum + entry.size, end + 1)
  if (size !== bytes.length)
    throw new RangeError(`a folder lists ${size} bytes and has ${bytes.length}: it was cut short or added to`)
  const files = new Map<string, Uint8Array>()
  let at = end + 1
  for (const { name, size } of entries) {
    files.set(name, bytes.subarray(at, at + size))
    at += size
  }
  return files
}
