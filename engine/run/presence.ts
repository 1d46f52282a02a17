// A run's presence in a store, as long as a scope is open: its claims hold, and `gc` spares what it makes and uses.
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { Claims } from "../ledger/claims.ts"

/** Scopes of one run may lie within each other: it is over when the outermost closes. */
export const presence = Effect.fn("presence")(function* (run: string) {
  const claims = yield* Claims
  yield* Effect.acquireRelease(
    Effect.sync(() => claims.enter(run)),
    () => Effect.sync(() => claims.leave(run)),
  )
  const beat = Effect.sync(() => claims.beat(run))
  const interval = Duration.millis(claims.heartbeat.interval)
  yield* Effect.forkScoped(Effect.repeat(beat, Schedule.spaced(interval)))
})
