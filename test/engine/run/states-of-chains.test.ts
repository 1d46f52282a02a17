// Which states of a chain are in the store, while it runs, when it has ended, and what is made again when one is wanted that is not.
import { mkdirSync, rmSync } from "node:fs"
import * as Context from "effect/Context"
import fc from "fast-check"
import t from "tap"
import { Links } from "../../../engine/ledger/links.ts"
import { Results } from "../../../engine/ledger/results.ts"
import { Store, StoreError } from "../../../engine/store/store.ts"
import type { Teardown } from "../../../engine/testing/temporary-folder.ts"
import { count } from "../../counts.ts"
import { chainPlace, type Wanted } from "../support/memory-chain.ts"

const range = (from: number, to: number): ReadonlyArray<number> =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i)

t.test(
  "while a chain runs its first state, its last, its latest record and each fifth have their bytes, no other",
  async (t) => {
    const seen: Array<ReadonlyArray<number>> = []
    const chain = chainPlace(t, {
      isRecord: (n) => n === 2 || n === 7,
      during: (n) => seen.push(chain.there(n)),
    })
    await chain.grow({ length: 12 })
    t.same(seen, [
      [],
      [1],
      [1, 2],
      [1, 2, 3],
      [1, 2, 4],
      [1, 2, 5],
      [1, 2, 5, 6],
      [1, 5, 7],
      [1, 5, 7, 8],
      [1, 5, 7, 9],
      [1, 5, 7, 10],
      [1, 5, 7, 10, 11],
    ])
  },
)

t.test("nothing goes before the commit of what it goes for", async (t) => {
  const chain = chainPlace(t, {
    change: (services) => {
      const links = Context.get(services, Links)
      const commit: typeof links.commit = (link, run) => {
        if (link.n >= 4) throw new StoreError("not now")
        return links.commit(link, run)
      }
      return Context.add(services, Links, { ...links, commit })
    },
  })
  t.equal((await chain.grow({ length: 6 })).status, "failed")
  t.same(chain.there(3), [1, 3])
})

t.test(
  "when a task has finished the first, the last, the chosen and each fifth stay, whoever ends the chain next",
  async (t) => {
    const chain = chainPlace(t, { isRecord: (n) => n === 11 })
    await chain.grow({ length: 12, asks: [3] })
    t.same(chain.there(12), [1, 3, 5, 10, 12], "a record that nobody asked for is not among them")
    const other = await chain.grow({ length: 8, asks: [7] })
    t.same(chain.there(12), [1, 3, 5, 7, 8, 10, 12], "what another end chose is there too")
    t.equal(other.remade, 3)
    const longer = await chain.grow({ length: 14 })
    t.same(longer.told.slice(-2), ["13 ran", "14 ran"])
    t.equal(longer.remade, 0)
    t.same(chain.there(14), [1, 3, 5, 7, 8, 10, 12, 14])
  },
)

t.test("nothing goes before the commit of the result, and the chosen are marked with it", async (t) => {
  let fails = true
  const chosen = (): number => links.page().filter(({ chosen }) => chosen).length
  let links!: Links["Type"]
  const chain = chainPlace(t, {
    change: (services) => {
      links = Context.get(services, Links)
      const results = Context.get(services, Results)
      const commit: typeof results.commit = (...given) => {
        if (fails) throw new StoreError("not now")
        return results.commit(...given)
      }
      return Context.add(services, Results, { ...results, commit })
    },
  })
  t.equal((await chain.grow({ length: 7, asks: [3] })).status, "failed")
  t.same(chain.there(7), [1, 2, 3, 5, 7], "with those that were made again for the end")
  t.equal(chosen(), 0)
  fails = false
  const next = await chain.grow({ length: 7, asks: [3] })
  t.equal(next.status, "ran")
  t.equal(next.remade, 0)
  t.same(chain.there(7), [1, 3, 5, 7])
  t.equal(chosen(), 2, "the third and the last")
})

t.test("a state that cannot be removed fails nothing, and goes with the next end of its chain", async (t) => {
  let fails = true
  const chain = chainPlace(t, {
    change: (services) => {
      const store = Context.get(services, Store)
      const remove = (...given: Parameters<typeof store.remove>): void => {
        if (fails) throw new StoreError("it is open")
        store.remove(...given)
      }
      return Context.add(services, Store, { ...store, path: store.path, remove })
    },
  })
  t.equal((await chain.grow({ length: 7 })).status, "ran")
  t.same(chain.there(7), range(1, 7))
  fails = false
  await chain.grow({ length: 6 })
  t.same(chain.there(7), [1, 5, 6, 7])
})

t.test(
  "a state whose bytes are an output of anything, or another chain's chosen one, is not removed",
  async (t) => {
    const chain = chainPlace(t, { states: 1 })
    await chain.grow({ length: 9 })
    t.same(chain.there(9), range(1, 9), "all states are one object")
    const pair = chainPlace(t, { states: 3 })
    for (const [i, length] of [17, 12, 17].entries()) await pair.grow({ seed: i % 2, length })
    for (const seed of [0, 1])
      t.ok(
        range(1, 2).every((fifth) => pair.there(12, seed).includes(5 * fifth)),
        `fifths of ${seed}`,
      )

    const beside = chainPlace(t)
    const { digest, size } = beside.place.store.put(beside.bytes(3))
    const other = {
      key: digest as never,
      stage: "other",
      fingerprint: "[]",
      sources: {},
      seconds: 1,
      states: null,
    }
    beside.place.results.commit("1", { ...other, outputs: { out: { kind: "text", digest, size } } }, {}, [])
    await beside.grow({ length: 9 })
    t.same(beside.there(9), [1, 3, 5, 9])
  },
)

t.test(
  "a state that vanishes, or cannot be read, once a worker was told where it lies is made again",
  async (t) => {
    for (const spoil of [() => {}, (path: string) => mkdirSync(path)]) {
      let isTold = false
      const chain = chainPlace(t, {
        before: () => {
          if (!isTold) return
          isTold = false
          const path = chain.place.store.path(chain.digests(8)[7]!)
          rmSync(path)
          spoil(path)
        },
      })
      const first = await chain.grow({ length: 8 })
      isTold = true
      const second = await chain.grow({ length: 9 })
      t.equal(second.status, "ran")
      t.same(second.told, [
        ...range(1, 8).map((n) => `${n} cached`),
        "6 remade",
        "7 remade",
        "8 remade",
        "9 ran",
      ])
      t.same(second.states.slice(0, 8), first.states)
    }
  },
)

const wanted = fc.record({
  seed: fc.nat(1),
  length: fc.integer({ min: 1, max: 16 }),
  asks: fc.array(fc.integer({ min: 1, max: 16 }), { maxLength: 3 }),
})
const step = fc.record({
  wanted,
  /** States that are lost before it. */
  lost: fc.oneof(fc.constant([]), fc.array(fc.integer({ min: 1, max: 16 }), { maxLength: 6 })),
})

t.test(
  "whatever ends a chain has, and whatever states it loses, it gives what it gives at once",
  async () => {
    const states = fc.constantFrom(2 ** 40, 5)
    const one = async (
      steps: ReadonlyArray<{ wanted: Wanted; lost: ReadonlyArray<number> }>,
      states: number,
    ) => {
      await closing(async (own) => {
        const chain = chainPlace(own, { states, isRecord: (n) => n % 4 === 3 })
        const longest = [0, 0]
        let isWhole = true
        for (const { wanted, lost } of steps) {
          const { seed = 0, length, asks = [] } = wanted
          for (const n of lost) chain.lose(n, seed)
          isWhole &&= lost.length === 0
          const grown = await chain.grow(wanted)
          const fresh = await closing((own) => chainPlace(own, { states }).grow(wanted))
          same(grown.output, fresh.output)
          if (grown.status === "cached") continue
          same(grown.states, fresh.states)
          const ran = grown.told.filter((each) => each.endsWith("ran"))
          same(
            ran,
            range(longest[seed]! + 1, length).map((n) => `${n} ran`),
            "no link runs twice",
          )
          longest[seed] = Math.max(longest[seed]!, length)
          const most = 4 * new Set([...asks, length]).size + (states > 5 ? 0 : 4)
          if (isWhole && grown.remade > most) throw new Error(`${grown.remade} made again`)
          const stay = new Set([...asks.filter((n) => n <= length), length])
          if (isWhole)
            for (const n of [
              longest[seed]!,
              ...range(1, longest[seed]!).filter((n) => n === 1 || n % 5 === 0),
            ])
              stay.add(n)
          const there = new Set(chain.there(longest[seed]!, seed))
          for (const n of stay) if (!there.has(n)) throw new Error(`${n} is not there`)
        }
      })
    }
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 5 }), states, one), {
      numRuns: count(3, 600, 60),
    })
  },
)

function same(found: unknown, expected: unknown, why = "other digests"): void {
  if (JSON.stringify(found) !== JSON.stringify(expected))
    throw new Error(`${why}: ${JSON.stringify(found)} for ${JSON.stringify(expected)}`)
}

async function closing<A>(use: (own: Teardown) => Promise<A>): Promise<A> {
  const ends: Array<() => unknown> = []
  try {
    return await use({ teardown: (close) => ends.push(close) })
  } finally {
    for (const end of ends.reverse()) await end()
  }
}
