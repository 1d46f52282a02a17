// The folder of a run: copies of its named results under readable names in runs/<id>/, and their page. Of many cells it has tables.
import { mkdirSync } from "node:fs"
import { join, resolve } from "node:path"
import { canonical, type Json } from "../../content/canonical.ts"
import { type Digest, digestOf } from "../../content/digest.ts"
import { headlineMetrics } from "../../content/headlines.ts"
import { baseOf, decodeContent, type Metrics } from "../../content/kind.ts"
import type { Steps } from "../../content/steps.ts"
import type { OutputRecord, RunRecord } from "../../ledger/records.ts"
import { cellTables } from "../../report/page/cell-tables.ts"
import { isShown, isSummary, type PageResult, type RunFacts, summaryRows } from "../../report/page/facts.ts"
import { page } from "../../report/page/page.ts"
import type { Store } from "../../store/store.ts"
import { writeWhole } from "../../store/whole-file.ts"
import { type CellFile, writeCellFiles } from "./cell-files.ts"
import { type CopiedFile, copying } from "./copies.ts"
import { resultFiles } from "./result-files.ts"
import { type ResultsFile, resultsName, resultsText, type ShownOutput } from "./results-file.ts"

export const runsFolder = (artifacts: string): string => resolve(artifacts, "runs")

/** @param id of a run */
export const runFolder = (artifacts: string, id: string): string => join(runsFolder(artifacts), id)

export interface NamedResult extends OutputRecord {
  readonly name: string
  /** The task that made it, by label. */
  readonly task: string
  /** False for one of an array of cells. */
  readonly single: boolean
}

/** Of what computed them too where that is not bit-exact, of which tasks were adopted, of gates, of what they were compared with, of what was not needed, and of what tasks beside them measured: their page says so. */
export function* namesDigest(
  results: Iterable<Pick<NamedResult, "name" | "digest">>,
  marked: Pick<ResultsFile, "inexact" | "adopted" | "gates" | "compared" | "best" | "notNeeded"> & {
    readonly measured?: Digest | undefined
  },
): Steps<Digest> {
  const { inexact, adopted, gates, compared, best, notNeeded, measured } = marked
  const marks: ReadonlyArray<Json> = [
    ...(adopted === undefined ? [] : [{ adopted }]),
    ...(inexact === undefined ? [] : [inexact.numerics]),
    ...(gates === undefined ? [] : [{ gates: gates as unknown as Json }]),
    ...(compared === undefined ? [] : [{ compared: compared as unknown as Json }]),
    ...(best === undefined ? [] : [{ best }]),
    ...(measured === undefined ? [] : [{ measured }]),
    ...(notNeeded === undefined ? [] : [{ notNeeded: notNeeded as unknown as Json }]),
  ]
  const items = marks.map((mark) => canonical(mark))
  for (const { name, digest } of results) {
    yield
    items.push(`[${JSON.stringify(name)},${JSON.stringify(digest)}]`) // canonical, as both are text
  }
  return digestOf(`[${items.join()}]`)
}

/** Writes the folder of a run; whoever reads it sees `results.json` last. @throws CorruptArtifact */
export function* writeRunFolder(
  store: Store["Type"],
  folder: string,
  facts: RunFacts,
  results: ReadonlyArray<NamedResult>,
): Steps<ResultsFile> {
  mkdirSync(folder, { recursive: true })
  const files = resultFiles(results)
  const shown: Array<CopiedResult> = []
  for (const [i, result] of results.entries()) {
    yield
    shown.push(yield* copied(store, folder, result, files[i]))
  }
  yield
  const tables = cellTables(shown)
  const cells = yield* writeCellFiles(folder, tables)
  const written = yield* resultsOf(facts, shown, cells)
  const fileOf = new Map(cells.map(({ stage, file }) => [stage, file]))
  const told = tables.map((table) => ({ ...table, file: fileOf.get(table.stage) }))
  writePage(folder, yield* page(facts, written.metrics, shown, told))
  writeWhole(join(folder, resultsName), yield* resultsText(written))
  return written
}

/** A result, and of a folder that has a copy its files. */
interface CopiedResult extends PageResult {
  readonly files?: ReadonlyArray<CopiedFile>
}

function* resultsOf(
  facts: RunFacts,
  shown: ReadonlyArray<CopiedResult>,
  cells: ReadonlyArray<CellFile>,
): Steps<ResultsFile> {
  const outputs: Record<string, ShownOutput> = Object.create(null) // any name may be one
  for (const { name, task, kind, digest, size, file, files, single } of shown) {
    yield
    const copy = { ...(file === undefined ? {} : { file }), ...(files === undefined ? {} : { files }) }
    outputs[name] = { task, kind, digest, size, ...copy, single }
  }
  return {
    experiment: facts.experiment,
    run: facts.run,
    metrics: headlineMetrics(
      shown.filter(isHeadline).map(({ name, content }) => ({ name, content: content as Metrics })),
    ),
    values: Object.fromEntries(
      shown
        .filter(({ single, kind }) => single && baseOf(kind) === "value")
        .map(({ name, content }) => [name, content]),
    ),
    summaries: shown
      .filter(({ kind, content }) => isSummary(kind) && content !== undefined)
      .map((result) => ({ name: result.name, rows: summaryRows(result) })),
    outputs,
    counted: facts.counted.map(({ stage, role }) => ({ stage, role })),
    ...(cells.length === 0 ? {} : { cells }),
    ...(facts.inexact === undefined ? {} : { inexact: facts.inexact }),
    ...(facts.adopted === undefined ? {} : { adopted: facts.adopted }),
    ...(facts.gates === undefined ? {} : { gates: facts.gates }),
    ...(facts.compared === undefined ? {} : { compared: facts.compared }),
    ...(facts.best === undefined ? {} : { best: facts.best }),
    ...(facts.notNeeded === undefined ? {} : { notNeeded: facts.notNeeded }),
    ...(facts.remade === undefined ? {} : { remade: facts.remade }),
  }
}

/** @returns its path */
export function writePage(folder: string, text: string): string {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, pageName)
  writeWhole(path, text)
  return path
}

/** A result under its readable name, if it has one, with its content where the page shows what it holds. */
function* copied(
  store: Store["Type"],
  folder: string,
  { name, single, ...record }: NamedResult,
  file: string | undefined,
): Steps<CopiedResult> {
  const files = file === undefined ? undefined : yield* copying(store, folder, file, record)
  const isRead = isShown(record.kind, single, file !== undefined)
  const content = isRead ? decodeContent(record.kind, store.read(record.digest)) : undefined
  const filesSize = files?.reduce((sum, { size }) => sum + size, 0)
  return { name, single, file, content, ...record, ...(files === undefined ? {} : { files, filesSize }) }
}

/** The headline metrics of named results, as they are in the store. @throws CorruptArtifact */
export const storedHeadlines = (store: Store["Type"], results: ReadonlyArray<NamedResult>): Metrics =>
  headlineMetrics(
    results.filter(isHeadline).map(({ name, kind, digest }) => ({
      name,
      content: decodeContent(kind, store.read(digest)) as Metrics,
    })),
  )

const isHeadline = ({ single, kind }: Pick<NamedResult, "single" | "kind">): boolean =>
  single && baseOf(kind) === "metrics"

export const pageName = "index.html"

/**
 * Whether a folder holds these results, each in the file that it would have today: older folders may lack some. One that has
 * a copy of what would have none today holds it all the same.
 */
export function isFolderOf(found: ResultsFile, results: ReadonlyArray<NamedResult>): boolean {
  const files = resultFiles(results)
  const isIn = ({ name }: NamedResult, i: number): boolean => {
    const output = Object.hasOwn(found.outputs, name) ? found.outputs[name] : undefined
    return output !== undefined && (files[i] === undefined || output.file === files[i])
  }
  return results.every(isIn)
}

/**
 * The folder of an earlier run that holds just these results. Each is read once, however many runs show it.
 *
 * @param past runs of the experiment, newest first
 * @param digest of the results, see `namesDigest`
 * @param read what the folder of a run holds
 */
export function* shownBefore(
  past: ReadonlyArray<Pick<RunRecord, "results" | "folder">>,
  digest: Digest,
  named: ReadonlyArray<NamedResult>,
  read: (id: string) => Steps<ResultsFile | undefined>,
): Steps<{ readonly folder: string; readonly found: ResultsFile } | undefined> {
  const folders = past.flatMap(({ results, folder }) =>
    results === digest && folder !== null ? [folder] : [],
  )
  for (const folder of new Set(folders)) {
    const found = yield* read(folder)
    if (found !== undefined && isFolderOf(found, named)) return { folder, found }
  }
  return undefined
}
