// What happens in a ledger while `gc` is at it: pipelines that begin, go on and end between its looking and its removing.
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import t, { type Test } from "tap"
import { type Digest, digestOf, type Key, keyOf, type TaskLabel } from "../../../../engine/content/digest.ts"
import { Claims } from "../../../../engine/ledger/claims.ts"
import { History } from "../../../../engine/ledger/history.ts"
import { Links } from "../../../../engine/ledger/links.ts"
import { Observations } from "../../../../engine/ledger/observations.ts"
import { Results } from "../../../../engine/ledger/results.ts"
import { collectGarbage } from "../../../../engine/session/garbage/collect.ts"
import { garbageIn } from "../../../../engine/session/garbage/decide.ts"
import { artifactLayer } from "../../../../engine/session/place.ts"
import { Store } from "../../../../engine/store/store.ts"
import { open } from "../../../../engine/testing/layers.ts"
import { temporaryFolder } from "../../../../engine/testing/temporary-folder.ts"

const about = { params: {}, commit: null, dirty: null, host: "here", numerics: null }
const end = { finished: "2026-01-01", outcome: "done", results: null, folder: null } as const

/** A store with a pipeline's own way to its ledger. */
function pipeline(t: Test, artifacts: string) {
  const services = open(t, artifactLayer(artifacts))
  const [store, results] = [Context.get(services, Store), Context.get(services, Results)]
  const [history, claims] = [Context.get(services, History), Context.get(services, Claims)]
  return {
    services,
    history,
    claims,
    store,
    results,
    begin: (id: string) => history.beginRun({ ...about, id, experiment: "e", started: "2026-01-01" }),
    end: (id: string) => history.endRun(id, end),
    uses: (run: string, key: Key) => {
      const label = `task@key=${key}` as TaskLabel
      history.recordTasks(run, [{ label, stage: "s", key, status: "cached", exact: true }])
    },
    commit: (run: string, name: string): { key: Key; digest: Digest } => {
      const { digest, size } = store.put(new TextEncoder().encode(name))
      const key = keyOf(name)
      const outputs = { out: { kind: "value", digest, size } }
      const result = { key, stage: "s", fingerprint: "[]", sources: {}, seconds: 1, states: null, outputs }
      results.commit(run, result, {}, [])
      return { key, digest }
    },
  }
}

/** A store of results that nothing keeps, of an experiment whose runs are long gone. */
function garbage(t: Test, count: number) {
  const artifacts = temporaryFolder(t)
  const own = pipeline(t, artifacts)
  own.begin("20260101-000000-aaaaaa")
  own.end("20260101-000000-aaaaaa")
  const made = Array.from({ length: count }, (_, i) => own.commit("gone", `artifact ${i}`))
  const options = { artifacts, locks: [], keepRuns: 0, pins: [], withoutHistory: false }
  return { artifacts, own, made, options }
}

/** Services whose store does something first each time it is asked so. */
function before(
  services: ReturnType<typeof pipeline>["services"],
  asked: Partial<Record<"list" | "remove", () => void>>,
) {
  const store = Context.get(services, Store)
  return Context.add(services, Store, {
    ...store,
    has: store.has,
    list: () => {
      asked.list?.()
      return store.list()
    },
    remove: (digest) => {
      asked.remove?.()
      store.remove(digest)
    },
  })
}

/** As long as a turn may take: whatever comes next is of another. */
function passTurn(): void {
  for (const until = performance.now() + 110; performance.now() < until; );
}

t.test("what a pipeline that begins while gc decides makes use of stays, and its results too", async (t) => {
  const { artifacts, own, made, options } = garbage(t, 4)
  const other = pipeline(t, artifacts)
  const services = before(own.services, {
    list: () => {
      passTurn() // what was made just before a pipeline may be its own
      other.begin("20260102-000000-bbbbbb")
      other.claims.enter("20260102-000000-bbbbbb")
      other.uses("20260102-000000-bbbbbb", made[1]!.key)
    },
  })
  const { items } = await Effect.runPromise(Effect.provide(collectGarbage(options), services))
  t.same(items.flatMap(({ digest }) => digest ?? []).sort(), [0, 2, 3].map((i) => made[i]!.digest).sort())
  t.ok(own.store.has(made[1]!.digest, 10))
  t.ok(own.results.result(made[1]!.key))
  t.notOk(own.results.result(made[0]!.key), "what went is forgotten as a result")
})

t.test("so does what it uses, makes again or ends with between two turns of the removal", async (t) => {
  const { artifacts, own, made, options } = garbage(t, 8)
  const other = pipeline(t, artifacts)
  const run = "20260102-000000-bbbbbb"
  const left = new Set(made.map(({ digest }) => digest))
  let turns = 0
  /** In the pause after each turn. */
  const meanwhile = (): void => {
    const next = made.filter(({ digest }) => left.has(digest))
    if (turns === 1) {
      other.begin(run)
      other.uses(run, next[0]!.key)
      other.end(run)
    }
  }
  const store = Context.get(own.services, Store)
  const services = Context.add(own.services, Store, {
    ...store,
    has: store.has,
    remove: (digest) => {
      turns++
      left.delete(digest)
      store.remove(digest)
      passTurn()
      setImmediate(meanwhile)
    },
  })
  const kept = { ...options, keepRuns: 1 }
  const { items } = await Effect.runPromise(Effect.provide(collectGarbage(kept), services))
  t.equal(items.length, 7)
  const [stays] = made.filter(({ digest }) => own.store.has(digest, 10))
  t.ok(stays)
  t.match(own.history.tasks(run), [{ key: stays!.key }])
})

t.test("gc looks at the store once, however many turns its removal takes", async (t) => {
  const { own, options } = garbage(t, 6)
  const counts = { list: 0, remove: 0 }
  const services = before(own.services, {
    list: () => void counts.list++,
    remove: () => {
      counts.remove++
      passTurn()
    },
  })
  await Effect.runPromise(Effect.provide(collectGarbage(options), services))
  t.same(counts, { list: 1, remove: 6 })
})

t.test("gc is interrupted between two turns, and what went by then is no result any more", async (t) => {
  const { own, made, options } = garbage(t, 6)
  let removed = 0
  const services = before(own.services, {
    remove: () => {
      removed++
      passTurn()
      setImmediate(() => void Effect.runFork(Fiber.interrupt(fiber)))
    },
  })
  const fiber = Effect.runFork(Effect.provide(collectGarbage(options), services))
  const exit = await Effect.runPromise(Fiber.await(fiber))
  t.equal(exit._tag, "Failure")
  t.equal(removed, 1)
  for (const { key, digest } of made)
    t.equal(own.results.result(key) !== undefined, own.store.has(digest, 10), "a result has its bytes")
})

t.test("between two steps of deciding no more than a page of the ledger is read", async (t) => {
  const { own, options } = garbage(t, 0)
  const outputs = { out: { kind: "value", digest: digestOf("one"), size: 3 } }
  for (let i = 0; i < 2500; i++) {
    const result = { stage: "s", fingerprint: "[]", sources: {}, seconds: 1, states: null, outputs }
    own.results.commit("gone", { key: keyOf(`${i}`), ...result }, {}, [])
  }
  let [inStep, most, all] = [0, 0, 0]
  const page: Results["Type"]["page"] = (after) => {
    const found = own.results.page(after)
    inStep += found.length
    all += found.length
    return found
  }
  const known = {
    store: own.store,
    results: { ...own.results, page },
    links: Context.get(own.services, Links),
    observations: Context.get(own.services, Observations),
    history: own.history,
    claims: own.claims,
  }
  const steps = garbageIn(known, options)
  for (let step = steps.next(); step.done !== true; step = steps.next()) {
    most = Math.max(most, inStep)
    inStep = 0
  }
  t.equal(all, 2500)
  t.ok(most <= 1000, `${most} results in one step`)
})
