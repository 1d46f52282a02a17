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
  /** Resolves once so many have been asked. */
  readonly reached: (count: number) => Promise<void>
  /** From now on nothing is answered, until what this returns is called. */
  readonly hold: () => () => void
}

export interface MockOptions {
  /** Each so manieth request fails with 503. */
  readonly failEach?: number
  /** More at once are refused with 429, and told to come again after so many seconds. */
  readonly atOnce?: { readonly most: number; readonly retryAfter: number }
  /** More than so many within the milliseconds are refused in the same way. */
  readonly within?: { readonly most: number; readonly milliseconds: number; readonly retryAfter: number }
  /** What is answered. Default: how many questions have been answered by then. */
  readonly answer?: (asked: unknown, nth: number) => unknown
}

/** @param teardown closes it when the test ends */
export async function mockApi(
  t: { readonly teardown: (end: () => unknown) => void },
  { failEach, atOnce, within, answer = (_, nth) => ({ text: `answer ${nth}` }) }: MockOptions = {},
): Promise<MockApi> {
  const asked: Array<unknown> = []
  const authorizations = new Set<string>()
  const times: Array<number> = []
  let [running, most, refused, answered] = [0, 0, 0, 0]
  let held: Promise<void> | undefined
  const waits: Array<{ readonly count: number; readonly resolve: () => void }> = []
  const answering = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const parts: Array<Buffer> = []
    for await (const part of request) parts.push(part as Buffer)
    const question: unknown = JSON.parse(Buffer.concat(parts).toString("utf8"))
    const nth = asked.push(question)
    for (const wait of waits) if (asked.length >= wait.count) wait.resolve()
    if (request.headers.authorization !== undefined) authorizations.add(request.headers.authorization)
    const now = performance.now()
    times.push(now)
    const recent = within === undefined ? 0 : times.filter((time) => time > now - within.milliseconds).length
    const retryAfter =
      atOnce !== undefined && running > atOnce.most
        ? atOnce.retryAfter
        : within !== undefined && recent > within.most
          ? within.retryAfter
          : undefined
    if (retryAfter !== undefined) {
      refused++
      response.writeHead(429, { "retry-after": String(retryAfter) }).end("too many")
      return
    }
    await held
    await new Promise((resume) => setImmediate(resume))
    if (failEach !== undefined && nth % failEach === 0) {
      response.writeHead(503).end(`no ${request.headers.authorization}, busy`)
      return
    }
    response
      .writeHead(200, { "content-type": "application/json" })
      .end(JSON.stringify(answer(question, ++answered)))
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
