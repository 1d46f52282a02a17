// in turn: it starts processes.
import { createHash } from "node:crypto"
import { mkdirSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { dirname, join } from "node:path"
import { gzipSync } from "node:zlib"
import t from "tap"
import { project } from "../../../engine/testing/project.ts"

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
  t.equal((await lab.plain("dataset", "add", `${address}/iris.csv.gz`)).code, 0)
  const text = lab.read("datasets/iris.ts")
  t.match(text, `from: ["${address}/iris.csv.gz"]`)
  t.match(text, `{ name: "iris.csv", sha256: "${sha256("a,b\n1,2\n")}", bytes: 8 }`)
  for (const [args, message] of [
    [["add", `${address}/gone.csv`], /gone.csv cannot be fetched \(HTTP status 404\): correct it/],
    [["add", "nowhere"], /nowhere cannot be taken as a dataset: ENOENT/],
    [["remove", "nowhere"], /there is only dataset add DIR\|URL/],
  ] as const) {
    const refused = await lab.plain("dataset", ...args)
    t.equal(refused.code, 2)
    t.match(refused.stderr, message)
  }
})
