// The ledger's results in SQLite: the tables results, outputs, inputs, metrics and evidence.
import { type Digest, isDigest, type Key } from "../content/digest.ts"
import { namedGiven } from "../content/given.ts"
import { damagedRow, parsed } from "./failures.ts"
import {
  type Adopted,
  type InputDigests,
  isOneDigest,
  type MadeOf,
  type MetricRow,
  type NewResult,
  type OutputRecord,
  type OutputRecords,
  type Reach,
  type Result,
} from "./records.ts"
import type { Results } from "./results.ts"
import type { Sqlite } from "./sqlite/sqlite.ts"

interface ResultRow {
  readonly key: Key
  readonly stage: string
  readonly fingerprint: string
  readonly sources: string
  readonly seconds: number
  readonly states: string | null
  readonly sequence: number
  readonly adopted: string | null
}

type PreImageRow = Pick<ResultRow, "fingerprint" | "sources" | "sequence">

type ReachRow = Pick<ResultRow, "key" | "stage" | "seconds" | "states">

/** Results that are read at once: some milliseconds. */
const pageSize = 1000

interface KeyedDigest {
  readonly key: Key
  readonly digest: Digest
}

const statementsIn = (database: Sqlite) => ({
  selectResult: database.prepare<[string], ResultRow>("SELECT * FROM results WHERE key = ?"),
  selectSeconds: database.prepare<[string], { seconds: number }>("SELECT seconds FROM results WHERE key = ?"),
  selectOutputs: database.prepare<[string], OutputRecord & { name: string }>(
    "SELECT name, kind, digest, size FROM outputs WHERE key = ? ORDER BY name",
  ),
  selectMadeOf: database.prepare<[string], PreImageRow>(
    "SELECT fingerprint, sources, sequence FROM results WHERE key = ?",
  ),
  selectLatest: database.prepare<[string, number], PreImageRow>(
    "SELECT fingerprint, sources, sequence FROM results WHERE stage = ? AND sequence <= ? ORDER BY sequence DESC LIMIT 1",
  ),
  selectMetrics: database.prepare<[string], MetricRow>(
    "SELECT step, name, value FROM metrics WHERE key = ? ORDER BY step, name",
  ),
  insertResult: database.prepare(
    `INSERT INTO results (key, stage, fingerprint, sources, seconds, states, adopted, sequence)
     VALUES (?, ?, ?, ?, ?, ?, ?, (SELECT coalesce(max(sequence), 0) + 1 FROM results))`,
  ),
  updateFingerprint: database.prepare("UPDATE results SET fingerprint = ? WHERE key = ?"),
  insertOutput: database.prepare(
    "INSERT INTO outputs (key, name, kind, digest, size) VALUES (?, ?, ?, ?, ?)",
  ),
  insertInput: database.prepare("INSERT INTO inputs (key, role, name, digest) VALUES (?, ?, ?, ?)"),
  insertMetric: database.prepare(
    "INSERT OR REPLACE INTO metrics (key, step, name, value) VALUES (?, ?, ?, ?)",
  ),
  insertEvidence: database.prepare(
    "INSERT OR IGNORE INTO evidence (key, name, digest, run) VALUES (?, ?, ?, ?)",
  ),
  selectAdopted: database.prepare<[string], { adopted: string }>(
    "SELECT adopted FROM results WHERE key = ? AND adopted IS NOT NULL",
  ),
  selectAllAdopted: database.prepare<[], { key: Key; adopted: string }>(
    "SELECT key, adopted FROM results WHERE adopted IS NOT NULL",
  ),
  updateAdopted: database.prepare("UPDATE results SET adopted = ? WHERE key = ?"),
  deleteResult: database.prepare("DELETE FROM results WHERE key = ?"),

  selectReaches: database.prepare<[string, number], ReachRow>(
    "SELECT key, stage, seconds, states FROM results WHERE key > ? ORDER BY key LIMIT ?",
  ),
  selectReach: database.prepare<[string], ReachRow>(
    "SELECT key, stage, seconds, states FROM results WHERE key = ?",
  ),
  selectOutputsFrom: database.prepare<[string, string], KeyedDigest>(
    "SELECT key, digest FROM outputs WHERE key BETWEEN ? AND ?",
  ),
  selectInputsFrom: database.prepare<[string, string], KeyedDigest>(
    "SELECT key, digest FROM inputs WHERE key BETWEEN ? AND ?",
  ),
  sumOutputs: database.prepare<[], { bytes: number | null }>("SELECT SUM(size) AS bytes FROM outputs"),
  selectGivenFiles: database.prepare<[], { digest: Digest }>(
    `SELECT DISTINCT digest FROM inputs
     WHERE NOT EXISTS (SELECT 1 FROM outputs WHERE outputs.digest = inputs.digest)`,
  ),
  selectFolders: database.prepare<[], { digest: Digest }>(
    "SELECT DISTINCT digest FROM outputs WHERE kind = 'folder' OR kind GLOB 'folder:*' ORDER BY digest",
  ),
  selectIsOutput: database.prepare<[string], { isOutput: number }>(
    "SELECT EXISTS (SELECT 1 FROM outputs WHERE digest = ?) AS isOutput",
  ),
  deleteOutput: database.prepare(
    "DELETE FROM results WHERE key IN (SELECT key FROM outputs WHERE digest = ?)",
  ),
  countInputs: database.prepare<[string, string], { count: number }>(
    `SELECT COUNT(DISTINCT inputs.digest) AS count FROM inputs JOIN results ON results.key = inputs.key
     WHERE results.stage = ? AND inputs.role = ?`,
  ),
})
type Statements = ReturnType<typeof statementsIn>

export function resultsIn(database: Sqlite): Results["Type"] {
  const statements = statementsIn(database)
  const sources = lastParsed<MadeOf["sources"]>()
  const madeOf = (row: PreImageRow | undefined): MadeOf | undefined =>
    row && { ...row, fingerprint: checkedJson(row.fingerprint), sources: sources(row.sources) }
  const outputs = (key: Key): OutputRecords | undefined => outputsOf(statements.selectOutputs.all(key))
  const resultOf = (row: ResultRow): Result => ({
    ...row,
    fingerprint: checkedJson(row.fingerprint),
    sources: parsed<Readonly<Record<string, Digest>>>(row.sources),
    states: row.states === null ? null : parsed<ReadonlyArray<Digest>>(row.states),
    outputs: outputs(row.key) ?? {},
    adopted: row.adopted === null ? null : parsed<Adopted>(row.adopted),
  })
  return {
    outputs,
    result: (key) => {
      const row = statements.selectResult.get(key)
      return row === undefined ? undefined : resultOf(row)
    },
    seconds: (key) => statements.selectSeconds.get(key)?.seconds,
    adopted: () =>
      new Map(statements.selectAllAdopted.all().map(({ key, adopted }) => [key, parsed<Adopted>(adopted)])),
    isAdopted: (key) => statements.selectAdopted.get(key) !== undefined,
    commit: (...given) => database.transaction("immediate", () => commitResult(statements, ...given)),
    forget: (key) => void statements.deleteResult.run(key),
    madeOf: (key) => madeOf(statements.selectMadeOf.get(key)),
    latest: (stage, until = Number.MAX_SAFE_INTEGER) => madeOf(statements.selectLatest.get(stage, until)),
    distinctInputs: (stage, role) => statements.countInputs.get(stage, role)!.count,
    page: (after) => reachesOf(statements, statements.selectReaches.all(after?.key ?? "", pageSize)),
    reach: (key) => reachesOf(statements, statements.selectReach.all(key))[0],
    outputBytes: () => statements.sumOutputs.get()!.bytes ?? 0,
    givenFiles: () => statements.selectGivenFiles.all().map(({ digest }) => digest),
    folders: () => statements.selectFolders.all().map(({ digest }) => digest),
    isOutput: (digest) => statements.selectIsOutput.get(digest)!.isOutput === 1,
    forgetOutput: (digest) => void statements.deleteOutput.run(digest),
    metrics: (key) => statements.selectMetrics.all(key),
  }
}

/** Parses a text that comes again and again once in a row: tasks of a stage share their sources. */
function lastParsed<A>(): (text: string) => A {
  let last: { readonly text: string; readonly value: A } | undefined
  return (text) => {
    if (last?.text !== text) last = { text, value: parsed<A>(text) }
    return last.value
  }
}

/** Its readers parse it. */
function checkedJson(text: string): string {
  parsed(text)
  return text
}

const shapeOf = (outputs: OutputRecords): string =>
  JSON.stringify(
    Object.entries(outputs)
      .map(([name, { kind }]) => [name, kind])
      .sort(),
  )

function outputsOf(rows: ReadonlyArray<OutputRecord & { readonly name: string }>): OutputRecords | undefined {
  if (rows.length === 0) return undefined
  const bad = rows.find(({ digest }) => !isDigest(digest))
  if (bad !== undefined) throw damagedRow(`an output "${bad.name}" without a digest`)
  return Object.fromEntries(rows.map(({ name, kind, digest, size }) => [name, { kind, digest, size }]))
}

/** Within a transaction. @returns the names of the outputs that differ from the first result */
function commitResult(
  statements: Statements,
  run: string,
  result: NewResult,
  inputs: InputDigests,
  metrics: ReadonlyArray<MetricRow>,
): ReadonlyArray<string> {
  const { key, outputs, adopted = null } = result
  const first = outputsOf(statements.selectOutputs.all(key))
  const isDamaged = first !== undefined && shapeOf(first) !== shapeOf(outputs)
  if (first === undefined || isDamaged) {
    if (isDamaged) statements.deleteResult.run(key) // a key's outputs have the names and kinds that its code declares
    insertResult(statements, result, inputs, metrics)
    return []
  }
  const differing = Object.keys(outputs).filter((name) => first[name]!.digest !== outputs[name]!.digest)
  if (differing.length === 0) {
    statements.updateAdopted.run(markText(adopted), key)
    return []
  }
  const isReplaced = statements.selectAdopted.get(key) !== undefined // its own code never gave those bits
  const evidence = isReplaced ? first : outputs
  for (const name of differing) statements.insertEvidence.run(key, name, evidence[name]!.digest, run)
  if (!isReplaced) return differing
  statements.deleteResult.run(key)
  insertResult(statements, result, inputs, metrics)
  return differing
}

const markText = (mark: Adopted | null): string | null => (mark === null ? null : JSON.stringify(mark))

function insertResult(
  statements: Statements,
  { key, stage, fingerprint, sources, seconds, states, outputs, adopted = null }: NewResult,
  inputs: InputDigests,
  metrics: ReadonlyArray<MetricRow>,
): void {
  // Each row of an input is checked against this one, which then would be read whole: a hundred thousand inputs make megabytes of it.
  const isLong = fingerprint.length > 2_000
  statements.insertResult.run(
    key,
    stage,
    isLong ? "" : fingerprint,
    JSON.stringify(sources),
    seconds,
    states === null ? null : JSON.stringify(states),
    markText(adopted),
  )
  for (const [name, { kind, digest, size }] of Object.entries(outputs))
    statements.insertOutput.run(key, name, kind, digest, size)
  for (const [role, wired] of Object.entries(inputs)) {
    const named = new Map(namedGiven(wired, isOneDigest))
    for (const name of [...named.keys()].sort()) statements.insertInput.run(key, role, name, named.get(name)!) // as in the table
  }
  for (const { step, name, value } of metrics) statements.insertMetric.run(key, step, name, value)
  if (isLong) statements.updateFingerprint.run(fingerprint, key)
}

/** @param rows in the order of their keys */
function reachesOf(statements: Statements, rows: ReadonlyArray<ReachRow>): ReadonlyArray<Reach> {
  if (rows.length === 0) return []
  const [first, last] = [rows[0]!.key, rows.at(-1)!.key]
  const outputs = grouped(statements.selectOutputsFrom.all(first, last))
  const inputs = grouped(statements.selectInputsFrom.all(first, last))
  return rows.map(({ key, stage, seconds, states }) => ({
    ...{ key, stage, seconds },
    outputs: outputs.get(key) ?? [],
    inputs: inputs.get(key) ?? [],
    states: states === null ? [] : parsed<ReadonlyArray<Digest>>(states),
  }))
}

function grouped(rows: ReadonlyArray<KeyedDigest>): ReadonlyMap<Key, ReadonlyArray<Digest>> {
  const groups = new Map<Key, Array<Digest>>()
  for (const { key, digest } of rows) {
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [digest])
    else group.push(digest)
  }
  return groups
}
