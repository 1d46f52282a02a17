// What of the folders tmp/ and runs/ is the store's own and not needed, and what there is somebody else's. Links are never followed,
// and it removes nothing itself.
import { type Dirent, lstatSync, readdirSync, rmdirSync, rmSync, type Stats, unlinkSync } from "node:fs"
import { join } from "node:path"
import type { Digest } from "../content/digest.ts"
import { hashingFile } from "../content/hash-file.ts"
import { atOnce, type Steps } from "../content/steps.ts"
import { isAlive } from "../ledger/process-identity.ts"
import { unreadableFolder } from "../store/store.ts"
import { temporaryOwner } from "../store/temporary-name.ts"
import { ownFiles } from "./folder/restore.ts"
import { isCellFile } from "./folder/result-files.ts"
import { readRunFolder } from "./folder/results-file.ts"
import { isRunId } from "./run-id.ts"

/** Something that can go. */
export interface Item {
  readonly what: "object" | "temporary" | "run" | "log"
  readonly path: string
  readonly bytes: number
  /** Of an object. */
  readonly digest?: Digest
  /** Of an object: the stage that made it, if a result or a link says so. */
  readonly stage?: string | undefined
  /**
   * Of an object, why it may go: no kept run reaches it, it is the state of a finished chain and none of those that last, no result
   * names it, or the store takes more than it may.
   */
  readonly why?: "no-run" | "finished-chain" | "no-result" | "bound"
  /** Of an object: seconds that making it again takes, if the ledger tells. */
  readonly seconds?: number | undefined
  /** Of a temporary one: the process that made it. */
  readonly pid?: number
  /** @throws what the file system says */
  readonly remove: () => void
}

export interface Found {
  readonly items: ReadonlyArray<Item>
  /** The store's own, but only a lost ledger knew it. */
  readonly orphans: ReadonlyArray<string>
  /** Somebody else's. */
  readonly foreign: ReadonlyArray<string>
}

export interface Entry {
  readonly name: string
  readonly path: string
  readonly entry: Dirent
}

/** What is in a folder of the store; nothing where it is missing, or a link. @throws StoreError where it cannot be read */
export function entriesIn(folder: string): ReadonlyArray<Entry> {
  if (statOf(folder)?.isDirectory() !== true) return []
  const entryOf = (entry: Dirent): Entry => ({ name: entry.name, path: join(folder, entry.name), entry })
  try {
    return readdirSync(folder, { withFileTypes: true }).map(entryOf)
  } catch (failure) {
    throw unreadableFolder(folder, failure)
  }
}

export const isLink = (path: string): boolean => statOf(path)?.isSymbolicLink() === true

const statOf = (path: string): Stats | undefined => lstatSync(path, { throwIfNoEntry: false })

/**
 * Entries of tmp/. Those of a running pipeline stay, wherever it runs. Those of another living process stay until a day has
 * passed, as by then it is another that got the number; those of other hosts too, where a process may be asleep.
 *
 * @param running processes of pipelines that run
 */
export function temporaryIn(folder: string, running: ReadonlySet<number>): Found {
  const entries = entriesIn(folder)
  const own = entries.flatMap(({ name, path }) => {
    const owner = temporaryOwner(name)
    const stat = statOf(path)
    return owner === undefined || stat === undefined ? [] : [{ path, owner, stat }]
  })
  const gone = own.filter(({ owner: { pid, isHere }, stat }) => {
    if (running.has(pid)) return false
    const mayLive = isHere ? pid !== process.pid && isAlive(pid) : true
    return !mayLive || Date.now() - stat.mtimeMs > day
  })
  return {
    items: gone.map(({ path, owner: { pid } }) => ({
      what: "temporary",
      path,
      pid,
      bytes: sizeOf(path),
      remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }),
    })),
    orphans: [],
    foreign: entries.filter(({ name }) => temporaryOwner(name) === undefined).map(({ path }) => path),
  }
}

const day = 24 * 3600 * 1000

export interface KnownRuns {
  /** Names of folders that stay: those that kept runs show, and those of runs that go on. */
  readonly shown: ReadonlySet<string>
  /** Whether the ledger knows a run of this name. */
  readonly isRun: (name: string) => boolean
  /** Whether an artifact with these bytes is known. */
  readonly isArtifact: (digest: Digest) => boolean
  /** Whether folders that only a lost ledger knew may go. */
  readonly withoutHistory: boolean
}

/** Folders of runs. One goes file by file, copies of results and the page: what a person put beside them stays, and the folder with it. */
export const runFoldersIn = (folder: string, known: KnownRuns): Steps<Found> =>
  foldersOfRuns("run", folder, { ...known, stays: known.shown }, ({ name, path }) => {
    const results = atOnce(readRunFolder(path))
    const own = results && new Map(Array.from(ownFiles(results), ({ file, digest }) => [file, digest]))
    return {
      isRunOf: () => results?.run === name,
      isOwn: (each) => isOwn(each, own, known),
      mayHold: (folder) => own === undefined || [...own.keys()].some((file) => file.startsWith(`${folder}/`)),
    }
  })

const written = /^(?:index\.html|results\.json)(?:\.\d+\.part)?$/

/**
 * A copy that a person has changed is a person's.
 *
 * @param own what the folder says it holds, by file
 */
function* isOwn(
  { name, path, entry }: Entry,
  own: ReadonlyMap<string, Digest> | undefined,
  known: KnownRuns,
): Steps<boolean> {
  if (!entry.isFile()) return false
  if (written.test(name)) return true
  if (own?.has(name) === false) return false
  const { digest } = yield* hashingFile(path)
  if (own === undefined) return isCellFile(name) || known.isArtifact(digest) // cut off while it was written
  return own.get(name) === digest
}

/** What is known of a folder that has the name of a run. */
interface RunFolder {
  /** Whether it is one of a run that the ledger does not know: its content says so. */
  readonly isRunOf: () => boolean
  /** Steps where it is hashed. */
  readonly isOwn: (entry: Entry) => boolean | Steps<boolean>
  /** Whether files of its own may be in a folder within it. */
  readonly mayHold: (folder: string) => boolean
}

/** Of a folder that holds one for each run, those of runs that nothing keeps. As steps: files are hashed. */
export function* foldersOfRuns(
  what: Item["what"],
  folder: string,
  known: Pick<KnownRuns, "isRun" | "withoutHistory"> & { readonly stays: ReadonlySet<string> },
  about: (entry: Entry) => RunFolder,
): Steps<Found> {
  const items: Array<Item> = []
  const orphans: Array<string> = []
  const foreign: Array<string> = []
  for (const each of entriesIn(folder)) {
    yield
    const { name, path, entry } = each
    if (known.stays.has(name)) continue
    const isRun = known.isRun(name)
    const found = entry.isDirectory() && (isRun || isRunId(name)) ? about(each) : undefined
    if (found === undefined || !(isRun || found.isRunOf())) foreign.push(path)
    else if (!isRun && !known.withoutHistory) orphans.push(path)
    else {
      const { item, others } = yield* folderOf(what, path, found)
      for (const other of others) foreign.push(other)
      if (item !== undefined) items.push(item)
    }
  }
  return { items, orphans, foreign }
}

/**
 * A folder that goes file by file.
 *
 * @returns it with those of its files that are the store's own, unless somebody else's are all that it holds; and those
 */
function* folderOf(
  what: Item["what"],
  path: string,
  { isOwn, mayHold }: RunFolder,
): Steps<{ readonly item: Item | undefined; readonly others: ReadonlyArray<string> }> {
  const own: Array<{ readonly file: string; readonly stat: Stats }> = []
  const others: Array<string> = []
  /** It, and folders within it, each after the one that holds it. */
  const folders = [""]
  for (const folder of folders)
    for (const { name, path: full, entry } of entriesIn(join(path, folder))) {
      yield
      const inIt = folder === "" ? name : `${folder}/${name}`
      const stat = statOf(full)
      if (stat === undefined) continue
      if (entry.isDirectory() && mayHold(inIt)) {
        folders.push(inIt)
        continue
      }
      const answer = isOwn({ name: inIt, path: full, entry })
      if (typeof answer === "boolean" ? answer : yield* answer) own.push({ file: full, stat })
      else others.push(full)
    }
  if (own.length === 0 && others.length > 0) return { item: undefined, others }
  const item: Item = {
    what,
    path,
    bytes: own.reduce((sum, { stat }) => sum + stat.size, 0),
    remove: () => {
      // What a person has changed since it was looked at is a person's.
      for (const { file, stat } of own) if (statOf(file)?.ctimeMs === stat.ctimeMs) unlinkSync(file)
      for (const folder of folders.map((each) => join(path, each)).reverse())
        if (readdirSync(folder).length === 0) rmdirSync(folder)
    },
  }
  return { item, others }
}

/** Of a file, or of all in a folder. */
function sizeOf(path: string): number {
  let bytes = 0
  const left = [path]
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const stat = statOf(next)
    if (stat?.isDirectory() === true) for (const name of readdirSync(next)) left.push(join(next, name))
    else bytes += stat?.size ?? 0
  }
  return bytes
}
