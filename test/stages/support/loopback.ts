// Servers and proxies on the loopback interface, as a test drives them; they end with it.
import { createServer, request } from "node:http"
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from "node:net"
import type { Teardown } from "../../../engine/testing/temporary-folder.ts"

async function listening(t: Teardown, server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on("connection", (socket: Socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

/** A server that answers everything with `body`. */
export const serving = (t: Teardown, body = "from the server") =>
  listening(
    t,
    createServer((_, response) => response.end(body)),
  )

interface Asked {
  readonly how: string
  readonly authorization: string | undefined
}

/** A proxy that has every host be the server at `port`; with `refuses` it answers all with that status. */
export async function proxying(t: Teardown, port: number, refuses?: number) {
  const asked: Array<Asked> = []
  const note = (how: string, headers: NodeJS.Dict<string | string[]>): void =>
    void asked.push({ how, authorization: headers["proxy-authorization"] as string | undefined })
  const server = createServer((given, response) => {
    note(`${given.method} ${given.url}`, given.headers)
    if (refuses !== undefined) return response.writeHead(refuses).end()
    request({ port, host: "127.0.0.1", path: new URL(given.url!).pathname }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers)
      answer.pipe(response)
    }).end()
  })
  /** The first byte that came through a tunnel. */
  let first: number | undefined
  const end = createTcpServer((socket) => {
    socket.on("error", () => {})
    socket.once("data", (bytes) => {
      first = bytes[0]
      socket.destroy()
    })
  })
  const endPort = await listening(t, end)
  server.on("connect", (given, socket: Socket) => {
    note(`CONNECT ${given.url}`, given.headers)
    socket.on("error", () => {})
    if (refuses === 0) return // says nothing at all
    if (refuses !== undefined) return socket.end(`HTTP/1.1 ${refuses} No\r\ncontent-length: 0\r\n\r\n`)
    socket.write("HTTP/1.1 200 Connection established\r\n\r\n")
    const through = connect(endPort, "127.0.0.1")
    through.on("error", () => {})
    through.pipe(socket)
    socket.pipe(through)
  })
  return { port: await listening(t, server), asked, first: () => first }
}
