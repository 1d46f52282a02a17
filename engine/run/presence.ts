// A run's presence in a store, as long as a scope is open: its claims hold, and `gc` spares what it makes and uses.
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { Claims } from "../ledger/claims.ts"

/**
 * Scopes of one run may lie within each other: it is over when the outermost closes.
 *
 * @param disturbed follows when the run was taken for dead, as after a long sleep, and some of its claims may be another's
 */
export const presence = Effect.fn("presence")(function* (run: string, disturbed?: Effect.Effect<unknown>) {
  const claims = yield* Claims
  yield* Effect.acquireRelease(
    Effect.sync(() => claims.enter(run)),
    () => Effect.ignore(Effect.try(() => claims.leave(run))), // it is dead with its process
  )
  // One that cannot be written, as on a full disk, is made up for by the next.
  const beaten = Effect.ignore(Effect.try(() => claims.beat(run)))
  const told = Effect.suspend(() => (claims.wasDisturbed(run) ? disturbed! : Effect.void))
  const beat = disturbed === undefined ? beaten : Effect.zipRight(beaten, told)
  const interval = Duration.millis(claims.heartbeat.interval)
  yield* Effect.forkScoped(Effect.repeat(beat, Schedule.spaced(interval)))
})
