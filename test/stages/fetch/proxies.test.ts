// Downloads through proxies on the loopback interface: hosts under .test are known to them alone.
import { type AddressInfo, createServer as createTcpServer } from "node:net"
import t, { type Test } from "tap"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"
import { download } from "../../../stages/fetch/download.ts"
import type { Environment } from "../../../stages/fetch/proxies.ts"
import { proxying, serving } from "../support/loopback.ts"

const fetched = (t: Test, url: string, environment: Environment, settings: object = {}) =>
  download(url, temporaryFolder(t), () => {}, { environment, tries: 1, pause: 0, ...settings }).then(
    (bytes) => Buffer.from(bytes).toString(),
    (failure: Error & { isUnreachable: boolean }) => failure,
  )

t.test(
  "plain HTTP goes through HTTP_PROXY as a request for the whole address, with its user and password",
  async (t) => {
    const { port, asked } = await proxying(t, await serving(t))
    for (const name of ["HTTP_PROXY", "http_proxy"]) {
      const environment = { [name]: `http://me:s%40cret@127.0.0.1:${port}` }
      t.equal(await fetched(t, "http://data.test/file.gz", environment), "from the server", name)
    }
    const authorization = `Basic ${Buffer.from("me:s@cret").toString("base64")}`
    t.same(asked, Array(2).fill({ how: "GET http://data.test/file.gz", authorization }))
  },
)

t.test(
  "HTTPS goes through a tunnel of HTTPS_PROXY, lower case first, a scheme left out or not",
  async (t) => {
    const { port, asked, first } = await proxying(t, 0)
    const failure = await fetched(t, "https://data.test/file.gz", {
      https_proxy: `127.0.0.1:${port}`,
      HTTPS_PROXY: "http://127.0.0.1:1",
    })
    t.ok(failure instanceof Error, "the server at its end ends the connection")
    t.equal(asked[0]?.how, "CONNECT data.test:443")
    t.equal(first(), 22, "a TLS handshake goes through it")
  },
)

t.test("a host that NO_PROXY names is asked without one", async (t) => {
  const server = await serving(t)
  const { port, asked } = await proxying(t, server)
  const proxy = { HTTP_PROXY: `http://127.0.0.1:${port}` }
  const url = `http://127.0.0.1:${server}/file.gz`
  for (const named of [
    { NO_PROXY: "127.0.0.1" },
    { no_proxy: `example.org,127.0.0.1:${server}` },
    { NO_PROXY: "*" },
  ])
    t.equal(await fetched(t, url, { ...proxy, ...named }), "from the server")
  t.equal(asked.length, 0)
  t.equal(await fetched(t, url, { ...proxy, NO_PROXY: "example.org" }), "from the server")
  t.equal(asked.length, 1)
})

t.test(
  "a proxy that wants a password is named, with what to type, and no password is ever printed",
  async (t) => {
    const { port } = await proxying(t, 0, 407)
    for (const [url, name] of [
      ["https://data.test/file.gz", "HTTPS_PROXY"],
      ["http://data.test/file.gz", "HTTP_PROXY"],
    ] as const) {
      const without = await fetched(t, url, { [name]: `http://127.0.0.1:${port}` })
      t.match(String(without), `${name}=http://USER:PASSWORD@127.0.0.1:${port}`)
      t.match(without, { isUnreachable: true }, "it is asked no other file")
      const wrong = String(await fetched(t, url, { [name]: `http://me:secret@127.0.0.1:${port}` }))
      t.match(wrong, `the proxy http://127.0.0.1:${port} (${name}) does not take the user and the password`)
      t.notMatch(wrong, "secret")
    }
  },
)

t.test("a proxy that refuses, is silent or not there is told apart from a server that is", async (t) => {
  const refusing = await proxying(t, 0, 403)
  const named = (port: number) => ({ HTTPS_PROXY: `http://127.0.0.1:${port}` })
  const url = "https://data.test/file.gz"
  t.match(
    String(await fetched(t, url, named(refusing.port))),
    /refuses to connect to data\.test \(403\).*NO_PROXY=data\.test/,
  )
  const silent = await proxying(t, 0, 0)
  t.match(String(await fetched(t, url, named(silent.port), { silence: 50 })), /no data for 0.05 s/)
  const gone = createTcpServer()
  const port = await new Promise<number>((resolve) =>
    gone.listen(0, "127.0.0.1", () => {
      const { port } = gone.address() as AddressInfo
      gone.close(() => resolve(port))
    }),
  )
  t.match(
    String(await fetched(t, url, named(port))),
    new RegExp(`the proxy http://127\\.0\\.0\\.1:${port} \\(HTTPS_PROXY\\) does not answer .*ECONNREFUSED`),
  )
  const server = String(
    await fetched(t, `https://127.0.0.1:${port}/file.gz`, { ...named(1), NO_PROXY: "127.0.0.1" }),
  )
  t.match(server, /ECONNREFUSED/)
  t.notMatch(server, "proxy")
})

t.test("an address that is none is refused by its variable's name, and without its text", async (t) => {
  for (const text of ["socks5://me:secret@127.0.0.1:1", "http://me:secret@:x"]) {
    const failure = String(await fetched(t, "https://data.test/file.gz", { HTTPS_PROXY: text }))
    t.match(failure, /HTTPS_PROXY is no proxy's address: write http:\/\/HOST:PORT/)
    t.notMatch(failure, "secret")
  }
})
