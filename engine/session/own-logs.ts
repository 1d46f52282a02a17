// What of the folder logs/ is the store's own and not needed, and what there is somebody else's. It removes nothing itself.
import type { Steps } from "../content/steps.ts"
import { isLogName } from "../run/log/printout.ts"
import { type Entry, entriesIn, type Found, foldersOfRuns } from "./own-folders.ts"

export interface KnownLogs {
  /** Runs whose logs stay. */
  readonly kept: ReadonlySet<string>
  /** Whether the ledger knows a run of this name. */
  readonly isRun: (name: string) => boolean
  /** Whether logs of runs that only a lost ledger knew may go. */
  readonly withoutHistory: boolean
}

/** Logs of a run go with it: those files alone that are named as logs are. */
export const logsIn = (folder: string, known: KnownLogs): Steps<Found> =>
  foldersOfRuns("log", folder, { ...known, stays: known.kept }, ({ path }) => ({
    isRunOf: () => entriesIn(path).some(isLog),
    isOwn: isLog,
    mayHold: () => false,
  }))

const isLog = ({ name, entry }: Entry): boolean => entry.isFile() && isLogName(name)
