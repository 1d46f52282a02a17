// Links whose commits fail: tried again from the first that is missing, never lost with those after it, never out of order.
import { renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import fc from "fast-check"
import t from "tap"
import { digestOf } from "../../../engine/content/digest.ts"
import { pages } from "../../../engine/content/steps.ts"
import { experiment, stage } from "../../../engine/declare/index.ts"
import { Links } from "../../../engine/ledger/links.ts"
import { LedgerError } from "../../../engine/ledger/records.ts"
import { ChainLinks } from "../../../engine/run/links/chain-links.ts"
import { LinkKeeping } from "../../../engine/run/links/link-keeping.ts"
import { fileStore } from "../../../engine/store/file-store.ts"
import { Store, StoreError } from "../../../engine/store/store.ts"
import { type MemoryPlace, memoryPlace } from "../../../engine/testing/memory-place.ts"
import { type Teardown, temporaryFolder } from "../../../engine/testing/temporary-folder.ts"
import { linkFileName, type ResultFile } from "../../../engine/worker/protocol.ts"
import { count } from "../../counts.ts"

const length = 12

/** A chain of hashes that lists the links that it walks. */
function hashes(walked: Array<number>) {
  const grow = stage("grow", {
    params: Schema.Struct({ length: Schema.Int }),
    inputs: {},
    outputs: { last: "text" },
    chain: {
      finishing: ["length"],
      length: ({ length }) => length,
      stops: () => false,
      isRecord: () => false,
      start: () => ({ hash: "" }),
      advance: async (state, n) => {
        walked.push(n)
        state.hash = digestOf(`${state.hash} ${n}`)
        return { n }
      },
      save: ({ hash }) => new TextEncoder().encode(hash),
      restore: (state, saved) => {
        state.hash = new TextDecoder().decode(saved)
      },
      finish: async (_, { metrics, state }) => ({
        last: new TextDecoder().decode(await state(metrics.length)),
      }),
    },
  })
  return experiment("hashes", {}, () => grow({ length }).last)
}

/** What is to become of the next calls of a service: done, failed before, or failed after it was done. */
type Fate = "done" | "before" | "after"

function faulty<A extends ReadonlyArray<never>, R>(act: (...given: A) => R, fates: () => Fate) {
  return (...given: A): R => {
    const fate = fates()
    if (fate === "before") throw new StoreError("not now")
    const done = act(...given)
    if (fate === "after") throw new StoreError("not now, though it is done")
    return done
  }
}

/** A place whose moves of states and commits of links end as `fates` says, and how many links its ledger knows. */
function unreliable(t: Teardown, fates: () => Fate): { place: MemoryPlace; known: () => number } {
  let known = () => 0
  const place = memoryPlace(t, {
    store: fileStore(temporaryFolder(t)),
    change: (services) => {
      const store = Context.get(services, Store)
      const links = Context.get(services, Links)
      known = () => [...pages(links.page)].flat().length
      return services.pipe(
        Context.add(Store, {
          ...store,
          adopt: faulty(store.adopt as never, fates) as never,
          path: store.path,
        }),
        Context.add(Links, { ...links, commit: faulty(links.commit as never, fates) as never }),
      )
    },
  })
  return { place, known: () => known() }
}

t.test(
  "whatever commits of links fail, runs that go on keep each link once, with the digests of an undisturbed run",
  async (t) => {
    const undisturbed = await memoryPlace(t, { store: fileStore(temporaryFolder(t)) }).run(hashes([]))
    const expected = undisturbed.recorder.of("link-finished").map(({ state }) => state)
    const seen = { failed: 0, healed: 0 }
    const one = async (drawn: ReadonlyArray<Fate>) => {
      const closing: Array<() => unknown> = []
      const own: Teardown = { teardown: (close) => closing.push(close) }
      let drawing = 0
      const { place, known } = unreliable(own, () => drawn[drawing++] ?? "done")
      for (let runs = 1; ; runs++) {
        const walked: Array<number> = []
        const before = known()
        const { recorder } = await place.run(hashes(walked))
        const told = recorder.of("link-finished")
        t.same(
          walked,
          range(before + 1, length),
          "what had been committed is not walked again, the rest once",
        )
        t.same(
          told.map(({ index }) => index),
          range(1, told.length),
          "in order, without a gap",
        )
        t.same(
          told.map(({ state }) => state),
          expected.slice(0, told.length),
        )
        if (recorder.tasks.grow === "ran") {
          t.equal(known(), length)
          if (runs > 1) seen.failed++
          else if (drawn.some((fate) => fate !== "done")) seen.healed++
          break
        }
        const { error } = recorder.of("task-finished")[0]!
        t.match(error, { tag: /LinkNotKept|StoreError/, message: /not now/ })
      }
      for (const close of closing.reverse()) await close()
    }
    const fates = fc.array(fc.constantFrom<Fate>("done", "done", "before", "after"), { maxLength: 60 })
    const worst = Array.from({ length: 60 }, (_, i): Fate => (i % 2 === 0 ? "before" : "after"))
    const healed: ReadonlyArray<Fate> = ["done", "done", "before", "done", "after", "after"]
    const examples: Array<[Array<Fate>]> = [[worst], [[...healed]]]
    await fc.assert(fc.asyncProperty(fates, one), { numRuns: count(12, 500), examples })
    t.ok(seen.failed > 0 && seen.healed > 0, "the failures drawn had something to show")
  },
)

function range(from: number, to: number): ReadonlyArray<number> {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i)
}

t.test(
  "a link that could not be committed is, with the next; later ones wait for it, and a lost nudge costs nothing",
  async (t) => {
    const { kept, links } = folder()
    const keeping = new LinkKeeping(links, "round")
    const done: ResultFile = { status: "done", outputs: {}, progress: [], seconds: 0 }
    const working = Effect.sync(() => {
      links.failing = new Error("not now")
      for (const n of [1, 2, 3]) links.made(n, keeping)
      t.same(kept, [], "none before the first that is missing")
      links.failing = undefined
      links.made(5, keeping) // nobody told of the fourth
      t.same(kept, [1, 2, 3, 4, 5])
      links.last = 7
      return done
    })
    t.equal(await Effect.runPromise(keeping.whileKept(working)), done)
    t.same(kept, [1, 2, 3, 4, 5, 6, 7], "at the end the rest")
  },
)

t.test(
  "a worker is stopped once nothing can take its links any more, after a bounded number of tries",
  async (t) => {
    const tries = async (failure: Error): Promise<number> => {
      const { kept, links } = folder()
      links.made(1, new LinkKeeping(links, "round"))
      const keeping = new LinkKeeping(links, "round")
      links.failing = failure
      const fiber = Effect.runFork(keeping.whileKept(Effect.never))
      let made = 1
      for (; fiber.unsafePoll() === null && made < 200; made++) {
        links.made(made + 1, keeping)
        await new Promise((next) => setImmediate(next))
        if (links.tried > made + 1) break // it has stopped, and tries for the last time
      }
      const exit = await Effect.runPromise(Fiber.await(fiber))
      t.match(Exit.isSuccess(exit) && exit.value, {
        status: "failed",
        error: {
          tag: "LinkNotKept",
          message: `round 2 could not be kept; what is before it is (${failure.message})`,
        },
      })
      t.same(kept, [1])
      return made
    }
    const full = Object.assign(new Error("no space left on device"), { code: "ENOSPC" })
    t.ok(
      (await tries(new StoreError("it cannot be moved", { cause: full }))) <= 5,
      "a full disk is no matter of luck",
    )
    t.ok((await tries(new LedgerError("the disk is full", "disk"))) <= 5)
    t.ok((await tries(new LedgerError("it is damaged", "damaged"))) <= 5)
    t.ok((await tries(new Error("it was busy"))) <= 60, "what may pass is tried longer, not for ever")
  },
)

/** Links that lie in a folder, committed in order as long as nothing is failing. */
function folder() {
  const kept: Array<number> = []
  const links = {
    failing: undefined as Error | undefined,
    last: 0,
    tried: 0,
    get next() {
      return kept.length + 1
    },
    commitFrom() {
      links.tried++
      while (links.next <= links.last) {
        if (links.failing !== undefined) throw links.failing
        kept.push(links.next)
      }
    },
    commitRest() {
      links.commitFrom()
    },
    /** The link is done and told of. */
    made(n: number, keeping: LinkKeeping) {
      links.last = n
      keeping.take(n)
    },
  }
  return { kept, links }
}

t.test("a link that is done again is told before those after it, however fast the worker goes on", (t) => {
  const folder = temporaryFolder(t)
  const leave = (n: number): void => {
    const bytes = Buffer.from(`state ${n}`)
    writeFileSync(join(folder, `state-${n}`), bytes)
    const state = { kind: "state", digest: digestOf(bytes), size: bytes.length, file: `state-${n}` }
    writeFileSync(
      join(folder, linkFileName(n)),
      JSON.stringify({ n, metrics: {}, isRecord: false, seconds: 0, state }),
    )
  }
  const known = [1, 2, 3, 4].map((n) => ({
    n,
    state: digestOf(`state ${n}`),
    size: 7,
    metrics: {},
    seconds: 0,
  }))
  const told: Array<number> = []
  let asked = 0
  const links = new ChainLinks(
    {
      store: {
        has: () => false,
        adopt: (from: string) => {
          renameSync(from, `${from}.adopted`)
          if (from.endsWith("3")) for (const n of [4, 5, 6]) leave(n) // meanwhile, in the worker
        },
        remove: () => {},
      },
      links: { link: () => known[asked++], commit: () => true },
      emit: ({ index }: { readonly index: number }) => told.push(index),
    } as never,
    {
      run: "run",
      task: { label: "grow", stage: "grow", node: { stage: { definition: {} } } },
      resolution: {
        key: "key",
        inputs: {},
        fingerprint: { stage: "grow", code: "", packages: {}, params: {}, inputs: {}, numerics: null },
      },
      chain: { finishing: [] },
      folder,
      again: undefined,
    } as never,
  )
  leave(3)
  links.commitFrom(3)
  links.commitRest()
  t.same(told, [3, 4, 5, 6])
  t.end()
})
