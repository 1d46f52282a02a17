// A run takes part in a store for as long as a scope is open: its claims hold, and `gc` spares what it makes and uses.
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { Ledger } from "../ledger/ledger.ts"

const beatEach = Duration.seconds(5)

/** Scopes of one run may lie within each other: it is over when the outermost closes. */
export const partake = Effect.fn("partake")(function* (run: string) {
  const ledger = yield* Ledger
  yield* Effect.acquireRelease(
    Effect.sync(() => ledger.enter(run)),
    () => Effect.sync(() => ledger.leave(run)),
  )
  const beat = Effect.sync(() => ledger.beat(run))
  yield* Effect.forkScoped(Effect.repeat(beat, Schedule.spaced(beatEach)))
})
