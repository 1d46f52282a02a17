// Runs that a ledger lost, as far as their folders tell: which experiment, when, and what it gave. Its params are not known.
import { existsSync, readdirSync, statSync } from "node:fs"
import { join } from "node:path"
import { atOnce } from "../../content/steps.ts"
import type { Row } from "../../ledger/repair/read-rows.ts"
import { type ResultsFile, readRunFolder, resultsName } from "../folder/results-file.ts"
import { namesDigest, runsFolder } from "../folder/run-folder.ts"

/** The runs that are known, and those that folders tell of, in the order in which they began. */
export function withRunFolders(artifacts: string, known: ReadonlyArray<Row>): ReadonlyArray<Row> {
  const ids = new Set(known.map(({ id }) => id))
  const inOrder = [...known].sort((a, b) => Number(a.sequence ?? 0) - Number(b.sequence ?? 0))
  for (const row of foundIn(runsFolder(artifacts))) {
    if (ids.has(row.id)) continue
    const at = inOrder.findIndex(({ started }) => String(started) > String(row.started))
    inOrder.splice(at === -1 ? inOrder.length : at, 0, row)
  }
  return inOrder.map((row, i) => ({ ...row, sequence: i + 1 }))
}

function foundIn(folder: string): ReadonlyArray<Row> {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const found = atOnce(readRunFolder(join(folder, name)))
      return found?.run === name ? [runOf(found, statSync(join(folder, name, resultsName)).mtime)] : []
    })
}

function runOf(
  { experiment, run, outputs, inexact, adopted, gates, compared }: ResultsFile,
  finished: Date,
): Row {
  const named = Object.entries(outputs).map(([name, output]) => ({ name, digest: output.digest }))
  return {
    id: run,
    experiment,
    params: "{}",
    started: startOf(run) ?? finished.toISOString(),
    finished: finished.toISOString(),
    outcome: "done",
    commit_id: null,
    dirty: null,
    host: "unknown",
    results: atOnce(
      namesDigest(named, {
        ...(inexact && { inexact }),
        ...(adopted && { adopted }),
        ...(gates && { gates }),
        ...(compared && { compared }),
      }),
    ),
    folder: run,
    numerics: inexact?.numerics ?? null,
  }
}

/** A run's name begins with its time. */
function startOf(run: string): string | undefined {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)-/.exec(run) ?? []
  return year === undefined ? undefined : `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`
}
