// Which of the observations of a key counts: the lock's where its key is today's, else the newest that was not set aside; and what is to
// be done where none does. Pure.
import type { Digest, Key } from "../../content/digest.ts"
import type { Freshness } from "../../declare/observed/observed.ts"
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
  readonly fresh: Freshness | undefined
  /** Milliseconds. */
  readonly now: number
  /** When the run began: what was observed or probed since is not probed again. */
  readonly began: number
  /** Whether the lock alone counts, and nothing is observed or probed. */
  readonly isHeld: boolean
}

type Counting = ObservedAt & { readonly outputs: OutputRecords }

export type Counted =
  | {
      readonly counts: Counting
      /** This ledger does not have it yet. */
      readonly isNew: boolean
      /** The lock's, in whose place it counts. */
      readonly instead?: ObservedAt
    }
  /** It counts if its probe gives what it gave then. */
  | { readonly probe: Counting & { readonly probe: Digest }; readonly isNew: boolean; readonly why: Reason }
  /** Why it is to be observed; undefined where it never was. */
  | { readonly ask: Reason | undefined }
  /** The lock's is not here, and nothing else counts. */
  | { readonly missing: ObservedAt }

export function countedOf(observed: Observed): Counted {
  const { all, locked, held, isHeld, fresh } = observed
  const alike = locked === undefined ? [] : all.filter(({ outputs }) => isSame(outputs, locked.outputs))
  const own = alike.find(({ at }) => at === locked?.at) ?? alike.find(({ probe }) => probe === locked?.probe)
  const outputs = own?.outputs ?? held
  const pinned: Counting | undefined =
    locked === undefined || outputs === undefined || (own?.isForgotten === true && !isHeld)
      ? undefined
      : { ...momentOf({ ...(own ?? locked), at: locked.at }), outputs }
  const isNew = own === undefined
  const isLockGood = locked !== undefined && staleness(locked, observed) === undefined
  if (pinned !== undefined && (isHeld || staleness(pinned, observed) === undefined))
    return { counts: pinned, isNew }
  if (isHeld && locked !== undefined) return { missing: locked }

  const newest = newestOf(all.filter(({ isForgotten }) => !isForgotten))
  if (newest === undefined && pinned === undefined) {
    // Whether what is elsewhere is still good only its probe knows, which is of use once it is here.
    const isWanted = isLockGood || (locked !== undefined && fresh?.isProbed === true)
    if (isWanted && own === undefined) return { missing: locked }
    return { ask: all.length === 0 ? undefined : { reason: "forgotten", answers: all.length } }
  }
  const stale = staleness((newest ?? pinned)!, observed)
  if (newest !== undefined && stale === undefined) {
    const isInstead = isLockGood && own === undefined
    return { counts: newest, isNew: false, ...(isInstead ? { instead: momentOf(locked!) } : {}) }
  }
  if (fresh?.isProbed !== true) return { ask: stale }
  const isPinned = pinned !== undefined && (newest === undefined || isProbedFirst(pinned, newest))
  return probing(isPinned ? pinned : newest!, isPinned && isNew, observed)
}

function probing(counting: Counting, isNew: boolean, observed: Observed): Counted {
  const { probe } = counting
  const why = staleness(counting, observed)!
  return probe === undefined ? { ask: why } : { probe: { ...counting, probe }, isNew, why }
}

/** Of two that the same state of the world gave, the lock's; else the later one. */
const isProbedFirst = (pinned: ObservedAt, newest: ObservedAt): boolean =>
  pinned.probe === newest.probe || Date.parse(pinned.at) > Date.parse(newest.at)

export const momentOf = ({ at, nth, probe, probed }: ObservedAt): ObservedAt => ({
  ...{ at, nth },
  ...(probe === undefined ? {} : { probe }),
  ...(probed === undefined ? {} : { probed }),
})

/** By its date: one that a lock brought may have come here later than it was made. */
const newestOf = (all: ReadonlyArray<Observation>): Observation | undefined =>
  all.reduce<Observation | undefined>(
    (newest, each) => (newest === undefined || Date.parse(each.at) >= Date.parse(newest.at) ? each : newest),
    undefined,
  )

function staleness(observation: ObservedAt, { all, fresh, now, began }: Observed): Reason | undefined {
  if (fresh === undefined) return undefined
  const { at, probe } = observation
  const alike = probe === undefined ? [] : all.filter((each) => each.probe === probe)
  const seen = [observation, ...alike].reduce(
    (latest, { at, probed }) => Math.max(latest, Date.parse(probed ?? at)),
    Number.NEGATIVE_INFINITY,
  )
  if (now - seen < fresh.seconds * 1000 || (fresh.isProbed && seen >= began)) return undefined
  if (!fresh.isProbed) return { reason: "stale", at, fresh: fresh.age! }
  if (probe === undefined) return { reason: "unprobed", at }
  return { reason: "probe", at, probed: seen > Date.parse(at) ? new Date(seen).toISOString() : null }
}

const isSame = (outputs: OutputRecords, digests: LockedObservation["outputs"]): boolean =>
  Object.keys(outputs).length === Object.keys(digests).length &&
  Object.entries(outputs).every(([name, { digest }]) => digests[name] === digest)
