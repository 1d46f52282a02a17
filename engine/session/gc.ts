// Garbage collection: finds what the store can let go, and lets it go under the ledger's lock. What can go is decided elsewhere.
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { Claims } from "../ledger/claims.ts"
import { History } from "../ledger/history.ts"
import { Links } from "../ledger/links.ts"
import { Results } from "../ledger/results.ts"
import { Transactions } from "../ledger/transactions.ts"
import { Store } from "../store/store.ts"
import { expected } from "./expected.ts"
import { type Garbage, type GcOptions, garbageIn, type Known } from "./garbage.ts"
import { FileDigests, type Item } from "./own-folders.ts"

interface Services extends Known {
  readonly transactions: Transactions["Type"]
}

const services = Effect.gen(function* () {
  const found: Services = {
    store: yield* Store,
    results: yield* Results,
    links: yield* Links,
    history: yield* History,
    claims: yield* Claims,
    transactions: yield* Transactions,
    digests: new FileDigests(),
    stages: new Map(),
  }
  return found
})

/** What could go now; nothing is changed. */
export const findGarbage = (options: GcOptions) =>
  Effect.flatMap(services, (given) =>
    expected(() => given.transactions.read(() => garbageIn(given, options))),
  )

/** How long others wait for the ledger while something goes, in milliseconds; their patience is 20 s. */
const turn = 2_000
/** Between two turns: who waits looks again each tenth of a second, and must find it free. */
const pause = Duration.millis(300)

/**
 * Lets it go, and says what went. What goes is decided under the ledger's lock, and goes before the lock is given back: nobody can
 * start, claim or commit in between. A large removal takes several turns, each with a decision of its own.
 * Fails with the first failure, after all else is gone.
 *
 * @param before what went already, when the ledger could not be told
 */
export const collectGarbage = Effect.fn("collectGarbage")(function* (
  options: GcOptions,
  before: ReadonlyArray<Item> = [],
) {
  const given = yield* services
  yield* expected(() => given.transactions.read(() => garbageIn(given, options))) // hashes, while nobody has to wait
  const removal = new Removal(before)
  for (;;) {
    const [garbage, isOver] = yield* expected(() =>
      given.transactions.write(() => collected(given, options, removal)),
    )
    if (isOver) {
      if (options.withoutHistory) yield* expected(() => given.history.forgetOrphans())
      if (removal.failure !== undefined) return yield* Effect.fail(removal.failure)
      return { ...garbage, items: removal.gone }
    }
    yield* Effect.sleep(pause)
  }
})

/** One turn. @returns what there was, and whether all of it was tried */
function collected(given: Services, options: GcOptions, removal: Removal): readonly [Garbage, boolean] {
  const found = garbageIn(given, options)
  const [gone, isOver] = removal.take(found.items)
  // After the bytes: a full disk has no room before. A result without its bytes is no hit.
  const digests = new Set(gone.map(({ digest }) => digest))
  for (const { key, outputs } of found.forgettable)
    if (outputs.some((digest) => digests.has(digest))) given.results.forget(key)
  return [found, isOver]
}

/** Removes until its turn is over; what cannot be removed is not tried again. */
class Removal {
  readonly gone: Array<Item>
  readonly #failed = new Set<string>()
  /** How many of those that went have been told of. */
  #told = 0
  failure: Error | undefined

  constructor(before: ReadonlyArray<Item>) {
    this.gone = [...before]
  }

  /** @returns what went since this was last asked, and whether all was tried */
  take(items: ReadonlyArray<Item>): readonly [ReadonlyArray<Item>, boolean] {
    const until = performance.now() + turn
    for (const item of items) {
      if (this.#failed.has(item.path)) continue
      if (performance.now() > until) return [this.#untold(), false]
      try {
        item.remove()
        this.gone.push(item)
      } catch (failure) {
        this.#failed.add(item.path)
        this.failure ??= failure as Error
      }
    }
    return [this.#untold(), true]
  }

  #untold(): ReadonlyArray<Item> {
    const untold = this.gone.slice(this.#told)
    this.#told = this.gone.length
    return untold
  }
}
