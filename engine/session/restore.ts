// Files of a run's folder that were deleted are made again: copies from the store, and the page from the history.
import { statSync } from "node:fs"
import { join } from "node:path"
import type { Steps } from "../content/steps.ts"
import type { History } from "../ledger/history.ts"
import type { RunRecord } from "../ledger/records.ts"
import type { Results } from "../ledger/results.ts"
import type { RunFacts } from "../report/page/facts.ts"
import type { Store } from "../store/store.ts"
import { type NamedResult, pageName, type ResultsFile, writeRunFolder } from "./run-folder.ts"

/** Whether every file that a folder says it holds is there, and its page. */
export const isWhole = (folder: string, { outputs }: ResultsFile): boolean =>
  isThere(join(folder, pageName)) &&
  Object.values(outputs).every(({ file, size }) => isThere(join(folder, file), size))

const isThere = (path: string, size?: number): boolean => {
  const found = statSync(path, { throwIfNoEntry: false })
  return found !== undefined && (size === undefined || found.size === size)
}

interface Kept {
  readonly store: Store["Type"]
  readonly results: Results["Type"]
  readonly history: History["Type"]
}

/**
 * @param run whose folder it is
 * @param about what the experiment says of itself today
 * @throws CorruptArtifact
 */
export function* restoreRunFolder(
  { store, results, history }: Kept,
  folder: string,
  run: RunRecord,
  found: ResultsFile,
  about: Pick<RunFacts, "doc" | "paramDocs">,
): Steps<ResultsFile> {
  const { doc, paramDocs } = about
  const facts: RunFacts = {
    ...{ experiment: run.experiment, doc, paramDocs },
    ...{ run: run.id, started: run.started, params: run.params, commit: run.commit, dirty: run.dirty },
    ...(found.inexact === undefined ? {} : { inexact: found.inexact }),
    counted: found.counted.map((each) => ({ ...each, count: results.distinctInputs(each.stage, each.role) })),
    tasks: history.tasks(run.id).map(({ label, stage, status, key }) => ({
      ...{ label, stage, status },
      seconds: key === null ? undefined : results.seconds(key),
    })),
  }
  const named = Object.entries(found.outputs).map(
    ([name, { task, kind, digest, size, single = true }]): NamedResult => ({
      ...{ name, task, kind, digest, size, single },
    }),
  )
  return yield* writeRunFolder(store, folder, facts, named)
}
