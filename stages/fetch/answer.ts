// What a server's answer to a download means: from which byte on its body goes, and whether that is the file that was begun.
import { DownloadError } from "./download-error.ts"
import type { Version } from "./partial-file.ts"

export type Headers = Readonly<Record<string, string | ReadonlyArray<string> | undefined>>

/** What was there when it was asked for. */
type Known = (Version & { readonly have: number }) | undefined

/** What to do with the body. */
export type Meaning =
  /** It is the whole file. */
  | { readonly is: "whole"; readonly version: Version | undefined; readonly total: number | null }
  /** It is what comes next. */
  | { readonly is: "rest"; readonly total: number | null }
  /** There is nothing more to come. */
  | { readonly is: "complete" }

/** Seconds by which a file must be older than the answer for its date to tell versions apart (RFC 9110, 8.8.2.2). */
const settled = 60

/** What a request for the rest of a file says (RFC 9110, 13.1.5): the rest if the file is still the same, else all of it. */
export const rangeHeaders = (known: Known): Readonly<Record<string, string>> =>
  known === undefined ? {} : { range: `bytes=${known.have}-`, "if-range": known.validator }

/** @throws DownloadError when the answer is no file, or not the part that was asked for */
export function meaningOf(status: number, headers: Headers, known: Known): Meaning {
  if (status === 200) {
    const total = lengthIn(headers)
    const validator = strongValidator(headers)
    return { is: "whole", total, version: validator === undefined ? undefined : { validator, total } }
  }
  if (status === 206) return restOf(headers, known)
  if (status === 416 && known !== undefined) {
    const total = /^bytes \*\/(\d+)$/.exec(one(headers, "content-range") ?? "")?.[1]
    if (total !== undefined && Number(total) === known.have) return { is: "complete" }
    throw another(`it has ${total ?? "fewer"} bytes, and ${known.have} were received of it before`)
  }
  throw new DownloadError(`HTTP status ${status}`, { isTransient: status === 429 || status >= 500 })
}

function restOf(headers: Headers, known: Known): Meaning {
  const said = one(headers, "content-range") ?? "no Content-Range"
  if (known === undefined)
    throw new DownloadError(`it sent a part (${said}) of what was asked for as a whole`)
  const [, start, end, all] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(said) ?? []
  if (start === undefined) throw another(`its part does not say where it belongs: ${said}`)
  const [from, to, total] = [Number(start), Number(end), all === "*" ? null : Number(all)]
  const length = lengthIn(headers)
  if (from !== known.have || to < from || (length !== null && length !== to - from + 1))
    throw another(`asked for what comes after byte ${known.have}, it sent ${said}`)
  if (total !== null && (to >= total || (known.total !== null && known.total !== total)))
    throw another(`the file had ${known.total ?? "fewer"} bytes before, and now ${said}`)
  const tag = one(headers, "etag")
  if (tag !== undefined && known.validator.startsWith('"') && tag !== known.validator)
    throw another("the file has changed since its first part was received")
  return { is: "rest", total: total ?? known.total }
}

/** What was received belongs to something else: the next try starts at the beginning. */
export class AnotherFile extends DownloadError {}
const another = (message: string): AnotherFile => new AnotherFile(message, { isTransient: true })

/** An entity tag that is not weak, or a date that the file has kept for a while. */
function strongValidator(headers: Headers): string | undefined {
  const tag = one(headers, "etag")
  if (tag !== undefined) return tag.startsWith('"') ? tag : undefined
  const [modified, now] = [one(headers, "last-modified"), one(headers, "date")]
  const age = (Date.parse(now ?? "") - Date.parse(modified ?? "")) / 1000
  return age >= settled ? modified : undefined
}

const lengthIn = (headers: Headers): number | null => {
  const length = Number(one(headers, "content-length") ?? Number.NaN)
  return Number.isSafeInteger(length) ? length : null
}

const one = (headers: Headers, name: string): string | undefined => {
  const value = headers[name]
  return typeof value === "object" ? value[0] : value
}
