import fs, {
  appendFileSync,
  chmodSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs"
import { syncBuiltinESMExports } from "node:module"
import { join } from "node:path"
import t, { type Test } from "tap"
import { digestOf } from "../../../engine/content/digest.ts"
import { manifestOf } from "../../../engine/content/manifest.ts"
import { atOnce } from "../../../engine/content/steps.ts"
import { file } from "../../../engine/declare/index.ts"
import type { FileNode } from "../../../engine/declare/task.ts"
import { recordingFiles, rehash } from "../../../engine/key/file-records.ts"
import { temporaryFolder, writeFiles } from "../../../engine/testing/temporary-folder.ts"

const later = (): number => Date.now() + 10_000
/** A name without an extension is a file here, and `in` a folder of such. */
const nodeOf = (path: string) => file(path, path === "in" ? "folder" : "file").source as FileNode

interface Seen {
  readonly digest: string
  readonly size: number
  /** Bytes that were read of the input. */
  readonly read: number
}

/** A project with one input at a path, as a new process sees it. */
function lab(t: Test, path: string, files: Readonly<Record<string, string>>) {
  const root = temporaryFolder(t)
  writeFiles(root, files)
  return {
    root,
    at: (name: string): string => join(root, name),
    memo: join(root, "node_modules/.cache/refold/inputs/files-1.json"),
    look: (now = later, paths = [path]): Seen => {
      const { value, read } = counting(() => atOnce(recordingFiles(root, paths.map(nodeOf), now)))
      const { digest, size } = value.get(path)!
      return { digest, size, read }
    },
  }
}

/** What something gives that takes one turn, and how many bytes it reads through descriptors. */
function counting<A>(act: () => A): { readonly value: A; readonly read: number } {
  const real = fs.readSync
  let read = 0
  fs.readSync = ((...args: Parameters<typeof real>) => {
    const count = real(...args)
    read += count
    return count
  }) as typeof real
  syncBuiltinESMExports()
  try {
    return { value: act(), read }
  } finally {
    fs.readSync = real
    syncBuiltinESMExports()
  }
}

t.test("of a file that nobody touched a later process reads nothing", async (t) => {
  const { look, root } = lab(t, "a.csv", { "a.csv": "1,2\n" })
  const digest = digestOf("1,2\n")
  t.match(look(), { digest, size: 4, read: 4 })
  t.match(look(), { digest, size: 4, read: 0 })
  rehash(root)
  t.match(look(), { digest, size: 4, read: 4 }, "unless what is remembered is distrusted")
  t.match(look(), { digest, size: 4, read: 0 }, "until it was read once")
})

t.test(
  "of a folder that nobody touched a later process reads nothing, and its digest is that of its list",
  async (t) => {
    const files = { "b/2.txt": "two", "a.txt": "one", "b/c/3.txt": "" }
    const { at, look } = lab(
      t,
      "in",
      Object.fromEntries(Object.entries(files).map(([name, text]) => [`in/${name}`, text])),
    )
    const bytes = manifestOf(
      Object.entries(files).map(([name, text]) => ({ name, digest: digestOf(text), size: text.length })),
    )
    const digest = digestOf(bytes)
    t.match(look(), { digest, size: bytes.length, read: 6 })
    t.match(look(), { digest, size: bytes.length, read: 0 })
    writeFileSync(at("in/b/more.txt"), "more")
    const more = look()
    t.equal(more.read, 4, "of a file more, that file")
    t.not(more.digest, digest)
    rmSync(at("in/b/more.txt"))
    t.equal(look().digest, digest, "and none more")
    renameSync(at("in/a.txt"), at("in/b.txt"))
    t.not(look().digest, digest, "another name")
    renameSync(at("in/b.txt"), at("in/a.txt"))
    writeFileSync(at("in/a.txt"), "eno")
    const edited = look()
    t.equal(edited.read, 3, "of one that was edited to the same size, that one")
    t.not(edited.digest, digest)
  },
)

t.test("whichever way a file changes, it is noticed", async (t) => {
  const { at, look } = lab(t, "a", { a: "before" })
  const path = at("a")
  const { atime, mtime } = statSync(path)
  const ways: Readonly<Record<string, () => void>> = {
    "in place, its time set back": () => {
      writeFileSync(path, "behind")
      utimesSync(path, atime, mtime)
    },
    "by another of the same size and time": () => {
      writeFileSync(at("b"), "beside")
      utimesSync(at("b"), atime, mtime)
      renameSync(at("b"), path)
    },
    "cut short": () => truncateSync(path, 3),
    "added to": () => appendFileSync(path, "more"),
    "taken away and made anew": () => {
      rmSync(path)
      writeFileSync(path, "before")
      utimesSync(path, atime, mtime)
    },
  }
  for (const [way, change] of Object.entries(ways)) {
    look()
    t.equal(look().read, 0, `${way}: remembered before`)
    change()
    t.equal(look().digest, digestOf(readFileSync(path)), way)
  }
  chmodSync(path, 0o600)
  t.match(look(), { digest: digestOf("before"), read: 6 }, "a change of permissions: read, and the same")
})

t.test("what changed in the tick in which it was hashed is not believed", async (t) => {
  const { at, look } = lab(t, "a", { a: "1" })
  const now = (): number => Math.ceil(statSync(at("a")).ctimeMs)
  t.equal(look(now).read, 1)
  t.equal(look(now).read, 1)
  t.equal(look().read, 1, "later it is read once more")
  t.equal(look().read, 0, "and believed from then on")
  writeFileSync(at("a"), "2")
  look(now)
  t.equal(look(now).read, 1, "what was remembered earlier is not either")
})

t.test("a memo that is damaged, missing or past writing costs a reading, and no more", async (t) => {
  const { look, memo, root } = lab(t, "a", { a: "1" })
  for (const damage of [
    (text: string) => text.slice(0, -4),
    (text: string) => text.replace(digestOf("1"), "0".repeat(64)),
    () => "",
    () => `${digestOf("null")}\nnull`,
  ]) {
    look()
    t.equal(look().read, 0)
    writeFileSync(memo, damage(readFileSync(memo, "utf8")))
    t.match(look(), { digest: digestOf("1"), read: 1 })
  }
  rmSync(join(root, "node_modules"), { recursive: true })
  t.match(look(), { digest: digestOf("1"), read: 1 })
  rmSync(join(root, "node_modules"), { recursive: true })
  writeFileSync(join(root, "node_modules"), "no folder")
  for (const _ of [1, 2]) t.match(look(), { digest: digestOf("1"), read: 1 })
})

t.test("two processes that hash at the same time both find what they hashed", async (t) => {
  const { look, root } = lab(t, "a", { a: "1", b: "2" })
  const other = recordingFiles(root, [nodeOf("b")], later)
  other.next()
  look()
  atOnce(other)
  t.equal(look(later, ["a", "b"]).read, 0)
  rmSync(join(root, "b"))
  writeFileSync(join(root, "a"), "3")
  look()
  const { memo } = {
    memo: readFileSync(join(root, "node_modules/.cache/refold/inputs/files-1.json"), "utf8"),
  }
  t.notMatch(memo, join(root, "b"), "what is gone is forgotten")
})

t.test("a large file is read a piece at a time, and one that changes meanwhile is refused", async (t) => {
  const megabytes = 8
  const { at, look, root } = lab(t, "a", { a: "x".repeat(megabytes * 1024 * 1024) })
  const steps = recordingFiles(root, [nodeOf("a")], later)
  let turns = 0
  for (let step = steps.next(); step.done !== true; step = steps.next()) turns++
  t.ok(turns >= megabytes, `${turns} turns`)
  for (const change of [() => appendFileSync(at("a"), "y"), () => truncateSync(at("a"), 5)]) {
    chmodSync(at("a"), 0o600) // so that it is read
    const reading = recordingFiles(root, [nodeOf("a")], later)
    for (let turn = 0; turn < 4; turn++) reading.next()
    change()
    t.throws(() => atOnce(reading), { name: "Error", message: "the file a changed while it was read" })
  }
  t.match(look(), { digest: digestOf("xxxxx"), size: 5 }, "the next time it is what it is then")
})
