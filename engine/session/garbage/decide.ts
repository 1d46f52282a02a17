// What of a store may go, and why: what no lock, no pinned run, no recent run and no running pipeline reaches, and for a bound of its
// size what only recent runs do. It removes nothing.
import { existsSync } from "node:fs"
import { join } from "node:path"
import type { Digest } from "../../content/digest.ts"
import type { Steps } from "../../content/steps.ts"
import { logsFolder } from "../../run/log/printout.ts"
import { runsFolder } from "../folder/run-folder.ts"
import { type Found, type Item, isLink, runFoldersIn, temporaryIn } from "../own-folders.ts"
import { logsIn } from "../own-logs.ts"
import { overBound } from "./bound.ts"
import { Chains } from "./chains.ts"
import { type Holders, isHeld, type KeepOptions, right } from "./holds.ts"
import { type Known, type Survey, type Surveyed, surveyed } from "./survey.ts"

export interface GcOptions extends KeepOptions {
  readonly artifacts: string
  /** Whether what only a lost ledger knew may go too. */
  readonly withoutHistory: boolean
  /** Bytes that the objects may take: what only recent runs reach goes until they do. */
  readonly keep?: number | undefined
  /** The run that asks at its end: of all else but objects nothing goes. */
  readonly self?: string | undefined
}

/** Bytes of what stays, by who keeps it: the first of these who do. */
export interface Holding {
  readonly locks: number
  readonly pins: number
  readonly running: number
  /** What was observed. */
  readonly observed: number
  /** What only a lost ledger knew. */
  readonly orphans: number
}

/** What can go, and what stays although nothing that is kept reaches it. */
export interface Garbage {
  readonly items: ReadonlyArray<Item>
  /** Artifacts that are reached. */
  readonly kept: number
  /** Bytes of all objects, before anything goes. */
  readonly takes: number
  readonly holding: Holding
  /** Pipelines that run on this store right now, but for the one that asks. */
  readonly running: number
  /** What only a lost ledger knew. */
  readonly orphans: {
    readonly objects: number
    readonly bytes: number
    readonly folders: ReadonlyArray<string>
  }
  /** What is somebody else's, in folders of the store. */
  readonly foreign: ReadonlyArray<string>
}

/** With what it was decided by: whoever removes asks what has changed since. */
export interface Decided {
  readonly garbage: Garbage
  readonly survey: Survey
}

export function* garbageIn(known: Known, options: GcOptions): Steps<Decided> {
  const { artifacts, self } = options
  const linked = linkedFolders(artifacts)
  const survey = yield* surveyed(known, options, self, !linked.some((path) => path.endsWith("objects")))
  const objects = yield* looseObjects(known, options, survey)
  const owners = survey.holders.owners.filter(({ run }) => run !== self)
  const left = self === undefined ? yield* leftIn(known, options, survey.holders) : nothingLeft
  const { temporary, folders, logs } = left
  const garbage: Garbage = {
    items: [...objects.items, ...temporary.items, ...folders.items, ...logs.items],
    kept: objects.kept,
    takes: objects.takes,
    holding: objects.holding,
    running: owners.length,
    orphans: {
      objects: objects.orphans,
      bytes: objects.holding.orphans,
      folders: [...folders.orphans, ...logs.orphans],
    },
    foreign: [...linked, ...survey.foreign, ...temporary.foreign, ...folders.foreign, ...logs.foreign],
  }
  return { garbage, survey }
}

/** Milliseconds by which a file system's clock may be behind: it moves in steps. */
const tick = 20

/** What a running pipeline has made or is about to make visible is younger than the pipeline. */
export const youngSince = ({ owners }: Holders): number =>
  owners.reduce((least, { started }) => Math.min(least, started), Number.POSITIVE_INFINITY) - tick

interface LooseObjects {
  readonly items: ReadonlyArray<Item>
  readonly kept: number
  readonly takes: number
  readonly holding: Holding
  readonly orphans: number
}

function* looseObjects(
  { store, history }: Known,
  { withoutHistory, keep }: GcOptions,
  survey: Survey,
): Steps<LooseObjects> {
  const since = youngSince(survey.holders)
  const orphans = new Set(withoutHistory ? [] : history.orphans())
  const isNew = !withoutHistory && history.isNew()
  const isOrphan = ({ digest }: Surveyed): boolean => isNew || orphans.has(digest)
  const loose: Array<Surveyed> = []
  /** Kept by recent runs alone. */
  const mayGo = new Set<Surveyed>()
  const holding = { locks: 0, pins: 0, running: 0, observed: 0, orphans: 0 }
  let [kept, takes, lost] = [0, 0, 0]
  for (const object of survey.objects.values()) {
    const { rights, size, arrived } = object
    takes += size
    if (rights !== 0) kept++
    if ((rights & right.lock) !== 0) holding.locks += size
    else if ((rights & right.pin) !== 0) holding.pins += size
    else if (rights === right.observed || rights === (right.observed | right.recent)) holding.observed += size
    else if (isHeld(rights) || arrived >= since) holding.running += size
    else if (isOrphan(object)) {
      holding.orphans += rights === 0 ? size : 0
      lost += rights === 0 ? 1 : 0
    } else if (rights === 0) loose.push(object)
    else mayGo.add(object)
  }
  yield
  const chains = new Chains(survey)
  const isThere = (state: Digest): boolean => survey.objects.has(state)
  const itemOf = (object: Surveyed, why: NonNullable<Item["why"]>): Item => {
    const { digest, size } = object
    const isState = !object.isOutput && survey.links.has(digest)
    return {
      ...{ what: "object", stage: object.stage, why, path: store.path(digest), digest, bytes: size },
      seconds: isState ? chains.secondsOf(digest, isThere) : object.seconds,
      remove: () => store.remove(digest),
    }
  }
  const items = loose.map((object) => itemOf(object, whyLoose(object, survey)))
  yield
  const left = loose.reduce((left, { size }) => left - size, takes)
  if (keep !== undefined && left > keep)
    for (const object of overBound(survey, mayGo, left, keep)) items.push(itemOf(object, "bound"))
  return { items, kept: kept - (items.length - loose.length), takes, holding, orphans: lost }
}

function whyLoose({ digest, isOutput, stage }: Surveyed, { links }: Survey): NonNullable<Item["why"]> {
  if (stage === undefined) return "no-result"
  return !isOutput && links.get(digest)?.isFinished === true ? "finished-chain" : "no-run"
}

/** What of other folders may go. */
interface Left {
  readonly temporary: Found
  readonly folders: Found
  readonly logs: Found
}

const nothing: Found = { items: [], orphans: [], foreign: [] }
const nothingLeft: Left = { temporary: nothing, folders: nothing, logs: nothing }

/** Temporary files, folders of results and logs. */
function* leftIn(
  { store, results, links }: Known,
  { artifacts, withoutHistory }: GcOptions,
  holders: Holders,
): Steps<Left> {
  const ids = new Set(holders.past.map(({ id }) => id))
  const isRun = (name: string): boolean => ids.has(name)
  const isArtifact = (digest: Digest): boolean =>
    results.isOutput(digest) || links.isState(digest) || existsSync(store.path(digest)) // a folder's file
  yield
  const pids = new Set(holders.owners.map(({ pid }) => pid))
  const temporary = temporaryIn(join(artifacts, "tmp"), pids)
  yield
  const known = { shown: shownFolders(holders), isRun, isArtifact, withoutHistory }
  const folders = yield* runFoldersIn(runsFolder(artifacts), known)
  yield
  const kept = new Set(holders.runs.keys())
  const logs = yield* logsIn(join(artifacts, logsFolder), { kept, isRun, withoutHistory })
  return { temporary, folders, logs }
}

/** Folders of the store that are links: what lies behind one is not within it. */
const linkedFolders = (artifacts: string): ReadonlyArray<string> =>
  ["objects", "tmp", "runs", logsFolder].map((name) => join(artifacts, name)).filter(isLink)

/**
 * A run that changed nothing shows the folder of an earlier one, which then stays. One without an end shows none: what
 * it had begun to write goes, unless it still runs.
 */
export function shownFolders({ past, runs, owners }: Holders): ReadonlySet<string> {
  const shown = new Set(owners.map(({ run }) => run))
  for (const { id, folder } of past) if (runs.has(id) && folder !== null) shown.add(folder)
  return shown
}
