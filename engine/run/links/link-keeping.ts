// Keeping the links of a running attempt: one that cannot be committed is tried again with each later one and at the end, and
// a worker whose links nobody can keep is stopped. It knows neither store nor ledger.
import * as Effect from "effect/Effect"
import type { ResultFile } from "../../worker/protocol.ts"
import { takesNoMore } from "../store-failures.ts"
import type { ChainLinks } from "./chain-links.ts"

/** Failed tries in a row after which a worker is stopped: where nothing more can be taken, and where that may pass. */
const hopelessAfter = 3
const failingAfter = 40
/** Tries once the attempt has ended, with a wait in milliseconds between any two. */
const lastTries = 3
const lastWait = 20

type Committing = Pick<ChainLinks, "commitFrom" | "commitRest" | "next">

export class LinkKeeping {
  readonly #links: Committing
  readonly #unit: string
  /** Of the latest try, unless it succeeded. */
  #failure: Error | undefined
  /** How many tries have failed since one succeeded. */
  #failed = 0
  #giveUp = (): void => {}

  /** @param unit what a link is called */
  constructor(links: Committing, unit: string) {
    this.#links = links
    this.#unit = unit
  }

  /** A link was done. */
  take(n: number): void {
    const failure = this.#try(() => this.#links.commitFrom(n))
    if (failure !== undefined && this.#failed >= (takesNoMore(failure) ? hopelessAfter : failingAfter))
      this.#giveUp()
  }

  /** Executes an attempt as long as its links can be kept. One that succeeded fails if some could not be. */
  whileKept(executing: Effect.Effect<ResultFile>): Effect.Effect<ResultFile> {
    const commitRest = (): Error | undefined => this.#try(() => this.#links.commitRest())
    const givenUp = Effect.async<undefined>((resume) => {
      this.#giveUp = () => resume(Effect.succeed(undefined))
    })
    return Effect.gen(this, function* () {
      const executed = yield* Effect.raceFirst(executing, givenUp)
      let failure = this.#failure
      for (let tries = 1; commitRest() !== undefined && tries < lastTries; tries++)
        yield* Effect.sleep(lastWait)
      if (executed !== undefined) failure = this.#failure
      if (executed === undefined || (failure !== undefined && executed.status === "done"))
        return this.#notKept(failure!)
      return executed
    }).pipe(Effect.onInterrupt(() => Effect.sync(commitRest)))
  }

  #try(act: () => void): Error | undefined {
    try {
      act()
      this.#failure = undefined
      this.#failed = 0
    } catch (failure) {
      this.#failure = failure as Error
      this.#failed++
    }
    return this.#failure
  }

  #notKept({ message }: Error): ResultFile {
    const { next } = this.#links
    const what = `${this.#unit} ${next} could not be kept${next === 1 ? "" : "; what is before it is"}`
    return { status: "failed", error: { tag: "LinkNotKept", message: `${what} (${message})` }, seconds: 0 }
  }
}
