// Files and folders that stay on the disk: handed to stages, and given by them, as paths; in a store on disk and in one in memory.
import { chmodSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Schema from "effect/Schema"
import t, { type Test } from "tap"
import { digestOf } from "../../../engine/content/digest.ts"
import { atOnce } from "../../../engine/content/steps.ts"
import { experiment, type Folder, file, files, stage } from "../../../engine/declare/index.ts"
import { fileStore } from "../../../engine/store/file-store.ts"
import { folderFiles } from "../../../engine/store/folders.ts"
import { type MemoryPlace, type MemoryServices, memoryPlace } from "../../../engine/testing/memory-place.ts"
import { temporaryFolder, writeFiles } from "../../../engine/testing/temporary-folder.ts"

const Salt = Schema.Struct({ salt: Schema.String })

/** What the stages were handed, in order. */
const handed: Array<string> = []

const write = stage("write", {
  params: Salt,
  inputs: {},
  outputs: { file: "file:txt", folder: "folder" },
  run: ({ params, place }) => {
    handed.push("write")
    const file = place("out.txt")
    writeFileSync(file, `written ${params.salt}`)
    const folder = place("many")
    mkdirSync(join(folder, "sub"), { recursive: true })
    for (const n of [0, 1, 2]) writeFileSync(join(folder, "sub", `${n}.txt`), n === 1 ? params.salt : `${n}`)
    return { file, folder }
  },
})

const read = stage("read", {
  params: Salt,
  inputs: { file: "file", folder: "folder" },
  outputs: { text: "text" },
  run: ({ inputs }) => {
    const { file, folder } = inputs
    handed.push("read")
    const inFolder = [...folder.keys()].map((name) => `${name}=${readFileSync(folder.path(name))}`)
    return { text: [readFileSync(file), ...inFolder].join(" ") }
  },
})

const both = (salt: string, reader = "") =>
  experiment("both", {}, () => {
    const { file, folder } = write({ salt })
    return { file, folder, read: read({ salt: reader }, { file, folder }) }
  })

const places: Readonly<Record<string, (t: Test, services?: MemoryServices) => MemoryPlace>> = {
  memory: memoryPlace,
  disk: (t, services) => memoryPlace(t, { ...services, store: fileStore(temporaryFolder(t)) }),
}

const ran = async (place: MemoryPlace, what: ReturnType<typeof both>) => {
  handed.length = 0
  const { summary, recorder } = await place.run(what)
  return { tasks: recorder.tasks, handed: [...handed], summary, recorder }
}

for (const [name, make] of Object.entries(places)) {
  t.test(`${name}: what a stage has written in its places reaches others as paths, once`, async (t) => {
    const place = make(t)
    const first = await ran(place, both("a"))
    t.same(first.handed, ["write", "read"])
    const [, reader] = [...first.summary.tasks.values()]
    t.equal(
      Buffer.from(place.store.read(reader!.outputs.text!.digest)).toString(),
      "written a sub/0.txt=0 sub/1.txt=a sub/2.txt=2",
    )
    t.same((await ran(place, both("a"))).tasks, { write: "cached", read: "cached" })
  })

  t.test(`${name}: of a folder in which one file changed, one file is stored`, async (t) => {
    const place = make(t)
    await ran(place, both("a"))
    const before = new Set(atOnce(place.store.list()).objects.map(({ digest }) => digest))
    const { summary } = await ran(place, both("b"))
    const [writer, reader] = [...summary.tasks.values()]
    const added = atOnce(place.store.list()).objects.filter(({ digest }) => !before.has(digest))
    const { file, folder } = writer!.outputs
    t.same(
      new Set(added.map(({ digest }) => digest)),
      new Set([file!.digest, folder!.digest, digestOf("b"), reader!.outputs.text!.digest]),
    )
    t.same(
      folderFiles(place.store, folder!.digest).map((each) => each.name),
      ["sub/0.txt", "sub/1.txt", "sub/2.txt"],
    )
  })

  t.test(`${name}: why names the files by which a folder that is an input differs`, async (t) => {
    const place = make(t)
    await ran(place, both("a"))
    const { recorder } = await ran(place, both("b"))
    const [, reader] = recorder.of("task-started")
    const files = [{ change: "edited", count: 1, names: ["sub/1.txt"] }]
    t.match(reader, { task: "read", why: [{ role: "file" }, { reason: "input", role: "folder", files }] })
    const root = temporaryFolder(t)
    writeFiles(root, { "in/a.txt": "a", "in/b.txt": "b", "own.bin": "" })
    const takes = experiment("takes", {}, () =>
      read({ salt: "" }, { file: file("own.bin", "file"), folder: file("in/", "folder") }),
    )
    await place.run(takes, { root })
    writeFiles(root, { "in/b.txt": "edited", "in/c.txt": "c" })
    const changes = [
      { change: "added", count: 1, names: ["c.txt"] },
      { change: "edited", count: 1, names: ["b.txt"] },
    ]
    const [preview] = await place.preview(takes, { root })
    t.match(preview?.why, [{ reason: "input", role: "folder", files: changes }])
  })

  t.test(`${name}: a result whose folder lacks a file is no hit, and is made again`, async (t) => {
    const place = make(t)
    await ran(place, both("a"))
    place.store.remove(digestOf("2"))
    const again = await ran(place, both("a"))
    t.same(again.tasks, { write: "ran", read: "cached" })
    t.match(again.recorder.of("task-started")[0], {
      why: [{ reason: "object-missing", digest: digestOf("2") }],
    })
  })
}

t.test("what was written to an object is found before a stage is handed it, and made again", async (t) => {
  const place = places.disk!(t)
  await ran(place, both("a"))
  for (const [i, text] of ["written a", "2"].entries()) {
    const path = place.store.path(digestOf(text))
    chmodSync(path, 0o644)
    writeFileSync(path, text.replace(/.$/, "x"))
    const again = await ran(place, both("a", `${i}`))
    t.same(again.handed.slice(-2), ["write", "read"], text)
    t.equal(again.summary.counts.failed, 0)
    const reader = [...again.summary.tasks.values()][1]!
    t.match(
      Buffer.from(place.store.read(reader.outputs.text!.digest)).toString(),
      /^written a .*1.txt=a .*2.txt=2$/,
    )
  }
  const path = place.store.path(digestOf("2"))
  utimesSync(path, 1, 1)
  const touched = await ran(place, both("a", "touched"))
  t.same(touched.handed, ["read"], "one that was only touched is read, and is sound")
})

const local = stage("local", {
  params: Salt,
  inputs: { file: "file", folder: "folder" },
  outputs: { text: "text" },
  run: async ({ params, inputs }) => {
    handed.push(inputs.file, inputs.folder.path("x.txt"))
    const text = `${readFileSync(inputs.file)} ${textOf(inputs.folder)}`
    if (params.salt.startsWith("edit")) writeFileSync(inputs.file, `edited ${params.salt}`)
    return { text }
  },
})
const textOf = (folder: Folder): string =>
  [...folder].map(([name, bytes]) => `${name}=${Buffer.from(bytes)}`).join()

t.test(
  "a local file is read where it lies and stored nowhere; one that is edited meanwhile fails the task",
  async (t) => {
    const root = temporaryFolder(t)
    writeFiles(root, { "data/big.bin": "big", "data/x.txt": "x", "data/z.txt": "z" })
    const place = places.disk!(t)
    const asked = experiment(
      "locals",
      {},
      () => local({ salt: "" }, { file: file("data/big.bin", "file"), folder: files("data/{x,y}.txt") }).text,
    )
    handed.length = 0
    const { summary } = await place.run(asked, { root })
    t.same(handed, [join(root, "data/big.bin"), join(root, "data/x.txt")])
    const text = [...summary.tasks.values()][0]!.outputs.text!
    t.equal(Buffer.from(place.store.read(text.digest)).toString(), "big x.txt=x")
    t.notOk(place.store.has(digestOf("big"), 3))
    t.notOk(place.store.has(digestOf("x"), 1))
    const edited = experiment(
      "locals",
      {},
      () =>
        local({ salt: "edit" }, { file: file("data/big.bin", "file"), folder: file("data", "folder") }).text,
    )
    const failed = await place.run(edited, { root })
    t.match([...failed.summary.tasks.values()][0]!.error, {
      tag: "FileChanged",
      message:
        /big.bin, read in place as the input "file", is no longer what it was when the run began: run again/,
    })
  },
)

t.test("a pattern that matches nothing says what is there, and a wrong kind what to write", async (t) => {
  const root = temporaryFolder(t)
  writeFiles(root, { "data/a.txt": "a", "data/.hidden.csv": "" })
  const place = places.disk!(t)
  const takes = (folder: ReturnType<typeof files>) =>
    place.run(
      experiment("none", {}, () => local({ salt: "" }, { file: file("data/a.txt", "file"), folder }).text),
      { root },
    )
  await t.rejects(takes(files("data/*.csv")), {
    message: /files\("data\/\*.csv"\) matches no file: in data there are .hidden.csv, a.txt/,
  })
  await t.rejects(takes(files("nowhere/*.csv")), { message: /there is no folder nowhere/ })
  await t.rejects(takes(file("data/a.txt", "folder")), {
    message: /data\/a.txt is a file, and is wired as folder: name a folder, or say its kind/,
  })
})
