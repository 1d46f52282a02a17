import fc from "fast-check"
import t from "tap"
import { digestOf } from "../../../engine/content/digest.ts"
import { LazyFolder } from "../../../engine/content/folder.ts"
import {
  type FolderFile,
  filesOf,
  folderChanges,
  isManifest,
  manifestOf,
} from "../../../engine/content/manifest.ts"
import { thrown } from "../support/thrown.ts"

const part = fc
  .string({ minLength: 1, maxLength: 5 })
  .filter((name) => ![".", ".."].includes(name) && !/[/\0]/.test(name))
const file = (prefix: string) =>
  fc.record({
    name: fc.array(part, { minLength: 1, maxLength: 2 }).map((parts) => `${prefix}${parts.join("/")}`),
    digest: fc.string().map(digestOf),
    size: fc.nat(),
  })
/** Names that are no folder's too: those within a folder have one of their own. */
const files = fc
  .uniqueArray(fc.oneof(file("a/"), file("b/")), { maxLength: 6, selector: ({ name }) => name })
  .filter((all) => !all.some(({ name }) => all.some((other) => other.name.startsWith(`${name}/`))))

t.test("a folder's list reads back, and its bytes do not depend on the order of its files", async (t) => {
  fc.assert(
    fc.property(files, (folder) => {
      const bytes = manifestOf(folder)
      t.same(manifestOf([...folder].reverse()), bytes)
      const names = folder.map(({ name }) => name).sort()
      t.same(
        filesOf(bytes).map(({ name }) => name),
        names,
      )
      for (const back of filesOf(bytes))
        t.same(
          back,
          folder.find(({ name }) => name === back.name),
        )
      t.ok(isManifest(bytes))
    }),
  )
})

const one: FolderFile = { name: "a.txt", digest: digestOf("a"), size: 1 }

t.test("a list that was cut short, and what is none, is refused", async (t) => {
  const bytes = manifestOf([one, { ...one, name: "b" }])
  for (let length = 0; length < bytes.length; length++) {
    const cut = bytes.subarray(0, length)
    const isShorterList = length > 16 && cut.at(-1) === 0x0a
    if (!isShorterList && length !== 16) t.throws(() => filesOf(cut), `cut to ${length} bytes`)
  }
  const lines = ['["a",1,2]', '["a","x",2]', `["a","${one.digest}",-1]`, "{}", "x"]
  for (const line of lines) t.throws(() => filesOf(Buffer.from(`refold-folder/1\n${line}\n`)), line)
  t.notOk(isManifest(Buffer.from("refold-folde")))
})

t.test("names that lead out of a folder, or that are a file and a folder at once, are refused", async (t) => {
  for (const name of ["", "/a", "a/", "a//b", ".", "../a", "a/./b", "a\0b"])
    t.match(
      thrown(() => manifestOf([{ ...one, name }])),
      { message: /is no name of a file in a folder/ },
      JSON.stringify(name),
    )
  t.match(
    thrown(() => manifestOf([one, one])),
    { message: /two files called "a.txt"/ },
  )
  t.match(
    thrown(() => manifestOf([one, { ...one, name: "a-" }, { ...one, name: "a.txt/b" }])),
    { message: /"a.txt" is both a file and a folder/ },
  )
})

t.test("two folders differ by the names of what was added, edited and removed", async (t) => {
  const named = (texts: Readonly<Record<string, string>>) =>
    filesOf(
      manifestOf(
        Object.entries(texts).map(([name, text]) => ({ name, digest: digestOf(text), size: text.length })),
      ),
    )
  t.same(folderChanges(named({ a: "1", b: "2", c: "3" }), named({ a: "1", b: "4", d: "3" })), [
    { change: "added", count: 1, names: ["d"] },
    { change: "edited", count: 1, names: ["b"] },
    { change: "removed", count: 1, names: ["c"] },
  ])
  const many = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`${i}`, ""]))
  const [added] = folderChanges(named({}), named(many))
  t.same([added?.count, added?.names.length], [50, 20], "of very many the first are named")
})

t.test("a folder is a map that reads a file each time it is asked for, and no other", async (t) => {
  const read: Array<string> = []
  const folder = new LazyFolder(["a", "b/c"], {
    bytes: (name) => {
      read.push(name)
      return Buffer.from(name)
    },
    path: (name) => `/at/${name}`,
  })
  t.same(
    [folder.size, [...folder.keys()], folder.has("b/c"), folder.has("b")],
    [2, ["a", "b/c"], true, false],
  )
  t.equal(folder.path("b/c"), "/at/b/c")
  t.same(read, [])
  t.equal(Buffer.from(folder.get("a")!).toString(), "a")
  t.equal(folder.get("x"), undefined)
  t.same(read, ["a"])
  t.same(
    [...folder].map(([name, bytes]) => `${name}=${Buffer.from(bytes)}`),
    ["a=a", "b/c=b/c"],
  )
  t.equal([...folder.values()].length, 2)
  const seen: Array<string> = []
  folder.forEach((_, name) => {
    seen.push(name)
  })
  t.same(seen, ["a", "b/c"])
  for (const ask of [() => folder.bytes("x"), () => folder.path("x")])
    t.match(thrown(ask), { message: /the folder has no file "x": there are "a", "b\/c"/ })
})
