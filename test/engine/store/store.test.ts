import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs"
import { join } from "node:path"
import * as Context from "effect/Context"
import fc from "fast-check"
import t, { type Test } from "tap"
import { type Digest, digestOf } from "../../../engine/content/digest.ts"
import { atOnce } from "../../../engine/content/steps.ts"
import { fileStore, readingStore } from "../../../engine/store/file-store.ts"
import { memoryStore } from "../../../engine/store/memory-store.ts"
import { freeReserve, makeReserve } from "../../../engine/store/reserve.ts"
import { Store } from "../../../engine/store/store.ts"
import { open } from "../../../engine/testing/layers.ts"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"
import { count } from "../../counts.ts"
import { thrown } from "../support/thrown.ts"

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

interface Storing {
  readonly store: Store["Type"]
  /** Changes an object's bytes behind the store's back; undefined where there is no way to. */
  readonly damage: ((digest: Digest, bytes: Uint8Array) => void) | undefined
}

const stores: Readonly<Record<string, (t: Test) => Storing>> = {
  memory: (t) => ({ store: Context.get(open(t, memoryStore), Store), damage: undefined }),
  files: (t) => {
    const store = Context.get(open(t, fileStore(temporaryFolder(t))), Store)
    const damage = (digest: Digest, bytes: Uint8Array): void => {
      chmodSync(store.path(digest), 0o644)
      writeFileSync(store.path(digest), bytes)
    }
    return { store, damage }
  },
}

for (const [name, make] of Object.entries(stores)) {
  t.test(`${name}: what was put reads back, under the digest of its bytes`, async (t) => {
    const { store } = make(t)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const { digest, size } = store.put(bytes)
        t.equal(digest, digestOf(bytes))
        t.equal(size, bytes.length)
        t.same(new Uint8Array(store.read(digest)), bytes)
        t.same(store.put(bytes), { digest, size }, "again, for free")
      }),
      { numRuns: count(30, 1_000) },
    )
  })

  t.test(`${name}: an object is there only at its recorded size`, async (t) => {
    const { store } = make(t)
    const { digest } = store.put(bytesOf("four"))
    t.ok(store.has(digest, 4))
    t.notOk(store.has(digest, 5))
    t.notOk(store.has(digestOf("never stored"), 4))
  })

  t.test(`${name}: an object that is not there is missing, which is no crash`, async (t) => {
    const { store } = make(t)
    t.match(
      thrown(() => store.read(digestOf("gone"))),
      { _tag: "CorruptArtifact", reason: "missing" },
    )
    store.quarantine(digestOf("gone"))
  })

  t.test(`${name}: who changes the bytes that were put or read does not change the object`, async (t) => {
    const { store } = make(t)
    const bytes = bytesOf("mine")
    const { digest } = store.put(bytes)
    bytes[0] = 0
    store.read(digest)[0] = 0
    t.same([...store.read(digest)], [...bytesOf("mine")])
  })

  t.test(`${name}: a quarantined object is gone, and can be put again`, async (t) => {
    const { store } = make(t)
    const { digest } = store.put(bytesOf("four"))
    store.quarantine(digest)
    t.notOk(store.has(digest, 4))
    store.put(bytesOf("four"))
    t.ok(store.has(digest, 4))
  })
}

t.test(
  "files: a flipped bit is found on reading, quarantined as evidence, and mended by another put",
  async (t) => {
    const { store, damage } = stores.files!(t)
    const { digest } = store.put(bytesOf("four"))
    damage!(digest, bytesOf("foul"))
    t.ok(store.has(digest, 4), "its size alone does not tell")
    t.match(
      thrown(() => store.read(digest)),
      {
        _tag: "CorruptArtifact",
        reason: "digest",
        message: /quarantined/,
      },
    )
    t.notOk(store.has(digest, 4))
    const aside = join(store.path(digest), "../../../quarantine")
    t.equal(readdirSync(aside).length, 1)
    store.put(bytesOf("four"))
    t.same([...store.read(digest)], [...bytesOf("four")])
  },
)

t.test(
  "files: an object that cannot be read is quarantined as evidence, and mended by another put",
  async (t) => {
    const { store } = stores.files!(t)
    const { digest } = store.put(bytesOf("four"))
    rmSync(store.path(digest), { force: true })
    mkdirSync(store.path(digest)) // a folder cannot be read, whoever asks
    t.match(
      thrown(() => store.read(digest)),
      {
        _tag: "CorruptArtifact",
        reason: "unreadable",
        message: /quarantined.*EISDIR/,
      },
    )
    t.notOk(existsSync(store.path(digest)))
    t.equal(readdirSync(join(store.path(digest), "../../../quarantine")).length, 1)
    store.put(bytesOf("four"))
    t.same([...store.read(digest)], [...bytesOf("four")])
  },
)

t.test("files: a torn object is replaced by the next put of its bytes", async (t) => {
  const { store, damage } = stores.files!(t)
  const { digest } = store.put(bytesOf("four"))
  damage!(digest, bytesOf("fo"))
  store.put(bytesOf("four"))
  t.same([...store.read(digest)], [...bytesOf("four")])
})

t.test("files: a worker's file is adopted by a rename, read-only, also over a damaged object", async (t) => {
  const { store, damage } = stores.files!(t)
  const adopt = (): Digest => {
    const folder = store.scratch("train@fold=1")
    writeFileSync(join(folder, "blob-0"), "four")
    store.adopt(join(folder, "blob-0"), digestOf("four"))
    t.notOk(existsSync(join(folder, "blob-0")))
    store.discard(folder)
    t.notOk(existsSync(folder))
    return digestOf("four")
  }
  const digest = adopt()
  t.equal(statSync(store.path(digest)).mode & 0o222, 0)
  damage!(digest, bytesOf("foul"))
  adopt()
  t.same([...store.read(digest)], [...bytesOf("four")])
})

t.test("files: what stands in an object's place and is none is set aside, with what is in it", async (t) => {
  const folder = temporaryFolder(t)
  const store = Context.get(open(t, fileStore(folder)), Store)
  const [one, two] = [digestOf("one"), digestOf("two")]
  mkdirSync(store.path(one), { recursive: true })
  writeFileSync(join(store.path(one), "notes"), "mine")
  writeFileSync(join(folder, "objects", two.slice(0, 2)), "mine too")
  t.notOk(store.has(one, statSync(store.path(one)).size), "a folder is no object, whatever its size")
  const { objects, foreign } = atOnce(store.list())
  t.same(objects, [])
  t.same([...foreign].sort(), [store.path(one), join(folder, "objects", two.slice(0, 2))].sort())
  for (const text of ["one", "two"]) store.put(bytesOf(text))
  t.same([...store.read(one), ...store.read(two)], [...bytesOf("one"), ...bytesOf("two")])
  const aside = readdirSync(join(folder, "quarantine")).map((name) => join(folder, "quarantine", name))
  t.same(
    aside.map((path) => readFileSync(statSync(path).isFile() ? path : join(path, "notes"), "utf8")).sort(),
    ["mine", "mine too"],
  )
})

t.test("files: folders for attempts are fresh each time, whatever the label's length", async (t) => {
  const { store } = stores.files!(t)
  t.not(store.scratch("a"), store.scratch("a"))
  t.equal(readdirSync(store.scratch("x".repeat(160))).length, 0)
  const last = store.scratch("b")
  const next = last.replace(/\d+(?=\.[^.]+\.refold$)/, (n) => String(Number(n) + 1)) // as a process of this number left it when it died
  mkdirSync(next)
  writeFileSync(join(next, "result.json"), "{}")
  t.same(readdirSync(store.scratch("b")), [])
})

t.test(
  "files: who only reads makes nothing, and finds what is there among files that are not ours",
  async (t) => {
    const folder = temporaryFolder(t)
    const reading = Context.get(open(t, readingStore(folder)), Store)
    t.same(atOnce(reading.list()).objects, [])
    t.notOk(reading.has(digestOf("four"), 4))
    t.same(readdirSync(folder), [])
    const { digest } = Context.get(open(t, fileStore(folder)), Store).put(bytesOf("four"))
    writeFileSync(join(folder, "objects", "README"), "not ours")
    t.match(atOnce(reading.list()).objects, [{ digest, size: 4 }])
    t.same([...reading.read(digest)], [...bytesOf("four")])
  },
)

t.test("files: a reserve is made with a store, freed once, and made again", async (t) => {
  const folder = temporaryFolder(t)
  open(t, fileStore(folder))
  const size = (): number | undefined => statSync(join(folder, "reserve"), { throwIfNoEntry: false })?.size
  t.equal(size(), 1024 * 1024)
  t.equal(freeReserve(folder), true)
  t.equal(freeReserve(folder), false)
  t.equal(size(), undefined)
  makeReserve(folder)
  t.equal(size(), 1024 * 1024)
})
