// Who may keep what a store holds, and by which right: locks, pins, pipelines that run, and the latest runs. It looks at no object.
import type { Digest, Key } from "../../content/digest.ts"
import { pages, type Steps } from "../../content/steps.ts"
import type { Claims, Owner } from "../../ledger/claims.ts"
import type { History, TaskKey } from "../../ledger/history.ts"
import type { RunRecord } from "../../ledger/records.ts"
import type { UnreadableLock } from "../../lock/all-locks.ts"
import { Members } from "../../lock/group-lines.ts"
import type { Lock } from "../../lock/lock-file.ts"

/** Rights, as bits: what has none may go, and what recent runs alone have may go for room. What was observed goes only when it is erased. */
export const right = { lock: 1, pin: 2, running: 4, recent: 8, observed: 16 } as const

/** Whether something stays however much room it takes. */
export const isHeld = (rights: number): boolean => (rights & ~right.recent) !== 0

/** Of each experiment, how many of its latest runs keep what they reach when nothing is said. */
export const usualKeepRuns = 3

export interface KeepOptions {
  readonly locks: ReadonlyArray<Lock>
  /** Locks of which nobody knows what they pin: all runs of their experiments stay, and whatever they name. */
  readonly unreadable?: ReadonlyArray<UnreadableLock>
  /** Of each experiment, how many of its latest runs keep what they reach. */
  readonly keepRuns: number
  /** Runs that keep what they reach, whatever their age. */
  readonly pins: ReadonlyArray<string>
}

export interface Holders {
  /** Whoever is at work in the store. */
  readonly owners: ReadonlyArray<Owner>
  /** All that the ledger knows, the one that began last first. */
  readonly past: ReadonlyArray<RunRecord>
  /** Runs that keep what they reach, by which rights. */
  readonly runs: ReadonlyMap<string, number>
}

/** @param history of which the runs that go on are those of `claims` */
export function holdersOf(
  { history, claims }: { readonly history: History["Type"]; readonly claims: Claims["Type"] },
  { pins, keepRuns, unreadable = [] }: KeepOptions,
): Holders {
  const owners = claims.owners().filter(({ lives }) => lives)
  const past = history.runs(undefined, Number.MAX_SAFE_INTEGER)
  const runs = new Map<string, number>()
  const add = (run: string, by: number): void => void runs.set(run, (runs.get(run) ?? 0) | by)
  const undecided = new Set(unreadable.map(({ experiment }) => experiment))
  const done = new Map<string, number>()
  // The latest that were done, and those that went on since.
  for (const { id, experiment, outcome } of past) {
    const nth = (done.get(experiment) ?? 0) + (outcome === "done" ? 1 : 0)
    done.set(experiment, nth)
    if (undecided.has(experiment)) add(id, right.lock)
    if (nth <= keepRuns) add(id, right.recent)
  }
  for (const run of pins) add(run, right.pin)
  for (const { run } of owners) add(run, right.running)
  return { owners, past, runs }
}

/** The keys of the results that are kept, by which rights. */
export function* keptKeys(
  history: History["Type"],
  runs: ReadonlyMap<string, number>,
  options: KeepOptions,
): Steps<ReadonlyMap<Key, number>> {
  const keys = new Map<Key, number>()
  const add = (key: Key, by: number): void => void keys.set(key, (keys.get(key) ?? 0) | by)
  for (const { tasks } of options.locks) {
    yield
    for (const { key } of Object.values(tasks)) add(key, right.lock)
  }
  for (const name of namedAnyhow(options)) add(name as Key, right.lock)
  for (const [run, by] of runs)
    for (const page of pages<TaskKey>((after) => history.taskKeys(run, after))) {
      yield
      for (const { key } of page) if (key !== null) add(key, by)
    }
  return keys
}

/** What locks name as outputs, and as inputs that come from others. */
export function* pinnedObjects(options: KeepOptions): Generator<Digest, void, void> {
  for (const name of namedAnyhow(options)) yield name as Digest
  for (const { tasks, locked } of options.locks) {
    yield* Object.values(locked)
    for (const { outputs } of Object.values(tasks)) yield* Object.values(outputs)
  }
  yield* lockedInGroups(options)
}

/** What locks name as outputs of tasks of groups. */
export function lockedInGroups({ locks }: KeepOptions): ReadonlySet<Digest> {
  const found = new Set<Digest>()
  for (const { groups } of locks)
    for (const { gave } of new Members(groups).all())
      if (gave !== "failed") for (const digest of Object.values(gave.outputs)) found.add(digest)
  return found
}

/** What a lock that cannot be read names: of none of it is it known whether it is a key or a digest. */
function* namedAnyhow({ unreadable = [] }: KeepOptions): Generator<string, void, void> {
  for (const { digests } of unreadable) yield* digests
}
