// Whether an HTTP response is an answer, and when to ask again where it is none. It asks nobody.

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

/** @throws HttpRefused for a response that is no answer, and whatever the promise of one fails with */
export async function accepted(asked: Response | Promise<Response>): Promise<Response> {
  const response = await asked
  if (response.ok) return response
  const { status, statusText } = response
  const body = (await response.text().catch(() => "")).trim().slice(0, shown)
  const said = body === "" ? "" : `: ${body}`
  throw new HttpRefused(
    `the server answered ${status} ${statusText}`.trimEnd() + said,
    status,
    secondsIn(response.headers.get("retry-after"), response.headers.get("date")),
  )
}

/**
 * The seconds that `Retry-After` says: a number, or a date, which counts from the server's own.
 *
 * @returns undefined for none, and for what is neither
 */
export function secondsIn(retryAfter: string | null, date: string | null): number | undefined {
  if (retryAfter === null) return undefined
  if (/^\s*\d+(\.\d+)?\s*$/.test(retryAfter)) return Number(retryAfter)
  const until = Date.parse(retryAfter)
  if (Number.isNaN(until)) return undefined
  const now = date === null || Number.isNaN(Date.parse(date)) ? Date.now() : Date.parse(date)
  return Math.max(0, (until - now) / 1000)
}
