// Garbage collection: finds what the store can let go, and lets it go under the ledger's lock. What can go is decided elsewhere.
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { Claims } from "../../ledger/claims.ts"
import { History } from "../../ledger/history.ts"
import { Links } from "../../ledger/links.ts"
import { Observations } from "../../ledger/observations.ts"
import { Results } from "../../ledger/results.ts"
import { Transactions } from "../../ledger/transactions.ts"
import { Store } from "../../store/store.ts"
import { expected, expectedInTurns } from "../expected.ts"
import type { Item } from "../own-folders.ts"
import { Changes } from "./changes.ts"
import { type Decided, type Garbage, type GcOptions, garbageIn } from "./decide.ts"
import { bytesOf } from "./groups.ts"
import type { Known } from "./survey.ts"

interface Services extends Known {
  readonly transactions: Transactions["Type"]
}

/** What a store and its ledger say of what is kept. */
export const ledgerAndStore = Effect.gen(function* () {
  const found: Services = {
    store: yield* Store,
    results: yield* Results,
    observations: yield* Observations,
    links: yield* Links,
    history: yield* History,
    claims: yield* Claims,
    transactions: yield* Transactions,
  }
  return found
})

/** What could go now; nothing is changed. */
export const findGarbage = (options: GcOptions) =>
  Effect.flatMap(ledgerAndStore, (given) =>
    Effect.map(
      expectedInTurns(() => garbageIn(given, options)),
      ({ garbage }) => garbage,
    ),
  )

/** How long the ledger is held at once, in milliseconds: a signal is to be heard soon, and others wait. */
const turn = 100
/** Between two turns others find it free; who waits looks again each tenth of a second, for 20 s. */
const pause = Duration.millis(30)

/** What went, and the first failure to remove something, after which all else went. */
export interface Collected {
  readonly garbage: Garbage
  readonly failure: Error | undefined
}

/**
 * Lets it go, and says what went. What goes is decided in steps, beside whatever else happens; it goes in short turns under the
 * ledger's lock, in which nobody can start, claim or commit, and each of which first asks what has come to be needed since.
 *
 * @param before what went already, when the ledger could not be told
 */
export const collectAll = Effect.fn("collectAll")(function* (
  options: GcOptions,
  before: ReadonlyArray<Item> = [],
) {
  const given = yield* ledgerAndStore
  const version = yield* expected(() => given.transactions.version())
  const decided = yield* expectedInTurns(() => garbageIn(given, options))
  const removal = new Removal(given, options, decided, version)
  for (;;) {
    const isOver = yield* expected(() => given.transactions.write(() => removal.takeTurn()))
    if (isOver) break
    yield* Effect.sleep(pause)
  }
  if (options.withoutHistory) yield* expected(() => given.history.forgetOrphans())
  const collected: Collected = {
    garbage: {
      ...decided.garbage,
      items: [...before, ...removal.gone],
      takes: decided.garbage.takes + bytesOf(before.filter(({ what }) => what === "object")),
    },
    failure: removal.failure,
  }
  return collected
})

/** The same; fails with the first failure, after all else is gone. */
export const collectGarbage = (options: GcOptions, before: ReadonlyArray<Item> = []) =>
  Effect.flatMap(
    collectAll(options, before),
    ({ garbage, failure }): Effect.Effect<Garbage, Error> =>
      failure === undefined ? Effect.succeed(garbage) : Effect.fail(failure),
  )

/** Removes what was decided, turn by turn; what cannot be removed is not tried again. */
class Removal {
  readonly gone: Array<Item> = []
  failure: Error | undefined
  readonly #given: Services
  readonly #items: ReadonlyArray<Item>
  readonly #changes: Changes
  #isNeeded: (item: Item) => boolean = () => false
  /** Of the ledger, when what goes was decided, or asked for again. */
  #version: number
  #next = 0

  constructor(given: Services, options: GcOptions, decided: Decided, version: number) {
    this.#given = given
    this.#items = decided.garbage.items
    this.#changes = new Changes(given, options, decided)
    this.#version = version
  }

  /** Under the lock. @returns whether all was tried */
  takeTurn(): boolean {
    const began = performance.now()
    const version = this.#given.transactions.version()
    if (version !== this.#version) this.#isNeeded = this.#changes.now()
    this.#version = version
    // As long as asking took, too: else that would be all that a turn does.
    const until = performance.now() + Math.max(turn, performance.now() - began)
    for (; this.#next < this.#items.length; this.#next++) {
      if (performance.now() > until) return false
      const item = this.#items[this.#next]!
      if (!this.#isNeeded(item)) this.#remove(item)
    }
    return true
  }

  /** The ledger after the bytes: a full disk has no room before. A result without its bytes is no hit. */
  #remove(item: Item): void {
    try {
      item.remove()
    } catch (failure) {
      this.failure ??= failure as Error
      return
    }
    this.gone.push(item)
    if (item.digest !== undefined) this.#given.results.forgetOutput(item.digest)
  }
}
