// A bound of what a store takes, kept at a run's end: what the run made or used stays, as it still counts as running.
import { lstatSync } from "node:fs"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import { History } from "../../ledger/history.ts"
import { Links } from "../../ledger/links.ts"
import { Results } from "../../ledger/results.ts"
import { type EventOf, Events } from "../../report/events.ts"
import { filesIn } from "../../store/folders.ts"
import { Store } from "../../store/store.ts"
import { pinningLocks } from "../checkouts/pinning-locks.ts"
import { expected, expectedInTurns, expectedLater } from "../expected.ts"
import type { Place } from "../place.ts"
import { collectAll } from "./collect.ts"
import { artifactGroups, bytesOf } from "./groups.ts"
import { usualKeepRuns } from "./holds.ts"

type LetGo = Omit<EventOf<"let-go">, "event">

/**
 * Lets go of what the store takes beyond a bound, and tells it; nothing is told where it takes less. What fails is told, and fails
 * nothing.
 *
 * @param keep bytes
 * @param self the run that ends
 */
export const keepWithin = Effect.fn("keepWithin")(function* (place: Place, keep: number, self: string) {
  const { emit } = yield* Events
  const told = yield* letGo(place, keep, self).pipe(
    Effect.catchAllCause((cause) =>
      Cause.isInterrupted(cause)
        ? Effect.failCause(cause as Cause.Cause<never>)
        : Effect.succeed(failed(keep, cause)),
    ),
  )
  if (told !== undefined) emit({ event: "let-go", ...told })
})

const letGo = Effect.fn("letGo")(function* (place: Place, keep: number, self: string) {
  if ((yield* mostBytes) <= keep) return undefined
  const [store, history] = [yield* Store, yield* History]
  const { objects } = yield* expectedInTurns(() => store.list())
  if (objects.reduce((sum, { size }) => sum + size, 0) <= keep) return undefined
  const { locks, unreadable } = yield* expectedLater(() => pinningLocks(place.artifacts, place.root))
  const pins = yield* expected(() => history.pins())
  const { garbage, failure } = yield* collectAll({
    ...{ artifacts: place.artifacts, locks, unreadable, pins, keep, self },
    keepRuns: usualKeepRuns,
    withoutHistory: false,
  })
  const bytes = bytesOf(garbage.items)
  const told: LetGo = {
    artifacts: garbage.items.length,
    bytes,
    groups: artifactGroups(garbage.items),
    takes: garbage.takes - bytes,
    keep,
    holding: garbage.holding,
    failure: failure?.message ?? null,
  }
  return told
})

/** What the ledger's artifacts may take at most: to ask each of them would cost every run's end. */
const mostBytes = Effect.gen(function* () {
  const [store, results, links] = [yield* Store, yield* Results, yield* Links]
  return yield* expected(() => {
    const sizeOf = (path: string): number => lstatSync(path, { throwIfNoEntry: false })?.size ?? 0
    const files = results.givenFiles().reduce((sum, digest) => sum + sizeOf(store.path(digest)), 0)
    let inFolders = 0
    for (const size of filesIn(store, results.folders()).values()) inFolders += size
    return results.outputBytes() + inFolders + links.stateBytes() + files
  })
})

const failed = (keep: number, cause: Cause.Cause<unknown>): LetGo => ({
  ...{ artifacts: 0, bytes: 0, groups: [], takes: null, keep },
  holding: { locks: 0, pins: 0, running: 0, observed: 0, orphans: 0 },
  failure: (Cause.squash(cause) as Error).message,
})
