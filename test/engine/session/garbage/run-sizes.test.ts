// What runs take in a store, and what a plan says of sizes.

import { Schema } from "effect"
import * as Context from "effect/Context"
import * as Layer from "effect/Layer"
import t from "tap"
import { keyOf, type TaskLabel } from "../../../../engine/content/digest.ts"
import { atOnce } from "../../../../engine/content/steps.ts"
import { experiment, stage } from "../../../../engine/declare/index.ts"
import { Claims } from "../../../../engine/ledger/claims.ts"
import { History } from "../../../../engine/ledger/history.ts"
import { sqliteLedger } from "../../../../engine/ledger/ledger.ts"
import { Links } from "../../../../engine/ledger/links.ts"
import { Observations } from "../../../../engine/ledger/observations.ts"
import { Results } from "../../../../engine/ledger/results.ts"
import { plannedBytes } from "../../../../engine/run/preview/expected-bytes.ts"
import { storeSizes } from "../../../../engine/session/garbage/run-sizes.ts"
import { memoryStore } from "../../../../engine/store/memory-store.ts"
import { Store } from "../../../../engine/store/store.ts"
import { open } from "../../../../engine/testing/layers.ts"
import { memoryPlace } from "../../../../engine/testing/memory-place.ts"

t.test("a run reaches what its results name, and alone what no other run's do", async (t) => {
  const services = open(t, Layer.merge(Layer.fresh(memoryStore), Layer.fresh(sqliteLedger(":memory:"))))
  const store = Context.get(services, Store)
  const results = Context.get(services, Results)
  const history = Context.get(services, History)
  const known = {
    store,
    results,
    observations: Context.get(services, Observations),
    history,
    links: Context.get(services, Links),
    claims: Context.get(services, Claims),
  }
  const about = { experiment: "e", started: "2026-01-01", params: {}, commit: null, dirty: null, host: "h" }
  const make = (name: string, size: number): void => {
    const outputs = { out: { kind: "text", ...store.put(new TextEncoder().encode(name.repeat(size))) } }
    const result = { stage: "s", fingerprint: "[]", sources: {}, seconds: 1, states: null }
    results.commit("one", { key: keyOf(name), ...result, outputs }, {}, [])
  }
  make("a", 100)
  make("b", 10)
  make("c", 1)
  for (const [run, names] of Object.entries({ one: ["a", "b"], two: ["b", "c"], none: [] })) {
    history.beginRun({ ...about, id: run, numerics: null })
    const task = { stage: "s", status: "ran", exact: true } as const
    history.recordTasks(
      run,
      names.map((name) => ({ ...task, label: name as TaskLabel, key: keyOf(name) })),
    )
  }
  store.put(new Uint8Array(1000))
  const { takes, artifacts, runs } = atOnce(storeSizes(known))
  t.same([takes, artifacts], [1111, 4])
  t.same(Object.fromEntries(runs), {
    one: { reaches: 110, alone: 100 },
    two: { reaches: 11, alone: 1 },
    none: { reaches: 0, alone: 0 },
  })
})

t.test(
  "a plan says what its cached results take, and what it would write from what was written before",
  async (t) => {
    const text = stage("text", {
      params: Schema.Struct({ size: Schema.Number }),
      inputs: {},
      outputs: { out: "text" },
      inProcess: true,
      run: ({ params }) => ({ out: "x".repeat(params.size) }),
    })
    const sizes = (...all: ReadonlyArray<number>) =>
      experiment("texts", {}, () =>
        Object.fromEntries(all.map((size) => [`x${size}`, text({ size }, {}, { size }).out])),
      )
    const place = memoryPlace(t)
    const bytes = async (...all: ReadonlyArray<number>) =>
      plannedBytes(await place.preview(sizes(...all)), place.history, place.store)
    t.same(await bytes(100), { cached: 0, least: null, most: null }, "nobody knows")
    await place.run(sizes(100, 300))
    t.same(await bytes(100, 300), { cached: 400, least: 0, most: 0 })
    t.same(
      await bytes(100, 500),
      { cached: 100, least: 200, most: 200 },
      "as much as its stage on the average",
    )
  },
)

t.test("what a folder holds counts, and each of its files once, in runs and in plans", async (t) => {
  const fill = stage("fill", {
    params: Schema.Struct({ letters: Schema.Array(Schema.String) }),
    inputs: {},
    outputs: { one: "folder", two: "folder:txt" },
    inProcess: true,
    run: ({ params }) => {
      const named = params.letters.map(
        (letter) => [letter, new TextEncoder().encode(letter.repeat(1000))] as const,
      )
      return { one: new Map(named), two: new Map([...named, ["again", named[0]![1]]]) }
    },
  })
  const filled = (...letters: ReadonlyArray<string>) =>
    experiment("folders", {}, () => fill({ letters }, {}, { first: letters[0]! }))
  const place = memoryPlace(t)
  const { summary } = await place.run(filled("a", "b"))
  const lists = [...summary.tasks.values()]
    .flatMap(({ outputs }) => Object.values(outputs))
    .reduce((sum, { size }) => sum + size, 0)
  const planned = async (...letters: ReadonlyArray<string>) =>
    plannedBytes(await place.preview(filled(...letters)), place.history, place.store)
  t.same(await planned("a", "b"), { cached: 2000 + lists, least: 0, most: 0 })
  t.same(await planned("a", "c"), { cached: 0, least: 2000 + lists, most: 2000 + lists })
})
