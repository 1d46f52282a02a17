// What goes for a bound: what only recent runs reach, dearest to keep and cheapest to make again first.
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as fc from "fast-check"
import t, { type Test } from "tap"
import { type Digest, digestOf, type Key, keyOf, type TaskLabel } from "../../../../engine/content/digest.ts"
import { atOnce } from "../../../../engine/content/steps.ts"
import { Claims } from "../../../../engine/ledger/claims.ts"
import { History } from "../../../../engine/ledger/history.ts"
import { sqliteLedger } from "../../../../engine/ledger/ledger.ts"
import { Links } from "../../../../engine/ledger/links.ts"
import { Observations } from "../../../../engine/ledger/observations.ts"
import type { LinkRecord } from "../../../../engine/ledger/records.ts"
import { Results } from "../../../../engine/ledger/results.ts"
import type { Lock } from "../../../../engine/lock/lock-file.ts"
import { collectGarbage } from "../../../../engine/session/garbage/collect.ts"
import { type GcOptions, garbageIn } from "../../../../engine/session/garbage/decide.ts"
import { memoryStore } from "../../../../engine/store/memory-store.ts"
import { Store } from "../../../../engine/store/store.ts"
import { open } from "../../../../engine/testing/layers.ts"
import { count } from "../../../counts.ts"

/** A store whose objects are texts of so many letters, and a run that keeps all that is made in it. */
function storeOf(t: Test) {
  const services = open(t, Layer.merge(Layer.fresh(memoryStore), Layer.fresh(sqliteLedger(":memory:"))))
  const [store, results, links] = [Store, Results, Links].map((tag) =>
    Context.get(services, tag as never),
  ) as [Store["Type"], Results["Type"], Links["Type"]]
  const history = Context.get(services, History)
  const about = { params: {}, commit: null, dirty: null, host: "here", numerics: null }
  for (const id of ["last", "before"])
    history.beginRun({ ...about, id, experiment: id, started: "2026-01-01" })
  const end = { finished: "2026-01-01", results: null, folder: null }
  history.endRun("last", { ...end, outcome: "done" })
  history.endRun("before", { ...end, outcome: "interrupted" })
  const put = (name: string, size: number): { digest: Digest; size: number } =>
    store.put(new TextEncoder().encode(name.padEnd(size, ".")))
  const result = (
    name: string,
    seconds: number,
    outputs: Readonly<Record<string, number>>,
    states: ReadonlyArray<Digest> = [],
  ): Key => {
    const key = keyOf(name)
    const records = Object.fromEntries(
      Object.entries(outputs).map(([output, size]) => [output, { kind: "value", ...put(output, size) }]),
    )
    const about = { fingerprint: "[]", sources: {}, seconds, states: states.length === 0 ? null : states }
    results.commit("last", { key, stage: "work", outputs: records, ...about }, {}, [])
    history.recordTasks("last", [
      { label: name as TaskLabel, stage: "work", key, status: "ran", exact: true },
    ])
    return key
  }
  const link = (name: string, n: number, size: number, seconds: number, run = "last"): Digest => {
    const state = put(`${name} ${n}`, size)
    const record = {
      key: keyOf(`${name} ${n}`),
      stage: "work",
      n,
      state: state.digest,
      size,
      isRecord: false,
    }
    links.commit({ ...record, metrics: {}, seconds } as LinkRecord, run)
    return state.digest
  }
  const observations = Context.get(services, Observations)
  const known = { store, results, observations, links, history, claims: Context.get(services, Claims) }
  const options: GcOptions = { artifacts: "none", locks: [], keepRuns: 1, pins: [], withoutHistory: false }
  const gone = (keep: number, more: Partial<GcOptions> = {}) => {
    const { items, ...rest } = atOnce(garbageIn(known, { ...options, ...more, keep })).garbage
    return { ...rest, items, names: items.map(({ digest }) => nameOf(digest!)) }
  }
  const nameOf = (digest: Digest): string => new TextDecoder().decode(store.read(digest)).replace(/\.+$/, "")
  return { services, store, results, observations, history, options, put, result, link, gone, nameOf }
}

t.test(
  "what takes most for each second that it takes to make again goes first, until the rest fits",
  async (t) => {
    const { result, gone } = storeOf(t)
    result("dear", 100, { dear: 300 })
    result("cheap", 1, { cheap: 100 })
    result("large", 10, { large: 500 })
    t.same(gone(900).names, [], "there is room for all")
    t.same(gone(899).names, ["cheap"])
    t.same(gone(800).names, ["cheap"])
    t.same(gone(799).names, ["cheap", "large"])
    t.same(gone(0).names, ["cheap", "large", "dear"])
    t.match(gone(799), {
      takes: 900,
      items: [
        { why: "bound", seconds: 1 },
        { why: "bound", seconds: 10 },
      ],
    })
  },
)

t.test("what was observed stays, whatever the bound, set aside or replaced too; erased it may go", (t) => {
  const { observations, put, result, gone } = storeOf(t)
  const key = keyOf("asked")
  for (const [name, at] of [
    ["first", "2020-01-01T00:00:00.000Z"],
    ["second", "2020-01-02T00:00:00.000Z"],
  ] as const)
    observations.add(key, {
      at,
      code: digestOf("code"),
      outputs: { out: { kind: "value", ...put(name, 100) } },
    })
  result("computed", 1, { computed: 100 })
  for (const keepRuns of [0, 1]) t.same(gone(0, { keepRuns }).names, ["computed"])
  t.equal(gone(0).holding.observed, 200)
  t.equal(observations.forget(key), 2)
  t.same(gone(0, { keepRuns: 0, withoutHistory: true }).names, ["computed"])
  observations.erase(key)
  t.same([...gone(0).names].sort(), ["computed", "first", "second"])
  t.end()
})

t.test(
  "a result goes as a whole, without what another shares, which goes with the last of them",
  async (t) => {
    const { result, gone } = storeOf(t)
    result("one", 1, { a: 100, shared: 1000, b: 100 })
    result("two", 50, { c: 100, shared: 1000 })
    t.same(gone(1299).names.sort(), ["a", "b"])
    t.same(gone(1099).names.sort(), ["a", "b", "c", "shared"])
    t.equal(gone(1099).items.filter(({ why }) => why === "bound").length, 4)
  },
)

t.test(
  "what locks, pins and running pipelines reach stays however much it takes, and it is said what holds it",
  async (t) => {
    const { services, history, result, gone } = storeOf(t)
    const locked = result("locked", 1, { locked: 1000 })
    result("free", 1, { free: 10 })
    const lock = {
      tasks: { locked: { key: locked, outputs: {} } },
      groups: {},
      locked: {},
    } as unknown as Lock
    t.match(gone(0, { locks: [lock] }), { names: ["free"], holding: { locks: 1000, pins: 0, running: 0 } })
    t.match(gone(0, { pins: ["last"] }), { names: [], holding: { locks: 0, pins: 1010 } })
    history.beginRun({
      ...{ id: "going", experiment: "e", started: "2026-01-02", params: {} },
      ...{ commit: null, dirty: null, host: "here", numerics: null },
    })
    Context.get(services, Claims).enter("going")
    history.recordTasks("going", [
      { label: "free" as TaskLabel, stage: "work", key: keyOf("free"), status: "cached", exact: true },
    ])
    t.match(gone(0), { names: ["locked"], holding: { running: 10 } })
  },
)

t.test(
  "a state is as dear as the links from the nearest that stays; one whose links nobody knows goes last",
  async (t) => {
    const { result, link, gone } = storeOf(t)
    const states = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((n) => link("chain", n, n % 5 === 0 ? 100 : 1, 10))
    result("done", 1, { end: 1 }, states)
    result("other", 75, { other: 100 })
    // The fifth and the tenth take 50 s each, and the tenth 100 s once the fifth is gone; the output between them 75.
    const lasting = (keep: number) => gone(keep).names.filter((name) => !/ [1-46-9]$/.test(name))
    const fifths = ["chain 5", "chain 10"]
    const [first] = lasting(300)
    t.ok(fifths.includes(first!) || first === "end")
    const order = lasting(0).filter((name) => name !== "end")
    t.ok(fifths.includes(order[0]!))
    t.equal(order[1], order[0] === "chain 5" ? "other" : "chain 5")
  },
)

t.test("of an interrupted chain the last state stays as long as anything else can go", async (t) => {
  const { result, link, gone } = storeOf(t)
  for (const n of [1, 2, 3]) link("cut", n, 1000, 0.001, "before")
  result("dear", 1e6, { dear: 4 })
  t.same(gone(1004).names.sort(), ["cut 1", "cut 2"])
  t.same(gone(1003).names.sort(), ["cut 1", "cut 2", "dear"])
  t.same(gone(999).names.at(-1), "cut 3")
})

t.test("whatever is shared, what is left fits or cannot go, and no result is left in part", async (t) => {
  const name = fc.integer({ min: 0, max: 9 })
  const made = fc.record({
    seconds: fc.nat(3),
    outputs: fc.uniqueArray(name, { minLength: 1, maxLength: 4 }),
    isLocked: fc.boolean(),
  })
  const property = fc.asyncProperty(
    fc.array(made, { minLength: 1, maxLength: 8 }),
    fc.nat(60),
    async (all, keep) => {
      const { results, result, gone, options, services, store } = storeOf(t)
      const keys = all.map(({ seconds, outputs }, i) =>
        result(`r${i}`, seconds, Object.fromEntries(outputs.map((each) => [`o${each}`, each + 2]))),
      )
      const locked = keys.filter((_, i) => all[i]!.isLocked)
      const lock = {
        tasks: Object.fromEntries(locked.map((key) => [key, { key, outputs: {} }])),
        groups: {},
        locked: {},
      } as unknown as Lock
      const held = new Set(
        locked.flatMap((key) => Object.values(results.outputs(key)!).map(({ digest }) => digest)),
      )
      const found = gone(keep, { locks: [lock] })
      t.same(gone(keep, { locks: [lock] }).names, found.names, "the same each time")
      const left = found.takes - found.items.reduce((sum, { bytes }) => sum + bytes, 0)
      const wanted = new Set(found.items.map(({ digest }) => digest!))
      t.ok(![...wanted].some((digest) => held.has(digest)))
      if (left > keep) t.equal(left, found.holding.locks)
      await Effect.runPromise(Effect.provide(collectGarbage({ ...options, locks: [lock], keep }), services))
      for (const key of keys) {
        const outputs = results.outputs(key)
        if (outputs === undefined) continue
        for (const { digest, size } of Object.values(outputs))
          t.ok(store.has(digest, size), "a result has its bytes")
      }
      const named = new Set(
        keys.flatMap((key) => Object.values(results.outputs(key) ?? {}).map(({ digest }) => digest)),
      )
      for (const digest of wanted) t.notOk(named.has(digest), "what went is no result")
    },
  )
  await fc.assert(property, { numRuns: count(25, 500) })
})
