// Downloads that break off, and servers that say one thing and send another. All servers are on the loopback interface.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo, Socket } from "node:net"
import t, { type Test } from "tap"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"
import { download } from "../../../stages/fetch/download.ts"

const file = Buffer.from("0123456789abcdefghijklmnopqrstuvwxyz")
const other = Buffer.from("ZYXWVUTSRQPONMLKJIHGFEDCBA9876543210")
const tag = '"one"'

type Answer = (response: ServerResponse, request: IncomingMessage) => void

/** Gives each request the answer of its turn, the last one to all that follow. */
async function serving(t: Test, ...answers: ReadonlyArray<Answer>) {
  const asked: Array<Pick<IncomingMessage, "headers" | "url">> = []
  const sockets = new Set<Socket>()
  const server = createServer((request, response) => {
    asked.push({ headers: request.headers, url: request.url! })
    answers[Math.min(asked.length, answers.length) - 1]!(response, request)
  })
  server.on("connection", (socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/file`, asked }
}

/** Sends so many bytes of those that it promised, and ends the connection. */
const cut =
  (bytes: number, headers: Record<string, string>, body = file): Answer =>
  (response) => {
    response.writeHead(200, { "content-length": body.length, ...headers })
    response.write(body.subarray(0, bytes), () => response.destroy())
  }
const whole =
  (body: Buffer = file, headers: Record<string, string> = { etag: tag }): Answer =>
  (response) =>
    response.writeHead(200, { "content-length": body.length, ...headers }).end(body)
const part =
  (from: number, range = `bytes ${from}-35/36`, headers: Record<string, string> = { etag: tag }): Answer =>
  (response) =>
    response.writeHead(206, { "content-range": range, ...headers }).end(file.subarray(from))
const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(code, headers).end()

const fetched = async (t: Test, url: string, settings: Parameters<typeof download>[3] = {}) => {
  const lines: Array<string> = []
  const found = await download(url, temporaryFolder(t), (line) => lines.push(line), {
    ...{ environment: {}, pause: 0 },
    ...settings,
  }).then(
    (bytes) => Buffer.from(bytes).toString(),
    (failure: Error) => failure,
  )
  return { found, lines }
}

t.test(
  "what follows is asked for by the file's entity tag, and comes behind what was received",
  async (t) => {
    const { url, asked } = await serving(t, cut(10, { etag: tag }), part(10))
    t.equal((await fetched(t, url)).found, file.toString())
    t.match(asked[1]!.headers, { range: "bytes=10-", "if-range": tag })
  },
)

t.test(
  "a date that the file has kept for a while tells versions apart as well, a fresh one does not",
  async (t) => {
    const date = new Date().toUTCString()
    for (const [modified, resumes] of [
      ["Mon, 01 Jan 2024 00:00:00 GMT", true],
      [date, false],
    ] as const) {
      const { url, asked } = await serving(
        t,
        cut(10, { "last-modified": modified, date }),
        resumes ? part(10, undefined, {}) : whole(),
      )
      t.equal((await fetched(t, url)).found, file.toString())
      t.equal(asked[1]!.headers["if-range"], resumes ? modified : undefined)
      t.equal(asked[1]!.headers.range, resumes ? "bytes=10-" : undefined)
    }
  },
)

t.test(
  "without a strong validator a download begins again, since nobody knows whether it is the same file",
  async (t) => {
    for (const headers of [{}, { etag: 'W/"one"' }] as ReadonlyArray<Record<string, string>>) {
      const { url, asked } = await serving(t, cut(10, headers), whole(other, headers))
      t.equal((await fetched(t, url)).found, other.toString())
      t.equal(asked[1]!.headers.range, undefined)
    }
  },
)

t.test("a file that has changed in between is taken whole, never put together of two", async (t) => {
  const { url, asked } = await serving(t, cut(10, { etag: tag }), whole(other, { etag: '"two"' }))
  t.equal((await fetched(t, url)).found, other.toString())
  t.equal(asked.length, 2)
})

t.test("a part that is not the one asked for is thrown away, and the next try begins again", async (t) => {
  const lies: ReadonlyArray<readonly [string, Answer]> = [
    ["another start", part(12, "bytes 12-35/36")],
    ["the start that was asked for, and other bytes", part(12, "bytes 10-33/36", { "content-length": "23" })],
    ["another size", part(10, "bytes 10-35/40")],
    ["an end behind the end", part(10, "bytes 10-36/36")],
    ["no Content-Range", (response) => response.writeHead(206).end(file.subarray(10))],
    ["another tag", part(10, undefined, { etag: '"two"' })],
    ["nothing to send", status(416, { "content-range": "bytes */5" })],
  ]
  for (const [what, lie] of lies) {
    const { url, asked } = await serving(t, cut(10, { etag: tag }), lie, whole(other))
    t.equal((await fetched(t, url)).found, other.toString(), what)
    t.equal(asked[2]?.headers.range, undefined, what)
  }
})

t.test("a part is refused where the whole was asked for", async (t) => {
  const { url, asked } = await serving(t, part(10))
  t.match((await fetched(t, url)).found, /sent a part .* asked for as a whole/)
  t.equal(asked.length, 1, "no other try may help")
})

t.test("a file of which there is nothing more to come is complete", async (t) => {
  const late = await serving(
    t,
    (response) => {
      response.writeHead(200, { etag: tag, "transfer-encoding": "chunked" })
      response.write(file, () => response.destroy())
    },
    status(416, { "content-range": "bytes */36" }),
  )
  t.equal((await fetched(t, late.url)).found, file.toString())
})

t.test("a body that is cut is told with how much came, each time, and tried three times", async (t) => {
  const { url, asked } = await serving(t, cut(10, {}))
  const { found, lines } = await fetched(t, url)
  t.match(found, /broke off after 10 of 36 bytes/)
  t.equal(asked.length, 3)
  t.equal(lines.length, 3)
})

t.test("a server that falls silent is given up, before its answer and in the midst of it", async (t) => {
  const silent: Answer = () => {}
  const halting: Answer = (response) => {
    response.writeHead(200, { "content-length": 36, etag: tag })
    response.write(file.subarray(0, 10))
  }
  for (const answer of [silent, halting]) {
    const { url } = await serving(t, answer)
    t.match((await fetched(t, url, { silence: 50, tries: 1 })).found, /no data for 0.05 s/)
  }
  const { url, asked } = await serving(t, halting, part(10))
  t.equal((await fetched(t, url, { silence: 200 })).found, file.toString())
  t.equal(asked[1]!.headers.range, "bytes=10-")
})

t.test("redirects are followed so far, and nowhere but to the web", async (t) => {
  const to = (location: string): Answer => status(302, { location })
  const { url, asked } = await serving(t, to("/elsewhere"), whole())
  t.equal((await fetched(t, url)).found, file.toString())
  t.equal(asked[1]!.url, "/elsewhere")
  const endless = await serving(t, to("/again"))
  t.match(
    (await fetched(t, endless.url, { redirects: 3 })).found,
    /more than 3 redirects, the last to \/again/,
  )
  t.equal(endless.asked.length, 4)
  const astray = await serving(t, to("file:///etc/passwd"))
  t.match((await fetched(t, astray.url)).found, /redirects to file:.*no web address/)
})

t.test("what another try may help is tried again, what it cannot is not", async (t) => {
  for (const [code, tries] of [
    [503, 3],
    [429, 3],
    [404, 1],
    [403, 1],
  ] as const) {
    const { url, asked } = await serving(t, status(code))
    t.match((await fetched(t, url)).found, new RegExp(`HTTP status ${code}`))
    t.equal(asked.length, tries, `${code}`)
  }
})
