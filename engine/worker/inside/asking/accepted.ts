// Whether an HTTP response is an answer, and when to ask again where it is none. It asks nobody.
import { hiding } from "../telling/masking.ts"

/** What a server said in place of an answer. */
export class HttpRefused extends Error {
  readonly _tag = "HttpRefused"
  readonly status: number
  /** Seconds, where the server said how long. */
  readonly retryAfter?: number
  /** Whether the request is at fault, so that the same again is in vain. */
  readonly isFinal?: boolean

  constructor(message: string, status: number, retryAfter: number | undefined) {
    super(message)
    this.status = status
    if (retryAfter !== undefined) this.retryAfter = retryAfter
    if (status >= 300 && status < 500 && !transient.includes(status)) this.isFinal = true
  }
}

/** Of those that blame the request, the ones that another time may not: a timeout, a conflict, too early, too many. */
const transient = [408, 409, 425, 429]

/** Characters of a body that a message has room for. */
const shown = 300

/** Bytes of a body that are read for that. */
const readAtMost = 16 * 1024

/** @throws HttpRefused for a response that is no answer, and whatever the promise of one fails with */
export async function accepted(asked: Response | Promise<Response>): Promise<Response> {
  const response = await asked
  if (response.ok) return response
  const { status, statusText } = response
  // Masked before it is cut: half a secret is not found any more.
  const body = hiding()
    .text(await firstOf(response))
    .trim()
    .slice(0, shown)
  const said = body === "" ? "" : `: ${body}`
  throw new HttpRefused(
    `the server answered ${status} ${statusText}`.trimEnd() + said,
    status,
    secondsIn(response.headers.get("retry-after"), response.headers.get("date")),
  )
}

/** The first of what a server says, however much that is. */
async function firstOf({ body }: Response): Promise<string> {
  const parts: Array<Uint8Array> = []
  let bytes = 0
  try {
    for await (const part of body ?? []) {
      parts.push(part)
      bytes += part.length
      if (bytes >= readAtMost) break
    }
  } catch {
    // the connection broke: what came until then says as much as is known
  }
  return new TextDecoder().decode(Buffer.concat(parts).subarray(0, readAtMost))
}

/** A date as HTTP writes it, and the two ways in which it once did. `Date.parse` takes almost any words that hold a number. */
const httpDate =
  /^\s*[A-Z][a-z]+,? (\d{2}[ -][A-Z][a-z]{2}[ -]\d{2,4} \d{2}:\d{2}:\d{2} GMT|[A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4})\s*$/

const dateIn = (text: string | null): number => {
  if (text === null || !httpDate.test(text)) return Number.NaN
  return Date.parse(text.trim().endsWith("GMT") ? text : `${text} GMT`)
}

/**
 * The seconds that `Retry-After` says: a number, or a date, which counts from the server's own.
 *
 * @returns undefined for none, and for what is neither
 */
export function secondsIn(retryAfter: string | null, date: string | null): number | undefined {
  if (retryAfter === null) return undefined
  if (/^\s*\d+(\.\d+)?\s*$/.test(retryAfter)) return Number(retryAfter)
  const until = dateIn(retryAfter)
  if (Number.isNaN(until)) return undefined
  const said = dateIn(date)
  return Math.max(0, (until - (Number.isNaN(said) ? Date.now() : said)) / 1000)
}
