// What of the folder logs/ is the store's own and not needed, and what there is somebody else's. It removes nothing itself.
import { lstatSync, readdirSync, rmdirSync, unlinkSync } from "node:fs"
import { isLogName } from "../run/log/printout.ts"
import { entriesIn, type Found, type Item } from "./own-folders.ts"
import { isRunId } from "./run-id.ts"

export interface KnownLogs {
  /** Runs whose logs stay. */
  readonly kept: ReadonlySet<string>
  /** Whether the ledger knows a run of this name. */
  readonly isRun: (name: string) => boolean
  /** Whether logs of runs that only a lost ledger knew may go. */
  readonly withoutHistory: boolean
}

/** Logs of a run go with it: those files alone that are named as logs are. */
export function logsIn(folder: string, known: KnownLogs): Found {
  const items: Array<Item> = []
  const orphans: Array<string> = []
  const foreign: Array<string> = []
  for (const { name, path, entry } of entriesIn(folder)) {
    if (known.kept.has(name)) continue
    const inside = entriesIn(path)
    const isRun = known.isRun(name) || isRunId(name)
    const own = inside.filter((each) => each.entry.isFile() && isLogName(each.name)).map(({ path }) => path)
    if (!entry.isDirectory() || !isRun || (own.length === 0 && !known.isRun(name))) foreign.push(path)
    else if (!known.isRun(name) && !known.withoutHistory) orphans.push(path)
    else {
      for (const each of inside) if (!own.includes(each.path)) foreign.push(each.path)
      if (own.length > 0 || inside.length === 0) items.push(logItem(path, own))
    }
  }
  return { items, orphans, foreign }
}

const logItem = (path: string, own: ReadonlyArray<string>): Item => ({
  what: "log",
  path,
  bytes: own.reduce((sum, each) => sum + (lstatSync(each, { throwIfNoEntry: false })?.size ?? 0), 0),
  remove: () => {
    for (const each of own) unlinkSync(each)
    if (readdirSync(path).length === 0) rmdirSync(path)
  },
})
