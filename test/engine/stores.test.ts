import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import Database from "better-sqlite3"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import fc from "fast-check"
import t, { type Test } from "tap"
import { type Digest, digestOf, type Key, type TaskLabel } from "../../engine/content/digest.ts"
import { Ledger, type NewResult, type NewRun } from "../../engine/ledger/ledger.ts"
import { migrations } from "../../engine/ledger/migrations.ts"
import { memoryLedger, sqliteLedger } from "../../engine/ledger/sqlite.ts"
import { artifactLayer } from "../../engine/session/session.ts"
import { fileStore } from "../../engine/store/file-store.ts"
import { memoryStore } from "../../engine/store/memory-store.ts"
import { Store } from "../../engine/store/store.ts"
import { temporaryFolder } from "./support/folder.ts"

type StoreService = Context.Tag.Service<typeof Store>
type LedgerService = Context.Tag.Service<typeof Ledger>

/** Builds a layer's services, which close when the test ends. */
function open<I, E>(t: Test, layer: Layer.Layer<I, E>): Context.Context<I> {
  const scope = Effect.runSync(Scope.make())
  t.teardown(() => Effect.runPromise(Scope.close(scope, Exit.void)))
  return Effect.runSync(Layer.buildWithScope(layer, scope))
}

const done = <A, E>(effect: Effect.Effect<A, E>): A => Effect.runSync(effect)
const failure = <A, E>(effect: Effect.Effect<A, E>): E => Effect.runSync(Effect.flip(effect))
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

// ── stores ──

interface Storing {
  readonly store: StoreService
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
        const { digest, size } = done(store.put(bytes))
        t.equal(digest, digestOf(bytes))
        t.equal(size, bytes.length)
        t.same(new Uint8Array(done(store.read(digest))), bytes)
        t.same(done(store.put(bytes)), { digest, size }, "again, for free")
      }),
      { numRuns: 30 },
    )
  })

  t.test(`${name}: an object is there only at its recorded size`, async (t) => {
    const { store } = make(t)
    const { digest } = done(store.put(bytesOf("four")))
    t.ok(store.has(digest, 4))
    t.notOk(store.has(digest, 5))
    t.notOk(store.has(digestOf("never stored"), 4))
  })

  t.test(`${name}: an object that is not there is missing, which is no crash`, async (t) => {
    const { store } = make(t)
    t.match(failure(store.read(digestOf("gone"))), { _tag: "CorruptArtifact", reason: "missing" })
    done(store.quarantine(digestOf("gone")))
  })

  t.test(`${name}: who changes the bytes that were put or read does not change the object`, async (t) => {
    const { store } = make(t)
    const bytes = bytesOf("mine")
    const { digest } = done(store.put(bytes))
    bytes[0] = 0
    done(store.read(digest))[0] = 0
    t.same([...done(store.read(digest))], [...bytesOf("mine")])
  })

  t.test(`${name}: a quarantined object is gone, and can be put again`, async (t) => {
    const { store } = make(t)
    const { digest } = done(store.put(bytesOf("four")))
    done(store.quarantine(digest))
    t.notOk(store.has(digest, 4))
    done(store.put(bytesOf("four")))
    t.ok(store.has(digest, 4))
  })
}

t.test(
  "files: a flipped bit is found on reading, quarantined as evidence, and mended by another put",
  async (t) => {
    const { store, damage } = stores.files!(t)
    const { digest } = done(store.put(bytesOf("four")))
    damage!(digest, bytesOf("foul"))
    t.ok(store.has(digest, 4), "its size alone does not tell")
    t.match(failure(store.read(digest)), {
      _tag: "CorruptArtifact",
      reason: "digest",
      message: /quarantined/,
    })
    t.notOk(store.has(digest, 4))
    const aside = join(store.path(digest), "../../../quarantine")
    t.equal(readdirSync(aside).length, 1)
    done(store.put(bytesOf("four")))
    t.same([...done(store.read(digest))], [...bytesOf("four")])
  },
)

t.test("files: a torn object is replaced by the next put of its bytes", async (t) => {
  const { store, damage } = stores.files!(t)
  const { digest } = done(store.put(bytesOf("four")))
  damage!(digest, bytesOf("fo"))
  done(store.put(bytesOf("four")))
  t.same([...done(store.read(digest))], [...bytesOf("four")])
})

t.test("files: a worker's file is adopted by a rename, read-only, also over a damaged object", async (t) => {
  const { store, damage } = stores.files!(t)
  const adopt = (): Digest => {
    const folder = done(store.scratch("train@fold=1"))
    writeFileSync(join(folder, "blob-0"), "four")
    done(store.adopt(join(folder, "blob-0"), digestOf("four"), 4))
    t.notOk(existsSync(join(folder, "blob-0")))
    done(store.discard(folder))
    t.notOk(existsSync(folder))
    return digestOf("four")
  }
  const digest = adopt()
  t.equal(statSync(store.path(digest)).mode & 0o222, 0)
  damage!(digest, bytesOf("foul"))
  adopt()
  t.same([...done(store.read(digest))], [...bytesOf("four")])
})

t.test("files: folders for attempts are fresh each time, whatever the label's length", async (t) => {
  const { store } = stores.files!(t)
  t.not(done(store.scratch("a")), done(store.scratch("a")))
  t.equal(readdirSync(done(store.scratch("x".repeat(160)))).length, 0)
  const last = done(store.scratch("b"))
  const next = last.replace(/\d+$/, (n) => String(Number(n) + 1)) // as a process of this number left it when it died
  mkdirSync(next)
  writeFileSync(join(next, "result.json"), "{}")
  t.same(readdirSync(done(store.scratch("b"))), [])
})

// ── ledgers ──

const ledgers: Readonly<Record<string, (t: Test) => LedgerService>> = {
  memory: (t) => Context.get(open(t, memoryLedger), Ledger),
  file: (t) => Context.get(open(t, sqliteLedger(join(temporaryFolder(t), "ledger.sqlite"))), Ledger),
}

const key = (name: string): Key => digestOf(name) as string as Key
const resultOf = (name: string, content: string, stage = "train"): NewResult => ({
  key: key(name),
  stage,
  fingerprint: `["stage-key/1","${name}"]`,
  sources: { "ml/adam.ts": digestOf("adam") },
  seconds: 1.5,
  states: [],
  outputs: {
    weights: { kind: "weights", digest: digestOf(content), size: content.length },
    curve: { kind: "table", digest: digestOf("curve"), size: 5 },
  },
})
const runOf = (id: string, experiment = "grid"): NewRun => ({
  id,
  experiment,
  params: { rates: [0, 0.5] },
  started: `2026-01-01T00:00:0${id}Z`,
  commit: "abc",
  dirty: true,
  host: "here",
  numerics: null,
})
const inputs = { train: digestOf("train"), cells: { a: digestOf("a"), b: digestOf("b") } }

for (const [name, make] of Object.entries(ledgers)) {
  t.test(`${name}: a committed result reads back whole, by key, stage and artifact`, async (t) => {
    const ledger = make(t)
    ledger.beginRun(runOf("1"))
    t.equal(ledger.outputs(key("a")), undefined)
    t.equal(ledger.result(key("a")), undefined)
    const metrics = [
      { step: -1, name: "accuracy", value: 0.9 },
      { step: 1, name: "loss", value: 0.25 },
    ]
    t.same(ledger.commit("1", resultOf("a", "one"), inputs, metrics), [])
    t.same(ledger.outputs(key("a")), resultOf("a", "one").outputs)
    t.match(ledger.result(key("a")), resultOf("a", "one"))
    t.same(ledger.metrics(key("a")), metrics)
    ledger.commit("1", resultOf("b", "two"), inputs, [])
    t.same(
      ledger.recent("train", 10).map(({ key }) => key),
      [key("b"), key("a")],
    )
    t.equal(ledger.recent("train", 1).length, 1)
    t.same(ledger.recent("evaluate", 10), [])
  })

  t.test(`${name}: of two results for one key the first stays, and what differs is named`, async (t) => {
    const ledger = make(t)
    ledger.beginRun(runOf("1"))
    ledger.commit("1", resultOf("a", "one"), inputs, [])
    t.same(ledger.commit("1", resultOf("a", "one"), inputs, []), [], "the same again differs in nothing")
    t.same(ledger.commit("1", resultOf("a", "two"), inputs, []), ["weights"])
    t.equal(ledger.outputs(key("a"))!.weights!.digest, digestOf("one"))
  })

  t.test(
    `${name}: a forgotten result is gone with all that hangs on it, and can be committed anew`,
    async (t) => {
      const ledger = make(t)
      ledger.beginRun(runOf("1"))
      ledger.commit("1", resultOf("a", "one"), inputs, [{ step: 1, name: "loss", value: 1 }])
      ledger.forget(key("a"))
      t.equal(ledger.outputs(key("a")), undefined)
      t.same(ledger.metrics(key("a")), [])
      t.same(ledger.commit("1", resultOf("a", "two"), inputs, []), [])
      t.equal(ledger.outputs(key("a"))!.weights!.digest, digestOf("two"))
    },
  )

  t.test(`${name}: a failing commit leaves nothing behind`, async (t) => {
    const ledger = make(t)
    ledger.beginRun(runOf("1"))
    const broken = [{ step: 1, name: "loss", value: null as unknown as number }]
    t.throws(() => ledger.commit("1", resultOf("a", "one"), inputs, broken))
    t.equal(ledger.outputs(key("a")), undefined)
    t.same(ledger.recent("train", 10), [])
  })

  t.test(`${name}: a run reads back with its params, commit and end; the newest comes first`, async (t) => {
    const ledger = make(t)
    ledger.beginRun(runOf("1"))
    ledger.beginRun(runOf("2", "lenet"))
    ledger.beginRun({ ...runOf("3"), commit: null, dirty: null })
    const end = {
      finished: "2026-01-01T01:00:00Z",
      outcome: "done",
      results: digestOf("r"),
      folder: "1",
    } as const
    ledger.endRun("1", end)
    t.match(ledger.runs("grid", 10), [
      { ...runOf("3"), commit: null, dirty: null, outcome: null, finished: null },
      { ...runOf("1"), ...end },
    ])
    t.same(
      ledger.runs(undefined, 2).map(({ id }) => id),
      ["3", "2"],
    )
  })

  t.test(`${name}: the last key of a label is that of its last success in that experiment`, async (t) => {
    const ledger = make(t)
    const label = "train@fold=1" as TaskLabel
    const record = (run: string, key: Key | null, status: "ran" | "cached" | "failed"): void => {
      ledger.recordTasks(run, [{ label, stage: "train", key, status, exact: true }])
    }
    for (const [id, experiment] of [["1"], ["2"], ["3"], ["4", "lenet"]] as const)
      ledger.beginRun(runOf(id, experiment))
    t.equal(ledger.lastKey("grid", label), undefined)
    record("1", key("a"), "ran")
    record("2", key("b"), "cached")
    record("3", key("c"), "failed")
    record("4", key("d"), "ran")
    t.equal(ledger.lastKey("grid", label), key("b"))
    t.equal(ledger.lastKey("lenet", label), key("d"))
    t.match(ledger.tasks("3"), [{ label, status: "failed" }])
  })

  t.test(
    `${name}: attempts keep their error and log; durations count successes alone, newest first`,
    async (t) => {
      const ledger = make(t)
      ledger.beginRun(runOf("1"))
      const attempt = { run: "1", label: "train" as TaskLabel, stage: "train", key: key("a"), host: "here" }
      const error = { tag: "TypeError", message: "no" }
      const started = "2026-01-01T00:00:00Z"
      ledger.attempt({ ...attempt, started, seconds: 9, outcome: "failed", error, log: "first\n" })
      ledger.attempt({ ...attempt, started, seconds: 2, outcome: "done", error: null, log: "" })
      ledger.attempt({ ...attempt, started, seconds: 3, outcome: "done", error: null, log: "" })
      t.match(ledger.attempts("train" as TaskLabel).at(-1), { error, log: "first\n", seconds: 9 })
      t.same(
        ledger.durations("train", 10).map(({ seconds }) => seconds),
        [3, 2],
      )
    },
  )
}

t.test("file: what was committed is there for the next who opens the ledger, and evidence too", async (t) => {
  const path = join(temporaryFolder(t), "ledger.sqlite")
  await Effect.runPromise(
    Effect.map(Ledger, (ledger) => {
      ledger.beginRun(runOf("1"))
      ledger.commit("1", resultOf("a", "one"), inputs, [])
      ledger.commit("1", resultOf("a", "two"), inputs, [])
    }).pipe(Effect.provide(sqliteLedger(path))),
  )
  t.match(Context.get(open(t, sqliteLedger(path)), Ledger).result(key("a")), resultOf("a", "one"))
  const database = new Database(path, { readonly: true })
  t.teardown(() => database.close())
  t.same(database.prepare("SELECT key, name, digest, run FROM evidence").all(), [
    { key: key("a"), name: "weights", digest: digestOf("two"), run: "1" },
  ])
  t.same(database.prepare("SELECT role, name FROM inputs ORDER BY role, name").all(), [
    { role: "cells", name: "a" },
    { role: "cells", name: "b" },
    { role: "train", name: "" },
  ])
  t.equal(database.pragma("user_version", { simple: true }), migrations.length)
})

t.test("file: a ledger of a newer schema is refused with the remedy, and left as it was", async (t) => {
  const path = join(temporaryFolder(t), "ledger.sqlite")
  const database = new Database(path)
  database.pragma(`user_version = ${migrations.length + 1}`)
  database.close()
  const build = Effect.scoped(Layer.build(sqliteLedger(path)))
  t.match(failure(build), { _tag: "LedgerError", message: /newer Refold.*update refold.*--artifacts/ })
  const after = new Database(path, { readonly: true })
  t.teardown(() => after.close())
  t.equal(after.pragma("user_version", { simple: true }), migrations.length + 1)
})

t.test("a file that is no database, and a folder under a file, are refused and named", async (t) => {
  const folder = temporaryFolder(t)
  writeFileSync(join(folder, "ledger.sqlite"), "this is no database, but a text of some length\n".repeat(20))
  t.match(failure(Effect.scoped(Layer.build(sqliteLedger(join(folder, "ledger.sqlite"))))), {
    _tag: "LedgerError",
    message: /ledger\.sqlite cannot be used/,
  })
  writeFileSync(join(folder, "file"), "")
  t.match(failure(Effect.scoped(Layer.build(artifactLayer(join(folder, "file", "artifacts"))))), {
    _tag: "StoreError",
    message: /file\/artifacts cannot be made.*--artifacts/,
  })
  mkdirSync(join(folder, "half"))
  writeFileSync(join(folder, "half", "objects"), "")
  t.match(failure(Effect.scoped(Layer.build(artifactLayer(join(folder, "half"))))), {
    _tag: "StoreError",
    message: /half cannot be made/,
  })
})
