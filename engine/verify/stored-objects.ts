// Whether what the store holds is intact: every object is hashed again, and quarantined when it is not what it says.
import type { Digest } from "../content/digest.ts"
import { digestsOf } from "../lock/compare-locks.ts"
import type { Lock } from "../lock/lock-file.ts"
import type { Difference } from "../report/differences.ts"
import { isIntact, type Store } from "../store/store.ts"

export interface StoredObjects {
  readonly differences: ReadonlyArray<Difference>
  /** Objects that were hashed. */
  readonly checked: number
}

export function checkStoredObjects(store: Store["Type"], lock: Lock): StoredObjects {
  const names = namesIn(lock)
  const digests = store
    .list()
    .map(({ digest }) => digest)
    .sort()
  const differences = digests
    .filter((digest) => !isIntact(store, digest))
    .map((digest): Difference => ({ what: "object", digest, names: names.get(digest) ?? [] }))
  return { differences, checked: digests.length }
}

/** What each digest of a lock is: `train@final=yes weights`. */
function namesIn(lock: Lock): ReadonlyMap<Digest, ReadonlyArray<string>> {
  const names = new Map<Digest, Array<string>>()
  for (const [task, locked] of Object.entries(lock.tasks))
    for (const [output, digest] of Object.entries(digestsOf(locked)))
      names.set(digest, [...(names.get(digest) ?? []), `${task} ${output}`])
  return names
}
