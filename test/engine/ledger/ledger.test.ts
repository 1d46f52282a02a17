import { join } from "node:path"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import t, { type Test } from "tap"
import { digestOf, type Key, type TaskLabel } from "../../../engine/content/digest.ts"
import { History } from "../../../engine/ledger/history.ts"
import { sqliteLedger } from "../../../engine/ledger/ledger.ts"
import { Links } from "../../../engine/ledger/links.ts"
import { migrations } from "../../../engine/ledger/migrations.ts"
import type { NewResult, NewRun } from "../../../engine/ledger/records.ts"
import { Results } from "../../../engine/ledger/results.ts"
import type { Driver } from "../../../engine/ledger/sqlite/driver.ts"
import { openSqlite } from "../../../engine/ledger/sqlite/sqlite.ts"
import { failure, open } from "../../../engine/testing/layers.ts"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"
import { drivers } from "../support/drivers.ts"

const services = (t: Test, path: string, driver?: Driver) => {
  const ledger = open(t, sqliteLedger(path, undefined, driver))
  return {
    results: Context.get(ledger, Results),
    history: Context.get(ledger, History),
    links: Context.get(ledger, Links),
  }
}

const ledgers = drivers.flatMap(
  (driver): Array<readonly [string, (t: Test) => ReturnType<typeof services>]> => [
    [`${driver.name}, memory`, (t) => services(t, ":memory:", driver)],
    [`${driver.name}, file`, (t) => services(t, join(temporaryFolder(t), "ledger.sqlite"), driver)],
  ],
)

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

for (const [name, make] of ledgers) {
  t.test(`${name}: a committed result reads back whole, by key, stage and artifact`, async (t) => {
    const { results, history } = make(t)
    history.beginRun(runOf("1"))
    t.equal(results.outputs(key("a")), undefined)
    t.equal(results.result(key("a")), undefined)
    const metrics = [
      { step: -1, name: "accuracy", value: 0.9 },
      { step: 1, name: "loss", value: 0.25 },
    ]
    t.same(results.commit("1", resultOf("a", "one"), inputs, metrics), [])
    t.same(results.outputs(key("a")), resultOf("a", "one").outputs)
    t.match(results.result(key("a")), resultOf("a", "one"))
    t.same(results.metrics(key("a")), metrics)
    results.commit("1", resultOf("b", "two"), inputs, [])
    const { sequence } = results.madeOf(key("a"))!
    const { fingerprint, sources } = resultOf("a", "one")
    t.same(results.madeOf(key("a")), { fingerprint, sources, sequence })
    t.same(results.latest("train"), results.madeOf(key("b")), "the last that was committed")
    t.same(results.latest("train", sequence), results.madeOf(key("a")), "of those up to a sequence")
    t.equal(results.latest("train", sequence - 1), undefined)
    t.equal(results.latest("evaluate"), undefined)
  })

  t.test(`${name}: of two results for one key the first stays, and what differs is named`, async (t) => {
    const { results, history } = make(t)
    history.beginRun(runOf("1"))
    results.commit("1", resultOf("a", "one"), inputs, [])
    t.same(results.commit("1", resultOf("a", "one"), inputs, []), [], "the same again differs in nothing")
    t.same(results.commit("1", resultOf("a", "two"), inputs, []), ["weights"])
    t.equal(results.outputs(key("a"))!.weights!.digest, digestOf("one"))
  })

  t.test(
    `${name}: a link that gives other metrics differs as one that gives another state does`,
    async (t) => {
      const { links, history } = make(t)
      history.beginRun(runOf("1"))
      const link = {
        key: key("link"),
        stage: "train",
        n: 1,
        state: digestOf("state"),
        size: 5,
        isRecord: true,
      }
      const commit = (loss: number, accuracy: number) =>
        links.commit({ ...link, metrics: { loss, accuracy }, seconds: 1 }, "1")
      t.same([commit(0.5, 0.9), commit(0.5, 0.9), commit(0.25, 0.9)], [true, true, false])
      t.same(links.link(link.key)!.metrics, { loss: 0.5, accuracy: 0.9 }, "the first stays")
    },
  )

  t.test(
    `${name}: a forgotten result is gone with all that hangs on it, and can be committed anew`,
    async (t) => {
      const { results, history } = make(t)
      history.beginRun(runOf("1"))
      results.commit("1", resultOf("a", "one"), inputs, [{ step: 1, name: "loss", value: 1 }])
      results.forget(key("a"))
      t.equal(results.outputs(key("a")), undefined)
      t.same(results.metrics(key("a")), [])
      t.same(results.commit("1", resultOf("a", "two"), inputs, []), [])
      t.equal(results.outputs(key("a"))!.weights!.digest, digestOf("two"))
    },
  )

  t.test(`${name}: a failing commit leaves nothing behind`, async (t) => {
    const { results, history } = make(t)
    history.beginRun(runOf("1"))
    const broken = [{ step: 1, name: "loss", value: null as unknown as number }]
    t.throws(() => results.commit("1", resultOf("a", "one"), inputs, broken))
    t.equal(results.outputs(key("a")), undefined)
    t.equal(results.latest("train"), undefined)
  })

  t.test(`${name}: a run reads back with its params, commit and end; the newest comes first`, async (t) => {
    const { history } = make(t)
    history.beginRun(runOf("1"))
    history.beginRun(runOf("2", "lenet"))
    history.beginRun({ ...runOf("3"), commit: null, dirty: null })
    const end = {
      finished: "2026-01-01T01:00:00Z",
      outcome: "done",
      results: digestOf("r"),
      folder: "1",
    } as const
    history.endRun("1", end)
    t.match(history.runs("grid", 10), [
      { ...runOf("3"), commit: null, dirty: null, outcome: null, finished: null },
      { ...runOf("1"), ...end },
    ])
    t.same(
      history.runs(undefined, 2).map(({ id }) => id),
      ["3", "2"],
    )
  })

  t.test(`${name}: the last key of a label is that of its last success in that experiment`, async (t) => {
    const { history } = make(t)
    const label = "train@fold=1" as TaskLabel
    const record = (run: string, key: Key | null, status: "ran" | "cached" | "failed"): void => {
      history.recordTasks(run, [{ label, stage: "train", key, status, exact: true }])
    }
    for (const [id, experiment] of [["1"], ["2"], ["3"], ["4", "lenet"]] as const)
      history.beginRun(runOf(id, experiment))
    t.equal(history.lastKey("grid", label), undefined)
    record("1", key("a"), "ran")
    record("2", key("b"), "cached")
    record("3", key("c"), "failed")
    record("4", key("d"), "ran")
    t.equal(history.lastKey("grid", label), key("b"))
    t.equal(history.lastKey("lenet", label), key("d"))
    t.equal(history.keyBefore("grid", label), key("a"))
    t.equal(history.keyBefore("lenet", label), undefined, "each experiment has its own")
    record("2", key("b"), "cached")
    t.equal(history.keyBefore("grid", label), key("a"), "the same again is no other")
    t.match(history.tasks("3"), [{ label, status: "failed" }])
  })

  t.test(
    `${name}: attempts keep their error, where it was and what stands behind it, and their log; durations count successes alone, newest first`,
    async (t) => {
      const { history } = make(t)
      history.beginRun(runOf("1"))
      const attempt = { run: "1", label: "train" as TaskLabel, stage: "train", key: key("a"), host: "here" }
      const at = "lib/rows.ts:12:31"
      const cause = { tag: "NoRows", message: "none", stack: [] }
      const excerpt = { at, text: "  rows.first.length" }
      const error = { tag: "TypeError", message: "no", stack: [at], excerpt, causes: [cause] }
      const started = "2026-01-01T00:00:00Z"
      history.attempt({
        ...attempt,
        started,
        seconds: 9,
        outcome: "failed",
        error,
        log: "logs/run/train.txt",
        accelerator: null,
      })
      history.attempt({
        ...attempt,
        started,
        seconds: 2,
        outcome: "done",
        error: null,
        log: null,
        accelerator: null,
      })
      history.attempt({
        ...attempt,
        started,
        seconds: 3,
        outcome: "done",
        error: null,
        log: null,
        accelerator: null,
      })
      t.match(history.attempts("train" as TaskLabel).at(-1), {
        log: "logs/run/train.txt",
        accelerator: null,
        text: "",
        seconds: 9,
      })
      t.same(history.attempts("train" as TaskLabel).at(-1)!.error, error)
      t.same(
        history.durations("train", 10).map(({ seconds }) => seconds),
        [3, 2],
      )
    },
  )
}

t.test("what was committed is there for the next who opens the ledger, and evidence too", async (t) => {
  const path = join(temporaryFolder(t), "ledger.sqlite")
  const writing = Effect.gen(function* () {
    const history = yield* History
    const results = yield* Results
    history.beginRun(runOf("1"))
    results.commit("1", resultOf("a", "one"), inputs, [])
    results.commit("1", resultOf("a", "two"), inputs, [])
  })
  await Effect.runPromise(Effect.provide(writing, sqliteLedger(path)))
  t.match(services(t, path).results.result(key("a")), resultOf("a", "one"))
  const database = openSqlite(path, { readonly: true })
  t.teardown(() => database.close())
  t.same(database.prepare("SELECT key, name, digest, run FROM evidence").all(), [
    { key: key("a"), name: "weights", digest: digestOf("two"), run: "1" },
  ])
  t.same(database.prepare("SELECT role, name FROM inputs ORDER BY role, name").all(), [
    { role: "cells", name: "a" },
    { role: "cells", name: "b" },
    { role: "train", name: "" },
  ])
  t.equal(database.pragma("user_version"), migrations.length)
})

t.test("a ledger of a newer schema is refused with the remedy, and left as it was", async (t) => {
  const path = join(temporaryFolder(t), "ledger.sqlite")
  const database = openSqlite(path)
  database.pragma(`user_version = ${migrations.length + 1}`)
  database.close()
  const build = Effect.scoped(Layer.build(sqliteLedger(path)))
  t.match(failure(build), { _tag: "LedgerError", message: /newer Refold.*update refold.*--artifacts/ })
  const after = openSqlite(path, { readonly: true })
  t.teardown(() => after.close())
  t.equal(after.pragma("user_version"), migrations.length + 1)
})
