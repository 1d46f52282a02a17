// What a person put somewhere is never the store's: over random trees of files, none is removed or changed.
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { dirname, join } from "node:path"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import t, { type Test } from "tap"
import { History } from "../../../engine/ledger/history.ts"
import { openSqlite } from "../../../engine/ledger/sqlite/sqlite.ts"
import { collectGarbage, findGarbage } from "../../../engine/session/garbage/collect.ts"
import { artifactLayer, readingLayer } from "../../../engine/session/place.ts"
import { kindOf, markName } from "../../../engine/session/store-mark.ts"
import { Store } from "../../../engine/store/store.ts"
import { failure, open } from "../../../engine/testing/layers.ts"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"
import { count } from "../../counts.ts"

type Tree = ReadonlyMap<string, string>

/** Every file and link under a folder, with what it holds. */
function treeOf(folder: string): Tree {
  const tree = new Map<string, string>()
  const left = [""]
  for (let path = left.pop(); path !== undefined; path = left.pop()) {
    const stat = lstatSync(join(folder, path))
    if (stat.isDirectory()) for (const name of readdirSync(join(folder, path))) left.push(join(path, name))
    else if (stat.isSymbolicLink()) tree.set(path, `→ ${readlinkSync(join(folder, path))}`)
    else tree.set(path, readFileSync(join(folder, path), "latin1"))
  }
  return tree
}

const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: length, maxLength: length })
const word = fc.constantFrom(
  "notes",
  "notes.md",
  "old",
  "index.html",
  "results.json",
  "a b",
  "ledger.sqlite",
  ".hidden",
  "reserve",
  "日本",
)
/** Names that come near the store's own, in its folders and beside them. */
const path = fc.oneof(
  word,
  fc.tuple(word, word).map((parts) => parts.join("/")),
  fc
    .tuple(fc.constantFrom("objects", "tmp", "runs", "logs", "quarantine"), word)
    .map((parts) => parts.join("/")),
  fc.tuple(hex(2), word).map(([head, name]) => `objects/${head}/${name}`),
  hex(2).map((name) => `objects/${name}`),
  fc.tuple(hex(2), hex(62), word).map(([head, tail, name]) => `objects/${head}/${tail}/${name}`),
  fc.tuple(word, fc.nat(3000), fc.nat(12)).map(([name, year, month]) => `tmp/${name}.${year}.${month}`),
  fc.tuple(hex(6), word).map(([id, name]) => `runs/20260101-120000-${id}/${name}`),
)
/** Where they lie, whether they are links, and what they hold or point to. */
const files = fc.array(fc.tuple(path, fc.boolean(), fc.string({ maxLength: 20 })), {
  minLength: 1,
  maxLength: 12,
})

/** Writes what can be written there. @returns what was */
function strew(
  folder: string,
  entries: ReadonlyArray<readonly [string, boolean, string]>,
  outside: string,
): Tree {
  for (const [path, isLink, text] of entries) {
    const full = join(folder, path)
    try {
      mkdirSync(dirname(full), { recursive: true })
      if (isLink) symlinkSync(outside, full)
      else writeFileSync(full, text, { flag: "wx" })
    } catch {
      // another of these is in the way
    }
  }
  return treeOf(folder)
}

const withFolder = async (
  t: Test,
  run: (folder: string, outside: string) => Promise<void>,
): Promise<void> => {
  const folder = temporaryFolder(t)
  const outside = temporaryFolder(t)
  writeFileSync(join(outside, "precious"), "precious")
  await run(folder, outside)
  t.equal(readFileSync(join(outside, "precious"), "utf8"), "precious")
}

/** What the results of a run hold where it had none. */
const nothing = { experiment: "e", metrics: {}, values: {}, summaries: [], outputs: {}, counted: [] }
const usual = { locks: [], keepRuns: 0, pins: [] }

t.test("a store made among foreign files, or refused there, removes and changes none", async (t) => {
  const property = fc.asyncProperty(files, fc.boolean(), (entries, withoutHistory) =>
    withFolder(t, async (folder, outside) => {
      const before = strew(folder, entries, outside)
      const options = { ...usual, artifacts: folder, withoutHistory }
      const collected = Effect.provide(collectGarbage(options), artifactLayer(folder))
      const exit = await Effect.runPromiseExit(collected)
      const after = treeOf(folder)
      if (exit._tag === "Failure") t.same(after, before, "a refusal makes nothing")
      for (const [path, text] of before) if (after.get(path) !== text) t.fail(`${path} is not what it was`)
    }),
  )
  await fc.assert(property, { numRuns: count(12, 300) })
})

t.test("gc removes nothing from a store but what the store made, whatever lies there", async (t) => {
  const property = fc.asyncProperty(files, fc.boolean(), (entries, withoutHistory) =>
    withFolder(t, async (folder, outside) => {
      const services = Context.unsafeMake<Store | History>(open(t, artifactLayer(folder)).unsafeMap)
      const { digest } = Context.get(services, Store).put(new TextEncoder().encode("loose"))
      const history = Context.get(services, History)
      const about = { params: {}, commit: null, dirty: null, host: "here", numerics: null }
      history.beginRun({ ...about, id: "20260101-120000-abcdef", experiment: "e", started: "2026-01-01" })
      const ours = new Set(treeOf(folder).keys())
      const before = strew(folder, entries, outside)
      const options = { ...usual, artifacts: folder, withoutHistory }
      await Effect.runPromise(Effect.provide(findGarbage(options), artifactLayer(folder)))
      t.ok(existsSync(Context.get(services, Store).path(digest)), "looking removes nothing")
      await Effect.runPromise(Effect.provide(collectGarbage(options), artifactLayer(folder)))
      t.notOk(existsSync(Context.get(services, Store).path(digest)), "what the store made went")
      const after = treeOf(folder)
      for (const [path, text] of before)
        if (!ours.has(path) && after.get(path) !== text) t.fail(`${path} is not what it was`)
    }),
  )
  await fc.assert(property, { numRuns: count(12, 300) })
})

t.test("a folder is a store by its mark, or by a ledger that is ours; an empty name is none", async (t) => {
  for (const name of ["", "  "])
    t.match(failure(Effect.scoped(Effect.provide(Store, artifactLayer(name)))), {
      _tag: "StoreError",
      message: /empty name.*--artifacts/,
    })
  const folder = temporaryFolder(t)
  writeFileSync(join(folder, "package.json"), "{}")
  t.equal(kindOf(folder), "free", "other files are in nobody's way")
  open(t, artifactLayer(folder))
  t.same(JSON.parse(readFileSync(join(folder, markName), "utf8")), { refold: "store", layout: 1 })

  const earlier = temporaryFolder(t)
  writeFileSync(join(earlier, "ledger.sqlite"), readFileSync(join(folder, "ledger.sqlite")))
  writeFileSync(join(earlier, "ledger.sqlite-wal"), readFileSync(join(folder, "ledger.sqlite-wal")))
  const before = treeOf(earlier)
  t.equal(kindOf(earlier), "unmarked store", "also when all is in the log still")
  t.same(treeOf(earlier), before, "and asking made nothing")
  open(t, artifactLayer(earlier))
  t.equal(kindOf(earlier), "store")
  writeFileSync(join(earlier, markName), Buffer.alloc(30))
  t.equal(kindOf(earlier), "unmarked store", "a mark that a power cut left as zeros")

  const foreign = temporaryFolder(t)
  const database = openSqlite(join(foreign, "ledger.sqlite"))
  database.exec("CREATE TABLE runs (id); PRAGMA user_version = 4; PRAGMA journal_mode = WAL")
  database.close()
  const bytes = treeOf(foreign)
  t.match(failure(Effect.scoped(Effect.provide(Store, artifactLayer(foreign)))), {
    message: /no store.*ledger\.sqlite.*--artifacts/,
  })
  t.same(treeOf(foreign), bytes)
  writeFileSync(join(folder, markName), '{"refold":"store","layout":99}')
  t.throws(() => kindOf(folder), /newer Refold/)
})

t.test("where the ledger was lost, what it knew stays until a person says otherwise", async (t) => {
  const folder = temporaryFolder(t)
  const put = Effect.map(Store, (store) => store.put(new TextEncoder().encode("lost")))
  const lost = Effect.runSync(Effect.provide(put, artifactLayer(folder)))
  mkdirSync(join(folder, "runs/20260101-120000-abcdef"), { recursive: true })
  writeFileSync(
    join(folder, "runs/20260101-120000-abcdef/results.json"),
    JSON.stringify({ run: "20260101-120000-abcdef", ...nothing }),
  )
  for (const part of ["", "-wal", "-shm"]) rmSync(join(folder, `ledger.sqlite${part}`), { force: true })
  const options = { ...usual, artifacts: folder, withoutHistory: false }
  const tried = await Effect.runPromise(Effect.provide(findGarbage(options), readingLayer(folder)))
  t.match(tried, { items: [], orphans: { objects: 1, bytes: 4 } }, "also where the ledger is gone")
  const services = open(t, artifactLayer(folder))
  const history = Context.get(services, History)
  const store = Context.get(services, Store)
  const about = { params: {}, commit: null, dirty: null, host: "here", numerics: null }
  history.beginRun({ ...about, id: "20260102-120000-abcdef", experiment: "e", started: "2026-01-02" })
  const late = store.put(new TextEncoder().encode("late"))
  const kept = await Effect.runPromise(Effect.provide(collectGarbage(options), services))
  t.match(kept.orphans, { objects: 1, bytes: 4, folders: { length: 1 } })
  t.ok(store.has(lost.digest, lost.size))
  t.notOk(store.has(late.digest, late.size), "what the new ledger saw come goes as ever")
  await Effect.runPromise(Effect.provide(collectGarbage({ ...options, withoutHistory: true }), services))
  t.notOk(store.has(lost.digest, lost.size))
  t.same(readdirSync(join(folder, "runs")), [])
})
