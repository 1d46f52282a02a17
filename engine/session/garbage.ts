// What of a store is garbage: what no lock, no pinned run, no recent run and no running pipeline reaches. It removes nothing.
import { join } from "node:path"
import type { Digest, Key } from "../content/digest.ts"
import type { Claims, Owner } from "../ledger/claims.ts"
import type { History } from "../ledger/history.ts"
import type { Links } from "../ledger/links.ts"
import type { Reach } from "../ledger/records.ts"
import type { Results } from "../ledger/results.ts"
import type { UnreadableLock } from "../lock/all-locks.ts"
import type { Lock } from "../lock/lock-file.ts"
import { logsFolder } from "../run/log/printout.ts"
import { isLasting } from "../store/kept-states.ts"
import type { Store, StoredObject } from "../store/store.ts"
import {
  type FileDigests,
  type Found,
  foreignObjects,
  type Item,
  isLink,
  runFoldersIn,
  temporaryIn,
} from "./own-folders.ts"
import { logsIn } from "./own-logs.ts"
import { runsFolder } from "./run-folder.ts"

export interface GcOptions {
  readonly artifacts: string
  readonly locks: ReadonlyArray<Lock>
  /** Locks of which nobody knows what they pin: all runs of their experiments stay, and whatever they name. */
  readonly unreadable?: ReadonlyArray<UnreadableLock>
  /** Of each experiment, how many of its latest runs keep what they reach. */
  readonly keepRuns: number
  /** Runs that keep what they reach, whatever their age. */
  readonly pins: ReadonlyArray<string>
  /** Whether what only a lost ledger knew may go too. */
  readonly withoutHistory: boolean
}

/** What can go, and what stays although nothing that is kept reaches it. */
export interface Garbage {
  readonly items: ReadonlyArray<Item>
  /** Artifacts that are reached. */
  readonly kept: number
  /** Pipelines that run on this store right now. */
  readonly running: number
  /** What only a lost ledger knew. */
  readonly orphans: {
    readonly objects: number
    readonly bytes: number
    readonly folders: ReadonlyArray<string>
  }
  /** What is somebody else's, in folders of the store. */
  readonly foreign: ReadonlyArray<string>
  /** Results that nothing keeps: one whose outputs go is to be forgotten. */
  readonly forgettable: ReadonlyArray<Reach>
}

/** What it is decided by. */
export interface Known {
  readonly store: Store["Type"]
  readonly results: Results["Type"]
  readonly links: Links["Type"]
  readonly history: History["Type"]
  readonly claims: Claims["Type"]
  readonly digests: FileDigests
  /** By which stage an artifact was made: also those that were let go since this was first asked. */
  readonly stages: Map<Digest, string>
}

export function garbageIn(known: Known, options: GcOptions): Garbage {
  const { artifacts } = options
  const owners = known.claims.owners().filter(({ lives }) => lives)
  const running = owners.map(({ run }) => run)
  const runs = new Set([...keptRuns(known, options), ...running])
  const keys = keptKeys(known, options, runs)
  const everything = known.results.everything()
  const links = known.links.all()
  noteStages(known.stages, everything, links)
  const reached = reachedObjects(everything, keys, links, { runs, areRunning: owners.length > 0 })
  for (const digest of pinnedObjects(options)) reached.add(digest)

  const linked = linkedFolders(artifacts)
  const stored = linked.some((path) => path.endsWith("objects")) ? [] : known.store.list()
  const objects = looseObjects(known, options, stored, { reached, owners })
  const temporary = temporaryIn(join(artifacts, "tmp"), new Set(owners.map(({ pid }) => pid)))
  const { folders, logs } = leftByRuns(known, options, runs, running)
  return {
    items: [...objects.items, ...temporary.items, ...folders.items, ...logs.items],
    kept: stored.filter(({ digest }) => reached.has(digest)).length,
    running: owners.length,
    orphans: {
      objects: objects.orphans.length,
      bytes: objects.orphans.reduce((sum, { size }) => sum + size, 0),
      folders: [...folders.orphans, ...logs.orphans],
    },
    foreign: [
      ...linked,
      ...foreignObjects(join(artifacts, "objects")),
      ...temporary.foreign,
      ...folders.foreign,
      ...logs.foreign,
    ],
    forgettable: everything.filter(({ key }) => !keys.has(key)),
  }
}

/** Milliseconds by which a file system's clock may be behind: it moves in steps. */
const tick = 20

/** Objects that nothing reaches; of those, what only a lost ledger knew. */
function looseObjects(
  { store, history, stages }: Known,
  { withoutHistory }: GcOptions,
  stored: ReadonlyArray<StoredObject>,
  { reached, owners }: { readonly reached: ReadonlySet<Digest>; readonly owners: ReadonlyArray<Owner> },
): { readonly items: ReadonlyArray<Item>; readonly orphans: ReadonlyArray<StoredObject> } {
  // What a running pipeline has made or is about to make visible is younger than the pipeline.
  const since =
    owners.reduce((least, { started }) => Math.min(least, started), Number.POSITIVE_INFINITY) - tick
  const loose = stored.filter(({ digest, arrived }) => !reached.has(digest) && arrived < since)
  const orphans = new Set(history.orphans())
  const isNew = history.isNew()
  const isOrphan = ({ digest }: StoredObject): boolean => !withoutHistory && (isNew || orphans.has(digest))
  const items = loose
    .filter((object) => !isOrphan(object))
    .map(
      ({ digest, size }): Item => ({
        what: "object",
        stage: stages.get(digest),
        path: store.path(digest),
        digest,
        bytes: size,
        remove: () => store.remove(digest),
      }),
    )
  return { items, orphans: loose.filter(isOrphan) }
}

/** Folders of results and of logs. */
function leftByRuns(
  { history, stages, digests }: Known,
  { artifacts, withoutHistory }: GcOptions,
  kept: ReadonlySet<string>,
  running: ReadonlyArray<string>,
): { readonly folders: Found; readonly logs: Found } {
  const past = history.runs(undefined, Number.MAX_SAFE_INTEGER)
  const ids = new Set(past.map(({ id }) => id))
  const isRun = (name: string): boolean => ids.has(name)
  const shown = shownFolders(past, kept, running)
  const isArtifact = (digest: Digest): boolean => stages.has(digest)
  return {
    folders: runFoldersIn(runsFolder(artifacts), { shown, isRun, isArtifact, digests, withoutHistory }),
    logs: logsIn(join(artifacts, logsFolder), { kept, isRun, withoutHistory }),
  }
}

/** Folders of the store that are links: what lies behind one is not within it. */
const linkedFolders = (artifacts: string): ReadonlyArray<string> =>
  ["objects", "tmp", "runs", logsFolder].map((name) => join(artifacts, name)).filter(isLink)

function noteStages(
  stages: Map<Digest, string>,
  everything: ReadonlyArray<Reach>,
  links: ReturnType<Links["Type"]["all"]>,
): void {
  for (const { stage, state } of links) stages.set(state, stage)
  for (const { stage, outputs } of everything) for (const digest of outputs) stages.set(digest, stage)
}

/** What a lock that cannot be read names: of none of it is it known whether it is a key or a digest. */
const namedAnyhow = ({ unreadable = [] }: GcOptions): ReadonlyArray<string> =>
  unreadable.flatMap(({ digests }) => [...digests])

function keptKeys({ history }: Known, options: GcOptions, runs: Iterable<string>): Set<Key> {
  const keys = new Set<Key>(options.locks.flatMap((lock) => Object.values(lock.tasks).map(({ key }) => key)))
  for (const name of namedAnyhow(options)) keys.add(name as Key)
  for (const run of runs) for (const { key } of history.tasks(run)) if (key !== null) keys.add(key)
  return keys
}

/** What locks name as outputs. */
const pinnedObjects = (options: GcOptions): ReadonlyArray<Digest> => [
  ...namedAnyhow(options).map((name) => name as Digest),
  ...options.locks.flatMap(({ tasks }) =>
    Object.values(tasks).flatMap(({ outputs }) => Object.values(outputs)),
  ),
]

/** Every object that a result with a kept key needs, or that an unfinished chain may go on from. */
function reachedObjects(
  everything: ReadonlyArray<Reach>,
  keys: ReadonlySet<Key>,
  links: ReturnType<Links["Type"]["all"]>,
  { runs, areRunning }: { readonly runs: ReadonlySet<string>; readonly areRunning: boolean },
): Set<Digest> {
  const lasting = new Set(links.filter(isLasting).map(({ state }) => state))
  const reached = new Set<Digest>()
  const finished = new Set<Digest>()
  for (const { key, outputs, inputs, states } of everything) {
    for (const state of states) finished.add(state)
    if (!keys.has(key)) continue
    for (const digest of [...outputs, ...inputs]) reached.add(digest)
    for (const state of states) if (state === states.at(-1) || lasting.has(state)) reached.add(state)
  }
  // An interrupted chain is no result yet: a kept run goes on from its links. A running one may go on from any.
  for (const { state, run } of links)
    if (areRunning || (runs.has(run) && !finished.has(state))) reached.add(state)
  return reached
}

/** Newest first: the latest of each experiment that were done, those that are pinned, and those that went on since. */
function keptRuns({ history }: Known, { pins, keepRuns, unreadable = [] }: GcOptions): ReadonlyArray<string> {
  const undecided = new Set(unreadable.map(({ experiment }) => experiment))
  const seen = new Map<string, number>()
  const latest = history.runs(undefined, Number.MAX_SAFE_INTEGER).filter(({ experiment, outcome }) => {
    const nth = (seen.get(experiment) ?? 0) + (outcome === "done" ? 1 : 0)
    seen.set(experiment, nth)
    return nth <= keepRuns || undecided.has(experiment)
  })
  return [...new Set([...latest.map(({ id }) => id), ...pins])]
}

/**
 * A run that changed nothing shows the folder of an earlier one, which then stays. One without an end shows none: what
 * it had begun to write goes, unless it still runs.
 */
function shownFolders(
  past: ReadonlyArray<{ readonly id: string; readonly folder: string | null }>,
  kept: ReadonlySet<string>,
  running: ReadonlyArray<string>,
): ReadonlySet<string> {
  const shown = new Set(running)
  for (const { id, folder } of past) if (kept.has(id) && folder !== null) shown.add(folder)
  return shown
}
