// An API on the loopback, in the test's own process: it answers what it is asked, fails now and then, and says when it is asked too much.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"

export interface MockApi {
  readonly url: string
  /** What was asked, in the order in which it came, whatever became of it. */
  readonly asked: Array<unknown>
  /** Values of the header `authorization`. */
  readonly authorizations: Set<string>
  /** How many were under way at once, at the most. */
  readonly most: () => number
  /** Those that were refused since too many came. */
  readonly refused: () => number
  /** What came of each request, in the order in which they came: when it came, in milliseconds. */
  readonly record: ReadonlyArray<Served>
  /** Resolves once somebody has gone who was kept waiting for an answer. */
  readonly left: Promise<void>
  /** Resolves once so many have been asked. */
  readonly reached: (count: number) => Promise<void>
  /** From now on nothing is answered, until what this returns is called. */
  readonly hold: () => () => void
  /** What `holds` kept waiting is answered, and all that comes from then on. */
  readonly release: () => void
}

/** How a request may fail: the server's fault, a connection that breaks, an answer that is none, a quota that others have used. */
export type Failing = "503" | "broken" | "garbled" | "429"

export interface Served {
  readonly question: unknown
  readonly came: number
  became?: "answered" | "refused" | Failing
  answer?: unknown
}

export interface MockOptions {
  /** Each so manieth request fails. */
  readonly failEach?: number
  /** How these fail, in turn. Default: with 503. */
  readonly failing?: ReadonlyArray<Failing>
  /** Seconds that one of those with 429 is told to wait. Default 1. */
  readonly retryAfter?: number
  /** More at once are refused with 429, and told to come again after so many seconds. */
  readonly atOnce?: { readonly most: number; readonly retryAfter: number }
  /** More than so many within the milliseconds are refused in the same way. */
  readonly within?: { readonly most: number; readonly milliseconds: number; readonly retryAfter: number }
  /** What is not answered until `release` is called. Default: nothing. */
  readonly holds?: (asked: unknown) => boolean
  /** What is answered. Default: how many questions have been answered by then. */
  readonly answer?: (asked: unknown, nth: number) => unknown
}

/** @param teardown closes it when the test ends */
export async function mockApi(
  t: { readonly teardown: (end: () => unknown) => void },
  {
    failEach,
    failing = ["503"],
    retryAfter: quota = 1,
    atOnce,
    within,
    holds = () => false,
    answer = (_, nth) => ({ text: `answer ${nth}` }),
  }: MockOptions = {},
): Promise<MockApi> {
  const asked: Array<unknown> = []
  const authorizations = new Set<string>()
  const record: Array<Served> = []
  let [running, most, refused, answered, failed] = [0, 0, 0, 0, 0]
  let held: Promise<void> | undefined
  let release = (): void => {}
  let leave = (): void => {}
  const left = new Promise<void>((resolve) => {
    leave = resolve
  })
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const waits: Array<{ readonly count: number; readonly resolve: () => void }> = []
  const answering = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const parts: Array<Buffer> = []
    for await (const part of request) parts.push(part as Buffer)
    const question: unknown = JSON.parse(Buffer.concat(parts).toString("utf8"))
    const nth = asked.push(question)
    for (const wait of waits) if (asked.length >= wait.count) wait.resolve()
    if (request.headers.authorization !== undefined) authorizations.add(request.headers.authorization)
    const now = performance.now()
    const served: Served = { question, came: now }
    record.push(served)
    response.once("close", () => served.became === undefined && leave())
    const recent =
      within === undefined
        ? 0
        : record.length - record.findIndex(({ came }) => came > now - within.milliseconds)
    const retryAfter =
      atOnce !== undefined && running > atOnce.most
        ? atOnce.retryAfter
        : within !== undefined && recent > within.most
          ? within.retryAfter
          : undefined
    if (retryAfter !== undefined) {
      refused++
      served.became = "refused"
      response.writeHead(429, { "retry-after": String(retryAfter) }).end("too many")
      return
    }
    await held
    if (holds(question)) await released
    await new Promise((resume) => setImmediate(resume))
    const { authorization = "" } = request.headers
    const echo = { "x-echo": encodeURIComponent(authorization) }
    if (failEach !== undefined && nth % failEach === 0) {
      const how = failing[failed++ % failing.length]!
      served.became = how
      if (how === "503") response.writeHead(503, echo).end(`no ${authorization}, busy`)
      else if (how === "429")
        response
          .writeHead(429, { ...echo, "retry-after": String(quota) })
          .end(`${btoa(authorization)} has used all`)
      else if (how === "garbled") response.writeHead(200, echo).end(`{"text": ${authorization}`)
      else {
        response.writeHead(200, { ...echo, "content-length": "1000" }).write('{"text": ')
        setImmediate(() => response.destroy())
      }
      return
    }
    served.became = "answered"
    served.answer = answer(question, ++answered)
    response
      .writeHead(200, { ...echo, "content-type": "application/json" })
      .end(JSON.stringify(served.answer))
  }
  const server = createServer((request, response) => {
    most = Math.max(most, ++running)
    void answering(request, response)
      .catch(() => response.destroy())
      .finally(() => running--)
  })
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    authorizations,
    most: () => most,
    refused: () => refused,
    record,
    left,
    release: () => release(),
    reached: (count) =>
      new Promise((resolve) => {
        if (asked.length >= count) resolve()
        else waits.push({ count, resolve })
      }),
    hold: () => {
      let release = (): void => {}
      held = new Promise((resolve) => {
        release = resolve
      })
      return () => {
        held = undefined
        release()
      }
    },
  }
}
