// What the store can let go: whatever no lock, no pinned run, no recent run and no running pipeline reaches.
import { existsSync, readdirSync, rmSync, statSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import type { Digest, Key } from "../content/digest.ts"
import { Claims } from "../ledger/claims.ts"
import { History } from "../ledger/history.ts"
import { Links } from "../ledger/links.ts"
import type { Reach } from "../ledger/records.ts"
import { Results } from "../ledger/results.ts"
import type { Lock } from "../lock/lock-file.ts"
import { isLasting } from "../store/kept-states.ts"
import { Store } from "../store/store.ts"
import { runsFolder } from "./run-folder.ts"

export interface GcOptions {
  readonly artifacts: string
  readonly locks: ReadonlyArray<Lock>
  /** Of each experiment, how many of its latest runs keep what they reach. */
  readonly keepRuns: number
}

export interface GcReport {
  readonly objects: number
  readonly bytes: number
  readonly kept: number
  /** Left by workers and pipelines that are gone. */
  readonly temporary: number
  /** Folders of runs that no kept run shows. */
  readonly folders: number
  /** Pipelines that run on this store right now. */
  readonly running: number
}

export interface Garbage {
  readonly report: GcReport
  /** Lets it go. @throws StoreError */
  readonly remove: () => void
}

/** What can go. */
export const findGarbage = Effect.fn("findGarbage")(function* (options: GcOptions) {
  const store = yield* Store
  const results = yield* Results
  const history = yield* History
  // Owners first: a run that ends after this is an owner here, and one that ended before has its links below.
  const owners = (yield* Claims).owners()
  const links = (yield* Links).all()
  const past = history.runs(undefined, Number.MAX_SAFE_INTEGER)
  const running = owners.map(({ id }) => id)
  const runs = new Set([...keptRuns(past, history.pins(), options.keepRuns), ...running])
  const keys = new Set<Key>(options.locks.flatMap((lock) => Object.values(lock.tasks).map(({ key }) => key)))
  for (const run of runs) for (const { key } of history.tasks(run)) if (key !== null) keys.add(key)

  const everything = results.everything()
  const reached = reachedObjects(everything, keys, links, { runs, areRunning: owners.length > 0 })
  const forgotten = everything.filter(({ key }) => !keys.has(key)).map(({ key }) => key)
  // What a running pipeline has made or is about to make visible is younger than the pipeline.
  const since = owners.reduce(
    (earliest, { started }) => Math.min(earliest, started),
    Number.POSITIVE_INFINITY,
  )
  const garbage = store.list().filter(({ digest, arrived }) => !reached.has(digest) && arrived < since)
  const temporary = leftovers(join(options.artifacts, "tmp"), new Set(owners.map(({ pid }) => pid)))
  const folders = runFolders(options.artifacts, runs, past, running)

  const remove = (): void => {
    const gone = new Set(garbage.map(({ digest }) => digest))
    for (const key of forgotten)
      if (Object.values(results.outputs(key) ?? {}).some(({ digest }) => gone.has(digest)))
        results.forget(key)
    for (const { digest } of garbage) store.remove(digest)
    for (const path of [...temporary, ...folders])
      rmSync(path, { recursive: true, force: true, maxRetries: 5 })
  }
  const report: GcReport = {
    objects: garbage.length,
    bytes: garbage.reduce((sum, { size }) => sum + size, 0),
    kept: reached.size,
    temporary: temporary.length,
    folders: folders.length,
    running: owners.length,
  }
  const found: Garbage = { report, remove }
  return found
})

/** Every object that a result with a kept key needs, or that an unfinished chain may go on from. */
function reachedObjects(
  everything: ReadonlyArray<Reach>,
  keys: ReadonlySet<Key>,
  links: ReturnType<Links["Type"]["all"]>,
  { runs, areRunning }: { readonly runs: ReadonlySet<string>; readonly areRunning: boolean },
): ReadonlySet<Digest> {
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

interface RunLike {
  readonly id: string
  readonly experiment: string
  readonly outcome: string | null
}

/** Newest first: the latest of each experiment that were done, and those that are pinned. */
function keptRuns(
  runs: ReadonlyArray<RunLike>,
  pins: ReadonlyArray<string>,
  count: number,
): ReadonlyArray<string> {
  const seen = new Map<string, number>()
  const latest = runs.filter(({ experiment, outcome }) => {
    const nth = (seen.get(experiment) ?? 0) + (outcome === "done" ? 1 : 0)
    seen.set(experiment, nth)
    return nth <= count
  })
  return [...new Set([...latest.map(({ id }) => id), ...pins])]
}

/**
 * Names end in `.PID.COUNTER`. Those of a running pipeline stay, wherever it runs, and those of another living process
 * (`verify` recomputes there) until a day has passed: by then it is another that got the number.
 */
function leftovers(tmp: string, running: ReadonlySet<number>): ReadonlyArray<string> {
  if (!existsSync(tmp)) return []
  return readdirSync(tmp).flatMap((name) => {
    const pid = Number(/\.(\d+)\.\d+$/.exec(name)?.[1] ?? Number.NaN)
    const path = join(tmp, name)
    if (running.has(pid)) return []
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
    return isAlive(pid) && age < 24 * 3600 * 1000 ? [] : [path]
  })
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (failure) {
    return (failure as NodeJS.ErrnoException).code === "EPERM"
  }
}

/**
 * A run that changed nothing shows the folder of an earlier one, which then stays. One without an end shows none: what
 * it had begun to write goes, unless it still runs.
 */
function runFolders(
  artifacts: string,
  kept: ReadonlySet<string>,
  past: ReadonlyArray<RunLike & { readonly folder: string | null }>,
  running: ReadonlyArray<string>,
): ReadonlyArray<string> {
  const folder = runsFolder(artifacts)
  if (!existsSync(folder)) return []
  const shown = new Set(running)
  for (const { id, folder } of past) if (kept.has(id) && folder !== null) shown.add(folder)
  return readdirSync(folder).flatMap((name) => (shown.has(name) ? [] : [join(folder, name)]))
}
