// results.json: what a run's folder says of its results, for programs and for whoever shows the folder again.
import { readFileSync } from "node:fs"
import { basename, join } from "node:path"
import { isDigest } from "../../content/digest.ts"
import type { Row } from "../../content/kind.ts"
import type { Steps } from "../../content/steps.ts"
import { type Best, wrongBest } from "../../declare/policy/best.ts"
import type { OutputRecord } from "../../ledger/records.ts"
import type {
  ComparedFacts,
  Counted,
  GateFacts,
  InexactFacts,
  NotNeededFacts,
} from "../../report/page/facts.ts"
import type { CellFile } from "./cell-files.ts"
import type { CopiedFile } from "./copies.ts"

export const resultsName = "results.json"

export interface ShownOutput extends OutputRecord {
  readonly task: string
  /** Relative to the run's folder; absent where there is no copy: the object in the store is all there is. */
  readonly file?: string
  /** Of a folder that has a copy: its files, also relative to the run's folder. */
  readonly files?: ReadonlyArray<CopiedFile>
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
  /** Metrics beside those of a git ref; absent where nobody asked. */
  readonly compared?: ComparedFacts
  /** Bounds of metrics, and whether they hold; absent where the experiment has none. */
  readonly gates?: ReadonlyArray<GateFacts>
  /** Which end of metrics the experiment declares to be the better one; absent where it says nothing. */
  readonly best?: Best
  /** What no upstream value chose; absent where all was needed. */
  readonly notNeeded?: NotNeededFacts
  /** How many known links the run did again; absent where it did none. */
  readonly remade?: number
}

const opening = '\n "outputs": {\n'
const closing = "\n }\n}\n"

/** Each output in a line of its own: there may be very many, people look for one, and they can be read some at a time. */
export function* resultsText({ outputs, ...rest }: ResultsFile): Steps<string> {
  const lines: Array<string> = []
  for (const name of Object.keys(outputs)) {
    yield
    lines.push(`  ${JSON.stringify(name)}: ${JSON.stringify(outputs[name])}`)
  }
  yield
  const head = JSON.stringify(rest, null, 1).slice(0, -2)
  return `${head},${opening}${lines.join(",\n")}${closing}`
}

/** @returns what the folder of a run holds, or undefined when it was removed, never finished or damaged: then it is made again */
export function* readRunFolder(folder: string): Steps<ResultsFile | undefined> {
  const text = textOf(join(folder, resultsName))
  if (text === undefined) return undefined
  const at = text.indexOf(opening)
  const isInLines = at !== -1 && text.endsWith(closing)
  const head = fieldsIn(isInLines ? `${text.slice(0, at).replace(/,$/, "")}}` : text)
  const outputs = isInLines
    ? yield* outputsIn(text.slice(at + opening.length, -closing.length))
    : outputsOf(head?.outputs)
  const read = { ...head, outputs }
  return head !== undefined && isHead(head) && outputs !== undefined ? (read as ResultsFile) : undefined
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8")
  } catch {
    return undefined
  }
}

function fieldsIn(text: string): Fields | undefined {
  try {
    const read: unknown = JSON.parse(text)
    return isFields(read) ? read : undefined
  } catch {
    return undefined
  }
}

/** Lines that are read at once. */
const batch = 500

function* outputsIn(text: string): Steps<ResultsFile["outputs"] | undefined> {
  const lines = text.split("\n")
  const all: Record<string, ShownOutput> = Object.create(null) // any name may be one
  for (let i = 0; i < lines.length; i += batch) {
    yield
    const some = outputsOf(
      fieldsIn(
        `{${lines
          .slice(i, i + batch)
          .join("")
          .replace(/,$/, "")}}`,
      ),
    )
    if (some === undefined) return undefined
    for (const name of Object.keys(some)) all[name] = some[name]!
  }
  return all
}

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const isFileName = (value: unknown): boolean =>
  isText(value) && basename(value) === value && !/^\.*$/.test(value)

const isDigestText = (value: unknown): boolean => isText(value) && isDigest(value)

const isText = (value: unknown): value is string => typeof value === "string"

/** Down to what is read of them: they may have been damaged, and a file is named within its folder. */
const outputsOf = (read: unknown): ResultsFile["outputs"] | undefined =>
  isFields(read) && Object.values(read).every(isOutput) ? (read as ResultsFile["outputs"]) : undefined

const isOutput = (output: unknown): boolean =>
  isFields(output) &&
  isText(output.task) &&
  isText(output.kind) &&
  isDigestText(output.digest) &&
  (output.file === undefined || isFileName(output.file)) &&
  (output.files === undefined || (Array.isArray(output.files) && output.files.every(isCopiedFile)))

/** Each part of its name a name: nothing leads out of the run's folder. */
const isCopiedFile = (copy: unknown): boolean => {
  if (!isFields(copy) || !isDigestText(copy.digest) || typeof copy.size !== "number") return false
  const { file: name } = copy
  return isText(name) && name.split("/").every(isFileName)
}

const isNumberOrNull = (value: unknown): boolean => value === null || typeof value === "number"

function isGate(read: unknown): boolean {
  if (!isFields(read)) return false
  const { metric, status, value, bounds, against, why } = read
  return (
    isText(metric) &&
    ["kept", "broken", "not-checked"].includes(status as string) &&
    isNumberOrNull(value) &&
    isFields(bounds) &&
    Object.values(bounds).every((bound) => typeof bound === "number") &&
    (against === undefined || (isFields(against) && isText(against.ref) && isNumberOrNull(against.value))) &&
    (why === null || isText(why))
  )
}

function isCompared(read: unknown): boolean {
  if (!isFields(read)) return false
  const { ref, commit, why, rows, onlyToday, onlyThen, unread = [] } = read
  const areTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText)
  return (
    isText(ref) &&
    [commit, why].every((value) => value === null || isText(value)) &&
    [onlyToday, onlyThen, unread].every(areTexts) &&
    Array.isArray(rows) &&
    rows.every(
      (row) => isFields(row) && isText(row.metric) && isText(row.note) && isNumberOrNull(row.difference),
    )
  )
}

const isNotNeeded = (read: unknown): boolean =>
  isFields(read) &&
  isFields(read.results) &&
  Object.values(read.results).every(isText) &&
  isFields(read.tasks) &&
  Object.values(read.tasks).every((labels) => Array.isArray(labels) && labels.every(isText))

/** Whether all but the outputs is what was written. */
function isHead(read: Fields): boolean {
  const {
    metrics,
    values,
    summaries,
    counted,
    cells = [],
    inexact,
    adopted = [],
    gates = [],
    compared,
    best,
    notNeeded,
    remade = 0,
  } = read
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
    typeof remade === "number" &&
    Array.isArray(adopted) &&
    adopted.every(isText) &&
    Array.isArray(gates) &&
    gates.every(isGate) &&
    (compared === undefined || isCompared(compared)) &&
    (best === undefined || wrongBest(best) === undefined) &&
    (notNeeded === undefined || isNotNeeded(notNeeded)) &&
    isFields(metrics) &&
    Object.values(metrics).every((value) => typeof value === "number") &&
    isFields(values) &&
    Array.isArray(summaries) &&
    summaries.every(isSummary) &&
    Array.isArray(counted) &&
    counted.every(isCounted) &&
    Array.isArray(cells) &&
    cells.every(isCells)
  )
}
