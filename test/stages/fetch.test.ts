import { createHash } from "node:crypto"
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import t from "tap"
import { fashionMnistSample } from "../../ml/data/datasets.ts"
import { encodeIdx } from "../../ml/data/idx.ts"
import { fetch } from "../../stages/fetch.ts"
import { noPlace } from "./support/run-form.ts"

const images = (count: number) =>
  encodeIdx({ shape: [count, 2, 2], data: Uint8Array.from({ length: count * 4 }, (_, i) => i) })
const labels = (count: number) => encodeIdx({ shape: [count], data: new Uint8Array(count) })
const contents = {
  trainImages: images(30),
  trainLabels: labels(30),
  testImages: images(10),
  testLabels: labels(10),
}
type Role = keyof typeof contents
const names: Readonly<Record<Role, string>> = {
  trainImages: "train-images",
  trainLabels: "train-labels",
  testImages: "test-images",
  testLabels: "test-labels",
}
const describe = (bytes: Uint8Array, name: string) => ({
  name,
  sha256: createHash("sha256").update(bytes).digest("hex"),
  bytes: bytes.length,
})
const filesOf = (given: Readonly<Record<Role, Uint8Array>>) =>
  Object.fromEntries(
    Object.entries(given).map(([role, bytes]) => [role, describe(bytes, names[role as Role])]),
  ) as Record<Role, ReturnType<typeof describe>>

interface Given {
  readonly dataset?: string
  readonly files?: ReturnType<typeof filesOf>
  readonly mirrors?: ReadonlyArray<string>
  readonly data?: string
  readonly cache?: string
  readonly root?: string
}

/** Runs the stage as a worker would, on a dataset that no place knows by name, or on one that is known. */
const fetched = async ({
  dataset = "made for this test",
  files = filesOf(contents),
  mirrors = [],
  data,
  cache = ".",
  root = "/nowhere",
}: Given) => {
  const { definition } = fetch
  if (!("run" in definition)) throw new Error("fetch is no chain")
  const before = process.env.no_proxy
  process.env.no_proxy = "127.0.0.1" // whatever proxy the person who tests has
  const given = {
    params: { dataset, files, mirrors },
    inputs: {},
    files: {},
    secrets: {},
    settings: { cache, root, ...(data === undefined ? {} : { data }) },
    progress: async () => {},
    pause: async () => {},
    cores: () => 1,
    thread: () => {},
    log: () => {},
    place: noPlace,
  }
  try {
    return (await definition.run(given)) as Record<Role, Uint8Array>
  } finally {
    if (before === undefined) delete process.env.no_proxy
    else process.env.no_proxy = before
  }
}

const folderWith = (
  folder: string,
  change: (role: Role, bytes: Uint8Array) => Uint8Array | undefined = (_, b) => b,
) => {
  mkdirSync(folder, { recursive: true })
  for (const [role, bytes] of Object.entries(contents) as Array<[Role, Uint8Array]>) {
    const written = change(role, gzipSync(bytes))
    if (written !== undefined) writeFileSync(join(folder, `${names[role]}.gz`), written)
  }
  return folder
}

/** Serves the files; `answer` may break an answer off. Counts requests, and remembers the ranges asked for. */
const serving = async (answer: (nth: number, body: Buffer) => Buffer) => {
  const ranges: Array<string | undefined> = []
  const server: Server = createServer((request, response) => {
    const role = (Object.keys(names) as Array<Role>).find((each) => request.url === `/${names[each]}.gz`)
    if (role === undefined) return response.writeHead(404).end()
    const body = gzipSync(contents[role])
    const { range } = request.headers
    ranges.push(range)
    const from = range === undefined ? 0 : Number(/bytes=(\d+)-/.exec(range)![1])
    const rest = body.subarray(from)
    response.writeHead(from > 0 ? 206 : 200, {
      "content-length": rest.length,
      etag: `"${role}"`,
      ...(from > 0 ? { "content-range": `bytes ${from}-${body.length - 1}/${body.length}` } : {}),
    })
    const sent = answer(ranges.length, rest)
    if (sent.length === rest.length) return response.end(sent)
    response.write(sent, () => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, ranges, close: () => new Promise((resolve) => server.close(resolve)) }
}

t.test(
  "files in the folder that the user names are taken, gzip'd or not, with exactly the bytes declared",
  async (t) => {
    const folder = folderWith(t.testdir())
    writeFileSync(join(folder, names.testLabels), contents.testLabels)
    rmSync(join(folder, `${names.testLabels}.gz`))
    const found = await fetched({ data: folder })
    for (const role of Object.keys(contents) as Array<Role>)
      t.same([...found[role]], [...contents[role]], role)
  },
)

t.test(
  "a corrupted file in the named folder is refused with its name, the folder and both hashes",
  async (t) => {
    const wrong = gzipSync(Uint8Array.from(contents.trainImages, (byte, i) => (i === 20 ? byte ^ 1 : byte)))
    const folder = folderWith(t.testdir(), (role, bytes) => (role === "trainImages" ? wrong : bytes))
    const error = await fetched({ data: folder }).then(
      () => undefined,
      (failure) => failure as Error,
    )
    t.match(error?.message, /train-images/)
    t.match(error?.message, folder)
    t.match(error?.message, filesOf(contents).trainImages.sha256)
    t.match(error?.message, /corrupted/)
  },
)

t.test(
  "a named folder with another dataset's files of the same names does not hide the sample in the repository",
  async (t) => {
    const { name, files } = fashionMnistSample
    const others = t.testdir()
    for (const role of Object.keys(contents) as Array<Role>)
      writeFileSync(join(others, `${files[role].name}.gz`), gzipSync(contents[role]))
    const found = await fetched({ dataset: name, files, data: others, root: process.cwd() })
    for (const role of Object.keys(contents) as Array<Role>)
      t.equal(describe(found[role], "").sha256, files[role].sha256, role)
  },
)

t.test("a truncated file is refused as truncated", async (t) => {
  const folder = folderWith(t.testdir(), (role, bytes) =>
    role === "trainLabels" ? bytes.subarray(0, 20) : bytes,
  )
  await t.rejects(fetched({ data: folder }), /train-labels[\s\S]*truncated or corrupted/)
})

t.test("a file that is not there is named with every place that was tried and a remedy", async (t) => {
  const folder = folderWith(t.testdir(), (role, bytes) => (role === "testImages" ? undefined : bytes))
  const { url, close } = await serving(() => Buffer.alloc(0))
  await close()
  const error = await fetched({ data: folder, mirrors: [url], cache: t.testdirName }).then(
    () => undefined,
    String,
  )
  t.match(error, /test-images/)
  t.match(error, folder)
  t.match(error, url)
  t.match(error, /--data DIR/)
})

t.test("bytes with the declared hash that are no IDX are refused, whatever their hash", async (t) => {
  const lying = contents.trainImages.slice()
  lying[7] = 31 // one image more than there is
  const magic = contents.trainImages.slice()
  magic[2] = 9
  for (const [bytes, message] of [
    [lying, /31/],
    [magic, /magic|unsigned byte/i],
  ] as const) {
    const folder = folderWith(t.testdir(), (role, given) =>
      role === "trainImages" ? gzipSync(bytes) : given,
    )
    await t.rejects(fetched({ data: folder, files: filesOf({ ...contents, trainImages: bytes }) }), {
      message,
    })
  }
})

t.test("a download that breaks off goes on from where it broke", async (t) => {
  const { url, ranges, close } = await serving((nth, body) => (nth === 1 ? body.subarray(0, 30) : body))
  const found = await fetched({ mirrors: [url], cache: t.testdir() })
  await close()
  t.same([...found.trainImages], [...contents.trainImages])
  t.equal(ranges[0], undefined)
  t.equal(ranges[1], "bytes=30-")
})

t.test(
  "a mirror that serves other bytes is passed over for the next, and a dead one costs one connection",
  async (t) => {
    const dead = await serving(() => Buffer.alloc(0))
    await dead.close()
    const wrong = await serving((_, body) =>
      Buffer.from(body.map((byte, i) => (i === body.length - 9 ? byte ^ 1 : byte))),
    )
    const right = await serving((_, body) => body)
    const found = await fetched({ mirrors: [dead.url, wrong.url, right.url], cache: t.testdir() })
    await Promise.all([wrong.close(), right.close()])
    t.same([...found.testImages], [...contents.testImages])
    t.equal(wrong.ranges.length, 4)
    t.equal(right.ranges.length, 4)
  },
)

t.test("the small sample of the repository is found without the network", async (t) => {
  const { fashionMnistSample } = await import("../../ml/data/datasets.ts")
  const { definition } = fetch
  if (!("run" in definition)) throw new Error("fetch is no chain")
  const found = (await definition.run({
    params: { dataset: fashionMnistSample.name, files: fashionMnistSample.files, mirrors: [] },
    inputs: {},
    files: {},
    secrets: {},
    settings: { root: process.cwd(), cache: t.testdirName },
    progress: async () => {},
    pause: async () => {},
    cores: () => 1,
    thread: () => {},
    log: () => {},
    place: noPlace,
  })) as Record<Role, Uint8Array>
  t.equal(found.trainImages.length, fashionMnistSample.files.trainImages.bytes)
  t.ok(readFileSync("experiments/sample/LICENSE", "utf8").includes("Zalando"))
})
