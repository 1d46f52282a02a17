// The text of a file in UTF-8, or where it is none. It knows no table.
import { TableError } from "./cells.ts"

/**
 * @param name of the file, for the message
 * @throws TableError naming the first byte that is no UTF-8, its line, and what to do
 */
export function utf8Text(name: string, bytes: Uint8Array): string {
  const text = decoded(bytes)
  if (text !== undefined) return text
  const at = firstWrong(bytes)
  const line = bytes.subarray(0, at).reduce((lines, byte) => lines + (byte === 0x0a ? 1 : 0), 1)
  throw new TableError(
    `${name} is not in UTF-8: byte ${at}, 0x${bytes[at]!.toString(16)} in line ${line}, begins no character: save it as UTF-8 (what spreadsheets wrote: iconv -f WINDOWS-1252 -t UTF-8 ${name})`,
  )
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function firstWrong(bytes: Uint8Array): number {
  let at = 0
  for (let size = 1; size > 0 && at < bytes.length; ) {
    const lead = bytes[at]!
    size = lead < 0x80 ? 1 : ([2, 3, 4].find((size) => decoded(bytes.subarray(at, at + size))?.length) ?? 0)
    at += size
  }
  return at
}
