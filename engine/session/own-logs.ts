// What of the folder logs/ is the store's own and not needed, and what there is somebody else's. It removes nothing itself.
import { isLogName } from "../run/log/printout.ts"
import { type Entry, entriesIn, type Found, folderOf, type Item } from "./own-folders.ts"
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
    const isRun = known.isRun(name)
    const isLogs = entry.isDirectory() && (isRun || (isRunId(name) && entriesIn(path).some(isLog)))
    if (!isLogs) foreign.push(path)
    else if (!isRun && !known.withoutHistory) orphans.push(path)
    else {
      const { item, others } = folderOf("log", path, isLog)
      for (const other of others) foreign.push(other)
      if (item !== undefined) items.push(item)
    }
  }
  return { items, orphans, foreign }
}

const isLog = ({ name, entry }: Entry): boolean => entry.isFile() && isLogName(name)
