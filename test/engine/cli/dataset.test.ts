// in turn: it starts processes.
import { createHash } from "node:crypto"
import { mkdirSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { dirname, join } from "node:path"
import { gzipSync } from "node:zlib"
import t from "tap"
import { project } from "../../../engine/testing/project.ts"
import { proxying, serving } from "../../stages/support/loopback.ts"

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex")

t.test(
  "dataset add writes down a folder's files by the hash of what they hold, and overwrites nothing unasked",
  async (t) => {
    const lab = project(t, { "package.json": "{}" })
    const put = (path: string, content: string | Uint8Array) => {
      mkdirSync(dirname(join(lab.root, path)), { recursive: true })
      writeFileSync(join(lab.root, path), content)
    }
    put("data/My Photos/b.txt", "beta")
    put("data/My Photos/a/one.csv.gz", gzipSync("alpha"))
    put("data/My Photos/.hidden", "no")
    const added = await lab.plain("dataset", "add", "data/My Photos")
    t.equal(added.code, 0, added.stderr)
    t.match(added.stdout, /^datasets\/my-photos.ts: 2 files, 9 bytes, .*fetchFiles.folder\(myPhotos\)/s)
    const text = lab.read("datasets/my-photos.ts")
    t.match(
      text,
      `{ name: "a/one.csv", sha256: "${sha256("alpha")}", bytes: 5 },\n    { name: "b.txt", sha256: "${sha256("beta")}"`,
    )
    t.match(text, 'export const myPhotos = {\n  dataset: "my-photos",\n  from: ["data/My Photos"],')
    t.match((await lab.plain("dataset", "add", "data/My Photos")).stdout, /says the same already/)
    put("data/My Photos/b.txt", "gamma")
    const refused = await lab.plain("dataset", "add", "data/My Photos")
    t.equal(refused.code, 2)
    t.match(refused.stderr, /datasets\/my-photos.ts is there already, and would change: --replace/)
    t.equal(lab.read("datasets/my-photos.ts"), text)
    t.equal((await lab.plain("dataset", "add", "data/My Photos", "--replace")).code, 0)
    t.match(lab.read("datasets/my-photos.ts"), sha256("gamma"))
  },
)

t.test("dataset add takes the address of a file, and says what it cannot take, exit 2", async (t) => {
  const server = createServer((request, response) => {
    if (request.url === "/iris.csv.gz") response.end(gzipSync("a,b\n1,2\n"))
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  t.teardown(() => server.close())
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const lab = project(t, { "package.json": "{}" })
  const add = (...args: ReadonlyArray<string>) =>
    lab.start(["dataset", ...args], { no_proxy: "127.0.0.1" }).ended // whatever proxy the person who tests has
  t.equal((await add("add", `${address}/iris.csv.gz`)).code, 0)
  const text = lab.read("datasets/iris.ts")
  t.match(text, `from: ["${address}/iris.csv.gz"]`)
  t.match(text, `{ name: "iris.csv", sha256: "${sha256("a,b\n1,2\n")}", bytes: 8 }`)
  for (const [args, message] of [
    [["add", `${address}/gone.csv`], /gone.csv cannot be fetched \(HTTP status 404\): correct it/],
    [["add", "nowhere"], /nowhere cannot be taken as a dataset: ENOENT/],
    [
      ["add", `${address}/photos.tar.gz`],
      /photos.tar.gz is an archive, .* unpack it into a folder of this machine/,
    ],
    [["remove", "nowhere"], /there is only dataset add DIR\|URL/],
  ] as const) {
    const refused = await add(...args)
    t.equal(refused.code, 2)
    t.match(refused.stderr, message)
  }
})

t.test(
  "an archive of this machine is refused, and one among a folder's files is a file like any other",
  async (t) => {
    const lab = project(t, { "package.json": "{}", "data/a.zip": "PK", "data/b.txt": "b" })
    const refused = await lab.plain("dataset", "add", "data/a.zip")
    t.equal(refused.code, 2)
    t.match(refused.stderr, /^a.zip is an archive, and datasets are files: unpack it .* dataset add DIR/)
    t.match((await lab.plain("dataset", "add", "data")).stdout, /2 files, 3 bytes/)
  },
)

t.test("dataset add says as JSON what it wrote, and whether it did, or why not", async (t) => {
  const lab = project(t, { "package.json": "{}", "data/b.txt": "beta" })
  const said = async (code: number) => {
    const ran = await lab.plain("dataset", "add", "data", "--json")
    t.equal(ran.code, code)
    return JSON.parse(ran.stdout)
  }
  const file = { name: "b.txt", sha256: sha256("beta"), bytes: 4 }
  const told = { dataset: "data", module: "datasets/data.ts", from: ["data"], files: [file] }
  t.same(await said(0), { ...told, written: true })
  t.same(await said(0), { ...told, written: false })
  lab.write({ "data/b.txt": "gamma" })
  t.match(await said(2), { event: "refused", error: { message: /is there already, and would change/ } })
})

t.test(
  "dataset add goes through the proxy that the environment names, but for hosts that it excepts",
  async (t) => {
    const port = await serving(t, "a,b\n1,2\n")
    const proxy = await proxying(t, port)
    const lab = project(t, { "package.json": "{}" })
    const env = { http_proxy: `http://127.0.0.1:${proxy.port}`, no_proxy: "127.0.0.1" }
    const add = (address: string) => lab.start(["dataset", "add", address], env).ended
    const far = await add("http://data.example/iris.csv")
    t.equal(far.code, 0, far.stderr)
    t.match(lab.read("datasets/iris.ts"), sha256("a,b\n1,2\n"))
    t.equal(proxy.asked.length, 1)
    t.equal((await add(`http://127.0.0.1:${port}/near.csv`)).code, 0)
    t.equal(proxy.asked.length, 1, "asked without it")
  },
)
