// Whether what the store holds is intact: every object is hashed again, and quarantined when it is not what it says.
import * as Effect from "effect/Effect"
import type { Digest } from "../content/digest.ts"
import { type Difference, digestsOf } from "../lock/compare.ts"
import type { Lock } from "../lock/lock-file.ts"
import { Store } from "../store/store.ts"

export interface Stored {
  readonly differences: ReadonlyArray<Difference>
  /** Objects that were hashed. */
  readonly checked: number
  /** Of the lock's digests, how many are in the store. */
  readonly held: number
}

export const checkStored = Effect.fn("checkStored")(function* (lock: Lock | undefined) {
  const store = yield* Store
  const names = new Map<Digest, Array<string>>()
  for (const [task, locked] of Object.entries(lock?.tasks ?? {})) {
    for (const [output, digest] of Object.entries(digestsOf(locked))) {
      names.set(digest, [...(names.get(digest) ?? []), `${task} ${output}`])
    }
  }
  const digests = store
    .list()
    .map(({ digest }) => digest)
    .sort()
  const found: Array<Difference> = []
  let held = 0
  for (const digest of digests) {
    if (names.has(digest)) held++
    const isIntact = (yield* Effect.exit(store.read(digest)))._tag === "Success"
    if (!isIntact) found.push({ what: "object", digest, names: names.get(digest) ?? [] })
  }
  const stored: Stored = { differences: found, checked: digests.length, held }
  return stored
})
