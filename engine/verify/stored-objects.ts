// Whether what the store holds is intact: every object is hashed again, and quarantined when it is not what it says; and
// whether what the ledger's results name is there.

import * as Effect from "effect/Effect"
import type { Digest } from "../content/digest.ts"
import { groupedBy } from "../content/grouped.ts"
import { pages, type Steps } from "../content/steps.ts"
import { Results } from "../ledger/results.ts"
import { objectsOf } from "../lock/compare-locks.ts"
import { Members } from "../lock/group-lines.ts"
import type { Lock } from "../lock/lock-file.ts"
import type { Difference } from "../report/differences.ts"
import { inTurns } from "../run/turns.ts"
import { readingLayer } from "../session/place.ts"
import { knownFiles } from "../store/folders.ts"
import { CorruptArtifact, type CorruptReason, Store } from "../store/store.ts"

export interface StoredObjects {
  readonly differences: ReadonlyArray<Difference>
  /** Objects that were hashed. */
  readonly checked: number
}

/** The second level. Quarantines what is corrupt. */
export const intactLevel = (artifacts: string, lock: Lock) =>
  Effect.flatMap(Effect.all([Store, Results]), ([store, results]) =>
    inTurns(() => checkStoredObjects(store, results, lock)),
  ).pipe(Effect.provide(readingLayer(artifacts)))

/** As steps: there may be gigabytes. */
export function* checkStoredObjects(
  store: Store["Type"],
  results: Pick<Results["Type"], "page" | "folders">,
  lock: Lock,
): Steps<StoredObjects> {
  const names = namesIn(lock)
  const differs = (digest: Digest): Difference => ({
    ...{ what: "object", digest, names: names.get(digest) ?? [] },
  })
  const { objects } = yield* store.list()
  const stored = objects.map(({ digest }) => digest).sort()
  const corrupt: Array<Difference> = []
  const there = new Set(stored)
  for (const digest of stored) {
    const wrong = yield* wrongWith(store, digest)
    if (wrong === "missing")
      there.delete(digest) // removed since: whether it should be there, the ledger tells
    else if (wrong !== undefined) corrupt.push(differs(digest))
  }
  const removed = yield* removedOf(store, results, there)
  const missing = removed.map((digest) => ({ ...differs(digest), missing: true }))
  return { differences: [...corrupt, ...missing], checked: stored.length }
}

/** Quarantines what is corrupt. */
function* wrongWith(store: Store["Type"], digest: Digest): Steps<CorruptReason | undefined> {
  try {
    yield* store.checking(digest)
    return undefined
  } catch (failure) {
    if (failure instanceof CorruptArtifact) return failure.reason
    throw failure
  }
}

/** `gc` forgets a result with its objects: what a result still names was removed by somebody else. */
function* removedOf(
  store: Store["Type"],
  results: Pick<Results["Type"], "page" | "folders">,
  stored: ReadonlySet<Digest>,
): Steps<ReadonlyArray<Digest>> {
  const removed = new Set<Digest>()
  for (const page of pages(results.page)) {
    yield
    for (const { outputs } of page) for (const digest of outputs) if (!stored.has(digest)) removed.add(digest)
  }
  for (const folder of results.folders()) {
    yield
    if (!stored.has(folder)) continue
    for (const { digest } of knownFiles(store, folder)) if (!stored.has(digest)) removed.add(digest)
  }
  return [...removed].sort()
}

/** What each digest of a lock is: `train@final=yes weights`. */
function namesIn(lock: Lock): ReadonlyMap<Digest, ReadonlyArray<string>> {
  const members = [...new Members(lock.groups).all()].flatMap(({ label, gave }) =>
    gave === "failed" ? [] : [[label, gave] as const],
  )
  const named = [...Object.entries(lock.tasks), ...members].flatMap(([task, locked]) =>
    Object.entries(objectsOf(locked)).map(([output, digest]) => ({ digest, name: `${task} ${output}` })),
  )
  const groups = groupedBy(named, ({ digest }) => digest)
  return new Map([...groups].map(([digest, group]) => [digest, group.map(({ name }) => name)]))
}
