// results.json: what a run's folder says of its results, for programs and for whoever shows the folder again.
import { readFileSync } from "node:fs"
import { basename, join } from "node:path"
import { isDigest } from "../../content/digest.ts"
import type { Row } from "../../content/kind.ts"
import type { Steps } from "../../content/steps.ts"
import type { OutputRecord } from "../../ledger/records.ts"
import type { Counted, InexactFacts } from "../../report/page/facts.ts"
import type { CellFile } from "./cell-files.ts"

export const resultsName = "results.json"

export interface ShownOutput extends OutputRecord {
  readonly task: string
  /** Relative to the run's folder; absent where there is no copy: the object in the store is all there is. */
  readonly file?: string
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
  /** Tables of cells' metrics beside it; absent where there are none. */
  readonly cells?: ReadonlyArray<CellFile>
  /** What computed where it was not bit-exact, and the tasks that are not; absent where all are. */
  readonly inexact?: InexactFacts
  /** Tasks whose results were taken over from other code; absent where there are none. */
  readonly adopted?: ReadonlyArray<string>
}

/** Each output in a line of its own: there may be very many, and people look for one. */
export function* resultsText({ outputs, ...rest }: ResultsFile): Steps<string> {
  const lines: Array<string> = []
  for (const [name, output] of Object.entries(outputs)) {
    yield
    lines.push(`  ${JSON.stringify(name)}: ${JSON.stringify(output)}`)
  }
  const fields = JSON.stringify(rest, null, 1).slice(0, -2)
  return `${fields},\n "outputs": {\n${lines.join(",\n")}\n }\n}\n`
}

/** @returns what the folder of a run holds, or undefined when it was removed, never finished or damaged: then it is made again */
export function readRunFolder(folder: string): ResultsFile | undefined {
  try {
    const read: unknown = JSON.parse(readFileSync(join(folder, resultsName), "utf8"))
    return isResultsFile(read) ? read : undefined
  } catch {
    return undefined
  }
}

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const isFileName = (value: unknown): boolean =>
  isText(value) && basename(value) === value && !/^\.*$/.test(value)

const isDigestText = (value: unknown): boolean => isText(value) && isDigest(value)

const isText = (value: unknown): value is string => typeof value === "string"

/** Down to what is read of it: it may have been damaged, and a file is named within its folder. */
function isResultsFile(read: unknown): read is ResultsFile {
  if (!isFields(read)) return false
  const { metrics, values, summaries, outputs, counted, cells = [], inexact, adopted = [] } = read
  const isOutput = (output: unknown): boolean =>
    isFields(output) &&
    ["task", "kind"].every((name) => isText(output[name])) &&
    isDigestText(output.digest) &&
    (output.file === undefined || isFileName(output.file))
  const isCells = (each: unknown): boolean =>
    isFields(each) && isText(each.stage) && isDigestText(each.digest) && isFileName(each.file)
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
    counted.every(isCounted) &&
    Array.isArray(cells) &&
    cells.every(isCells)
  )
}
