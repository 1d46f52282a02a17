// The named results of a run: copies under readable names in runs/<id>/, their page, and what `show` reads back.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { writeWhole } from "../code/bundle-memo.ts"
import { canonical } from "../content/canonical.ts"
import { type Digest, digestOf } from "../content/digest.ts"
import { accepts, baseOf, decodeContent, type Row } from "../content/kind.ts"
import type { OutputRecord } from "../ledger/ledger.ts"
import {
  type Counted,
  type InexactFacts,
  isShown,
  type PageResult,
  page,
  type RunFacts,
} from "../report/page/page.ts"
import { Store } from "../store/store.ts"

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
}

/** Of what computed them too where that is not bit-exact: their page says so. */
export const resultsDigest = (results: ReadonlyArray<NamedResult>, inexact?: InexactFacts): Digest => {
  const named = results.map(({ name, digest }) => [name, digest])
  return digestOf(canonical(inexact === undefined ? named : [inexact.numerics, ...named]))
}

/** Writes the folder of a run; whoever reads it sees `results.json` last. */
export const writeResults = Effect.fn("writeResults")(function* (
  folder: string,
  facts: RunFacts,
  results: ReadonlyArray<NamedResult>,
) {
  const store = yield* Store
  mkdirSync(folder, { recursive: true })
  const metrics: Record<string, number> = {}
  const values: Record<string, unknown> = {}
  const summaries: Array<ResultsFile["summaries"][number]> = []
  const outputs: Record<string, ShownOutput> = {}
  const shown: Array<PageResult> = []
  for (const { name, single, ...record } of results) {
    const file = fileName(name, record.kind)
    rmSync(join(folder, file), { force: true })
    const bytes = yield* store.read(record.digest)
    writeFileSync(join(folder, file), bytes)
    outputs[name] = { ...record, file }
    const content = isShown(record.kind, single) ? decodeContent(record.kind, bytes) : undefined
    shown.push({ name, single, file, content, ...record })
    if (single && baseOf(record.kind) === "metrics") {
      for (const [metric, value] of Object.entries(content as Record<string, number>)) {
        metrics[`${name.replace(/\.metrics$/, "")}.${metric}`] = value
      }
    }
    if (single && baseOf(record.kind) === "value") values[name] = content
    if (accepts("table:summary", record.kind)) {
      summaries.push({ name, rows: content as ReadonlyArray<Row> })
    }
  }
  const { experiment, run } = facts
  const counted = facts.counted.map(({ stage, role }) => ({ stage, role }))
  const inexact = facts.inexact === undefined ? {} : { inexact: facts.inexact }
  const written: ResultsFile = { experiment, run, metrics, values, summaries, outputs, counted, ...inexact }
  writeWhole(join(folder, "index.html"), page(facts, metrics, shown))
  writeWhole(join(folder, resultsName), JSON.stringify(written, null, 1))
  return written
})

const resultsName = "results.json"

/** @returns what the folder of a run holds, or undefined when it was removed or never finished */
export function readResults(folder: string): ResultsFile | undefined {
  const path = join(folder, resultsName)
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as ResultsFile) : undefined
}

const extensions: Readonly<Record<string, string>> = {
  value: "json",
  metrics: "json",
  table: "json",
  chart: "json",
  json: "json",
  text: "txt",
  document: "html",
}

/** Legal on Windows too; a name that ends in its extension gets no second one. */
const fileName = (name: string, kind: string): string => {
  const extension = extensionOf(kind)
  const whole = name.endsWith(`.${extension}`) ? name : `${name}.${extension}`
  return whole.replace(/[^A-Za-z0-9._=+@-]/g, "_")
}

/** Kinds with a codec have an extension of their own; others end in one (`image:png`, `weights:safetensors`). */
const extensionOf = (kind: string): string => extensions[baseOf(kind)] ?? kind.split(":").at(-1)!
