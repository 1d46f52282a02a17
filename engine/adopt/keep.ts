// What was compared is kept: in the ledger in one transaction, then in the lock file, whole each. A kill between the two leaves
// results under today's keys, with their marks, and a lock that the next adoption or `--update-lock` renews.
import * as Effect from "effect/Effect"
import type { LocalInput } from "../key/file-records.ts"
import type { Resolution } from "../key/resolve.ts"
import { Claims } from "../ledger/claims.ts"
import { Links } from "../ledger/links.ts"
import { Results } from "../ledger/results.ts"
import { Transactions } from "../ledger/transactions.ts"
import { formatLock, LockError, lockPath, readLock, writeLock } from "../lock/lock-file.ts"
import type { Plan } from "../plan/plan.ts"
import type { PlannedTask } from "../plan/planned.ts"
import { expected } from "../session/expected.ts"
import type { Place } from "../session/place.ts"
import { Store } from "../store/store.ts"
import { renewedLock } from "./renewed-lock.ts"
import type { Source } from "./source.ts"
import { type TakenWithLinks, takeOver } from "./take-over.ts"

export interface Keeping {
  readonly taken: ReadonlyArray<TakenWithLinks>
  readonly source: Source
  readonly plan: Plan
  /** Of what is taken, and of what is current. */
  readonly resolutions: ReadonlyMap<PlannedTask, Resolution>
  readonly files: ReadonlyMap<string, LocalInput>
}

export interface Kept {
  /** Tasks that are a hit from now on: the store holds what they gave. */
  readonly held: number
  /** Whether the lock changed; null when there is none that it concerns. */
  readonly isLockWritten: boolean | null
}

/** Fails with OwnResultDiffers, or LockError for a lock that changed since it was read; nothing is kept then. */
export const keep = Effect.fn("keep")(function* (
  place: Place,
  run: string,
  { taken, source, files, ...today }: Keeping,
) {
  const services = {
    store: yield* Store,
    results: yield* Results,
    links: yield* Links,
    claims: yield* Claims,
    transactions: yield* Transactions,
  }
  const { lock } = source
  return yield* expected((): Kept => {
    if (lock !== undefined) refuseChanged(place.root, lock)
    const held = takeOver(services, run, taken)
    const isLockWritten =
      lock === undefined ? null : writeLock(place.root, renewedLock(lock, taken, { files, ...today }))
    return { held, isLockWritten }
  })
})

/** While a sample was computed, a run may have renewed it, or git. @throws LockError */
function refuseChanged(root: string, lock: NonNullable<Source["lock"]>): void {
  const now = readLock(root, lock.experiment)
  if (now !== undefined && formatLock(now) === formatLock(lock)) return
  throw new LockError(
    `${lockPath(root, lock.experiment)} changed while the sample was computed, so nothing was adopted: adopt again`,
  )
}
