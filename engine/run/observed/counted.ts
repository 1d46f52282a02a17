// Which of the observations of a key counts: the lock's where its key is today's, else the newest that was not set aside; and what is to
// be done where none does. Pure.
import type { Digest, Key } from "../../content/digest.ts"
import type { Age } from "../../declare/observed/observed.ts"
import type { Reason } from "../../key/explain.ts"
import type { Observation, ObservedAt } from "../../ledger/observations.ts"
import type { OutputRecords } from "../../ledger/records.ts"

/** What a lock says that a task observed. */
export interface LockedObservation extends ObservedAt {
  readonly key: Key
  readonly outputs: Readonly<Record<string, Digest>>
}

/** What is known of a key. */
export interface Observed {
  readonly all: ReadonlyArray<Observation>
  /** What the lock holds of the task, if its key is this one. */
  readonly locked: LockedObservation | undefined
  /** What the lock names, where the store holds all of it, whoever observed it. */
  readonly held: OutputRecords | undefined
  /** How long one is good. */
  readonly fresh: { readonly age: Age; readonly seconds: number } | undefined
  /** Milliseconds. */
  readonly now: number
  /** Whether the lock alone counts, and nothing is observed. */
  readonly isHeld: boolean
}

export type Counted =
  | {
      readonly counts: ObservedAt & { readonly outputs: OutputRecords }
      /** This ledger does not have it yet. */
      readonly isNew: boolean
      /** The lock's, in whose place it counts. */
      readonly instead?: ObservedAt
    }
  /** Why it is to be observed; undefined where it never was. */
  | { readonly ask: Reason | undefined }
  /** The lock's is not here, and nothing else counts. */
  | { readonly missing: ObservedAt }

export function countedOf(observed: Observed): Counted {
  const { all, locked, held, isHeld } = observed
  const own = locked && all.find(({ outputs }) => isSame(outputs, locked.outputs))
  if (locked !== undefined && (isHeld || own?.isForgotten !== true)) {
    const isGood = isHeld || staleness(locked, observed) === undefined
    const outputs = own?.outputs ?? held
    if (isGood && outputs !== undefined)
      return { counts: { at: locked.at, nth: own?.nth ?? locked.nth, outputs }, isNew: own === undefined }
    if (isHeld) return { missing: locked }
  }
  const newest = newestOf(all.filter(({ isForgotten }) => !isForgotten))
  if (newest === undefined) {
    const isPinned = locked !== undefined && own === undefined && staleness(locked, observed) === undefined
    if (isPinned) return { missing: locked }
    return { ask: all.length === 0 ? undefined : { reason: "forgotten", answers: all.length } }
  }
  const stale = staleness(newest, observed)
  if (stale !== undefined) return { ask: stale }
  const isInstead = locked !== undefined && own === undefined && staleness(locked, observed) === undefined
  const instead = isInstead ? { instead: { at: locked.at, nth: locked.nth } } : {}
  return { counts: newest, isNew: false, ...instead }
}

/** By its date: one that a lock brought may have come here later than it was made. */
const newestOf = (all: ReadonlyArray<Observation>): Observation | undefined =>
  all.reduce<Observation | undefined>(
    (newest, each) => (newest === undefined || Date.parse(each.at) >= Date.parse(newest.at) ? each : newest),
    undefined,
  )

function staleness({ at }: ObservedAt, { fresh, now }: Observed): Reason | undefined {
  if (fresh === undefined || now - Date.parse(at) < fresh.seconds * 1000) return undefined
  return { reason: "stale", at, fresh: fresh.age }
}

const isSame = (outputs: OutputRecords, digests: LockedObservation["outputs"]): boolean =>
  Object.keys(outputs).length === Object.keys(digests).length &&
  Object.entries(outputs).every(([name, { digest }]) => digests[name] === digest)
