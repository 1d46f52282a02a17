// Files of a run's folder that were deleted are made again: copies from the store, and the page from the history.
import { rmSync, statSync } from "node:fs"
import { join } from "node:path"
import type { Digest } from "../../content/digest.ts"
import { hashingFile } from "../../content/hash-file.ts"
import { isAsStored } from "../../content/stamp.ts"
import type { Steps } from "../../content/steps.ts"
import type { History } from "../../ledger/history.ts"
import type { RunRecord } from "../../ledger/records.ts"
import type { Results } from "../../ledger/results.ts"
import { cellsOf, mostMeasured } from "../../report/groups/cells.ts"
import type { RunFacts } from "../../report/page/facts.ts"
import type { Store } from "../../store/store.ts"
import type { ResultsFile } from "./results-file.ts"
import { type NamedResult, pageName, writeRunFolder } from "./run-folder.ts"

/** A file that is the folder's, as it was written. */
export interface OwnFile {
  readonly file: string
  readonly digest: Digest
  readonly size: number
}

/** What a folder says it holds, beside its page and what says it. */
export function* ownFiles({ outputs, cells = [] }: ResultsFile): Generator<OwnFile, void, void> {
  for (const name in outputs) {
    const { file, digest, size, files } = outputs[name]!
    if (files !== undefined) yield* files
    else if (file !== undefined) yield { file, digest, size }
  }
  yield* cells
}

/**
 * Whether every file that a folder says it holds is there, and its page; and of those that are objects under a second name, whether
 * nobody has written to them.
 */
export function* isWhole(folder: string, found: ResultsFile): Steps<boolean> {
  if (statSync(join(folder, pageName), { throwIfNoEntry: false }) === undefined) return false
  for (const own of ownFiles(found)) {
    yield
    const there = statSync(join(folder, own.file), { throwIfNoEntry: false })
    if (there?.size !== own.size || (there.nlink > 1 && !isAsStored(there, own.digest, own.size)))
      return false
  }
  return true
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
  const tasks: Array<RunFacts["tasks"][number]> = []
  for (const { label, stage, status, key } of history.tasks(run.id)) {
    yield
    tasks.push({ label, stage, status, seconds: key === null ? undefined : results.seconds(key) })
  }
  const facts: RunFacts = {
    ...{ experiment: run.experiment, doc, paramDocs },
    ...{ run: run.id, started: run.started, params: run.params, commit: run.commit, dirty: run.dirty },
    ...(found.inexact === undefined ? {} : { inexact: found.inexact }),
    ...(found.adopted === undefined ? {} : { adopted: found.adopted }),
    ...(found.gates === undefined ? {} : { gates: found.gates }),
    ...(found.compared === undefined ? {} : { compared: found.compared }),
    ...(found.best === undefined ? {} : { best: found.best }),
    ...(found.notNeeded === undefined ? {} : { notNeeded: found.notNeeded }),
    ...(found.remade === undefined ? {} : { remade: found.remade }),
    counted: found.counted.map((each) => ({ ...each, count: results.distinctInputs(each.stage, each.role) })),
    tasks,
    measured: yield* cellsOf(history.tasks(run.id), results.metrics, mostMeasured),
  }
  const named = Object.entries(found.outputs).map(
    ([name, { task, kind, digest, size, single = true }]): NamedResult => ({
      ...{ name, task, kind, digest, size, single },
    }),
  )
  const written = yield* writeRunFolder(store, folder, facts, named)
  yield* removeOthers(folder, found, written)
  return written
}

/** Files that the folder held and holds no longer; one that a person has changed is a person's. */
function* removeOthers(folder: string, before: ResultsFile, now: ResultsFile): Steps<void> {
  const kept = new Set(Array.from(ownFiles(now), ({ file }) => file))
  for (const { file, digest, size } of ownFiles(before)) {
    yield
    const path = join(folder, file)
    if (kept.has(file) || statSync(path, { throwIfNoEntry: false })?.size !== size) continue
    const found = yield* hashingFile(path)
    if (found.digest === digest) rmSync(path)
  }
}
