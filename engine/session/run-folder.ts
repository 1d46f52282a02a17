// The folder of a run: copies of its named results under readable names in runs/<id>/, their page, and what `show` reads back.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { basename, join, resolve } from "node:path"
import { canonical, type Json } from "../content/canonical.ts"
import { type Digest, digestOf } from "../content/digest.ts"
import { accepts, baseOf, decodeContent, type Metrics, type Row } from "../content/kind.ts"
import type { Steps } from "../content/steps.ts"
import type { OutputRecord } from "../ledger/records.ts"
import {
  type Counted,
  type InexactFacts,
  isShown,
  type PageResult,
  type RunFacts,
} from "../report/page/facts.ts"
import { page } from "../report/page/page.ts"
import type { Store } from "../store/store.ts"
import { writeWhole } from "../store/whole-file.ts"
import { resultFiles } from "./result-files.ts"

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

export interface ShownOutput extends OutputRecord {
  readonly task: string
  /** Relative to the run's folder. */
  readonly file: string
  /** False for one of an array of cells; older folders do not say. */
  readonly single?: boolean
}

/** What `runs/<id>/results.json` holds. */
export interface ResultsFile {
  readonly experiment: string
  readonly run: string
  readonly metrics: Readonly<Record<string, number>>
  readonly values: Readonly<Record<string, unknown>>
  readonly summaries: ReadonlyArray<{ readonly name: string; readonly rows: ReadonlyArray<Row> }>
  readonly outputs: Readonly<Record<string, ShownOutput>>
  readonly counted: ReadonlyArray<Counted>
  /** What computed where it was not bit-exact, and the tasks that are not; absent where all are. */
  readonly inexact?: InexactFacts
  /** Tasks whose results were taken over from other code; absent where there are none. */
  readonly adopted?: ReadonlyArray<string>
}

/** Of what computed them too where that is not bit-exact, and of which tasks were adopted: their page says so. */
export const namesDigest = (
  results: ReadonlyArray<NamedResult>,
  { inexact, adopted }: Pick<ResultsFile, "inexact" | "adopted">,
): Digest => {
  const named: ReadonlyArray<Json> = results.map(({ name, digest }) => [name, digest])
  const exactly = inexact === undefined ? named : [inexact.numerics, ...named]
  return digestOf(canonical(adopted === undefined ? exactly : [{ adopted }, ...exactly]))
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
  const shown: Array<PageResult> = []
  for (const [i, result] of results.entries()) {
    yield
    shown.push(copied(store, folder, result, files[i]!))
  }
  const metrics = headlineMetrics(shown)
  const written: ResultsFile = {
    experiment: facts.experiment,
    run: facts.run,
    metrics,
    values: Object.fromEntries(
      shown
        .filter(({ single, kind }) => single && baseOf(kind) === "value")
        .map(({ name, content }) => [name, content]),
    ),
    summaries: shown
      .filter(({ kind }) => accepts("table:summary", kind))
      .map(({ name, content }) => ({ name, rows: content as ReadonlyArray<Row> })),
    outputs: Object.fromEntries(
      shown.map(({ name, task, kind, digest, size, file, single }) => [
        name,
        { task, kind, digest, size, file, single },
      ]),
    ),
    counted: facts.counted.map(({ stage, role }) => ({ stage, role })),
    ...(facts.inexact === undefined ? {} : { inexact: facts.inexact }),
    ...(facts.adopted === undefined ? {} : { adopted: facts.adopted }),
  }
  writePage(folder, page(facts, metrics, shown))
  writeWhole(join(folder, resultsName), JSON.stringify(written, null, 1))
  return written
}

/** @returns its path */
export function writePage(folder: string, text: string): string {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, pageName)
  writeWhole(path, text)
  return path
}

/** A result under its readable name, with its content where the page shows what it holds. */
function copied(
  store: Store["Type"],
  folder: string,
  { name, single, ...record }: NamedResult,
  file: string,
): PageResult {
  const bytes = store.read(record.digest)
  rmSync(join(folder, file), { force: true })
  writeFileSync(join(folder, file), bytes)
  const content = isShown(record.kind, single) ? decodeContent(record.kind, bytes) : undefined
  return { name, single, file, content, ...record }
}

/** Of single results of kind `metrics`, under flat dotted names: `test.metrics` gives `test.accuracy`, unless `test` does too. */
function headlineMetrics(shown: ReadonlyArray<PageResult>): Metrics {
  const headlines = shown.filter(({ single, kind }) => single && baseOf(kind) === "metrics")
  const names = new Set(headlines.map(({ name }) => name))
  const short = (name: string): string => name.replace(/\.metrics$/, "")
  return Object.fromEntries(
    headlines.flatMap(({ name, content }) =>
      Object.entries(content as Metrics).map(([metric, value]) => [
        `${names.has(short(name)) ? name : short(name)}.${metric}`,
        value,
      ]),
    ),
  )
}

const resultsName = "results.json"
export const pageName = "index.html"

/** @returns what the folder of a run holds, or undefined when it was removed, never finished or damaged: then it is made again */
export function readRunFolder(folder: string): ResultsFile | undefined {
  try {
    const read: unknown = JSON.parse(readFileSync(join(folder, resultsName), "utf8"))
    return isResultsFile(read) ? read : undefined
  } catch {
    return undefined
  }
}

/** Whether a folder holds these results, each in the file that it would have today: older folders may lack some. */
export function isFolderOf(folder: string, results: ReadonlyArray<NamedResult>): boolean {
  const outputs = readRunFolder(folder)?.outputs
  if (outputs === undefined) return false
  const files = resultFiles(results)
  return results.every(({ name }, i) => Object.hasOwn(outputs, name) && outputs[name]!.file === files[i])
}

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const isText = (value: unknown): value is string => typeof value === "string"

/** Down to what is read of it: it may have been damaged, and a file is named within its folder. */
function isResultsFile(read: unknown): read is ResultsFile {
  if (!isFields(read)) return false
  const { metrics, values, summaries, outputs, counted, inexact, adopted = [] } = read
  const isOutput = (output: unknown): boolean =>
    isFields(output) &&
    ["task", "kind", "digest"].every((name) => isText(output[name])) &&
    isText(output.file) &&
    basename(output.file) === output.file
  const isSummary = (summary: unknown): boolean =>
    isFields(summary) && isText(summary.name) && Array.isArray(summary.rows) && summary.rows.every(isFields)
  const isCounted = (each: unknown): boolean => isFields(each) && isText(each.stage) && isText(each.role)
  const isInexact =
    inexact === undefined ||
    (isFields(inexact) &&
      isText(inexact.numerics) &&
      Array.isArray(inexact.tasks) &&
      inexact.tasks.every(isText))
  return (
    isInexact &&
    Array.isArray(adopted) &&
    adopted.every(isText) &&
    isFields(metrics) &&
    Object.values(metrics).every((value) => typeof value === "number") &&
    isFields(values) &&
    isFields(outputs) &&
    Object.values(outputs).every(isOutput) &&
    Array.isArray(summaries) &&
    summaries.every(isSummary) &&
    Array.isArray(counted) &&
    counted.every(isCounted)
  )
}
