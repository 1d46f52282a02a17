// The ledger's cache and provenance: results with their outputs, inputs and metrics. It knows no run and no store.
import type Database from "better-sqlite3"
import * as Context from "effect/Context"
import type { Digest, Key } from "../content/digest.ts"
import type {
  InputDigests,
  MetricRow,
  NewResult,
  OutputRecord,
  OutputRecords,
  Reach,
  Result,
} from "./records.ts"

/** Synchronous, as SQLite is: a look-up is microseconds, and a no-change run is made of look-ups. */
export class Results extends Context.Tag("refold/Results")<
  Results,
  {
    readonly result: (key: Key) => Result | undefined
    /** Seconds that the result took to make; without the rest of its row. */
    readonly seconds: (key: Key) => number | undefined
    /** The outputs alone: the hot path of a no-change run. */
    readonly outputs: (key: Key) => OutputRecords | undefined
    /**
     * Makes a result visible, with inputs and metrics, in one transaction. Its objects must be in the store.
     * When the key already gives other digests, the first result stays and the new outputs are kept as evidence.
     *
     * @returns the names of the outputs that differ from the first result
     */
    readonly commit: (
      run: string,
      result: NewResult,
      inputs: InputDigests,
      metrics: ReadonlyArray<MetricRow>,
    ) => ReadonlyArray<string>
    /** Forgets a result whose objects are gone or corrupt. */
    readonly forget: (key: Key) => void
    /** How many distinct artifacts results of this stage (or form) were given in a role: history, never hashed. */
    readonly distinctInputs: (stage: string, role: string) => number
    /** The most recent results of a stage, newest first. */
    readonly recent: (stage: string, limit: number) => ReadonlyArray<Result>
    readonly metrics: (key: Key) => ReadonlyArray<MetricRow>
    /** Every result's key with its outputs' and states' digests, and the digests of its inputs. */
    readonly everything: () => ReadonlyArray<Reach>
  }
>() {}

interface ResultRow {
  readonly key: Key
  readonly stage: string
  readonly fingerprint: string
  readonly sources: string
  readonly seconds: number
  readonly states: string | null
  readonly sequence: number
}

interface KeyedDigest {
  readonly key: Key
  readonly digest: Digest
}

export function resultsIn(database: Database.Database): Results["Type"] {
  const selectResult = database.prepare<[string], ResultRow>("SELECT * FROM results WHERE key = ?")
  const selectSeconds = database
    .prepare<[string], number>("SELECT seconds FROM results WHERE key = ?")
    .pluck()
  const selectOutputs = database.prepare<[string], OutputRecord & { name: string }>(
    "SELECT name, kind, digest, size FROM outputs WHERE key = ? ORDER BY name",
  )
  const selectRecent = database.prepare<[string, number], ResultRow>(
    "SELECT * FROM results WHERE stage = ? ORDER BY sequence DESC LIMIT ?",
  )
  const selectMetrics = database.prepare<[string], MetricRow>(
    "SELECT step, name, value FROM metrics WHERE key = ? ORDER BY step, name",
  )
  const insertResult = database.prepare(
    `INSERT INTO results (key, stage, fingerprint, sources, seconds, states, sequence)
     VALUES (?, ?, ?, ?, ?, ?, (SELECT coalesce(max(sequence), 0) + 1 FROM results))`,
  )
  const insertOutput = database.prepare(
    "INSERT INTO outputs (key, name, kind, digest, size) VALUES (?, ?, ?, ?, ?)",
  )
  const insertInput = database.prepare("INSERT INTO inputs (key, role, name, digest) VALUES (?, ?, ?, ?)")
  const insertMetric = database.prepare(
    "INSERT OR REPLACE INTO metrics (key, step, name, value) VALUES (?, ?, ?, ?)",
  )
  const insertEvidence = database.prepare(
    "INSERT OR IGNORE INTO evidence (key, name, digest, run) VALUES (?, ?, ?, ?)",
  )
  const deleteResult = database.prepare("DELETE FROM results WHERE key = ?")

  const selectAllOutputs = database.prepare<[], KeyedDigest>("SELECT key, digest FROM outputs")
  const selectAllInputs = database.prepare<[], KeyedDigest>("SELECT key, digest FROM inputs")
  const countInputs = database.prepare<[string, string], { count: number }>(
    `SELECT COUNT(DISTINCT inputs.digest) AS count FROM inputs JOIN results ON results.key = inputs.key
     WHERE results.stage = ? AND inputs.role = ?`,
  )
  const selectStates = database.prepare<[], { key: Key; states: string | null }>(
    "SELECT key, states FROM results",
  )

  const outputs = (key: Key): OutputRecords | undefined => {
    const rows = selectOutputs.all(key)
    if (rows.length === 0) return undefined
    return Object.fromEntries(rows.map(({ name, kind, digest, size }) => [name, { kind, digest, size }]))
  }
  const resultOf = (row: ResultRow): Result => ({
    ...row,
    sources: JSON.parse(row.sources) as Readonly<Record<string, Digest>>,
    states: row.states === null ? null : (JSON.parse(row.states) as ReadonlyArray<Digest>),
    outputs: outputs(row.key) ?? {},
  })

  const commit = database.transaction(
    (run: string, result: NewResult, inputs: InputDigests, metrics: ReadonlyArray<MetricRow>) => {
      const first = outputs(result.key)
      if (first !== undefined) {
        const differing = Object.keys(result.outputs).filter(
          (name) => first[name]?.digest !== result.outputs[name]!.digest,
        )
        for (const name of differing) insertEvidence.run(result.key, name, result.outputs[name]!.digest, run)
        return differing
      }
      insertResult.run(
        result.key,
        result.stage,
        result.fingerprint,
        JSON.stringify(result.sources),
        result.seconds,
        result.states === null ? null : JSON.stringify(result.states),
      )
      for (const [name, { kind, digest, size }] of Object.entries(result.outputs)) {
        insertOutput.run(result.key, name, kind, digest, size)
      }
      for (const [role, wired] of Object.entries(inputs)) {
        if (typeof wired === "string") insertInput.run(result.key, role, "", wired)
        else
          for (const [name, digest] of Object.entries(wired)) insertInput.run(result.key, role, name, digest)
      }
      for (const { step, name, value } of metrics) insertMetric.run(result.key, step, name, value)
      return []
    },
  )

  return {
    outputs,
    result: (key) => {
      const row = selectResult.get(key)
      return row === undefined ? undefined : resultOf(row)
    },
    seconds: (key) => selectSeconds.get(key),
    commit: (run, result, inputs, metrics) => commit.immediate(run, result, inputs, metrics),
    forget: (key) => void deleteResult.run(key),
    recent: (stage, limit) => selectRecent.all(stage, limit).map(resultOf),
    distinctInputs: (stage, role) => countInputs.get(stage, role)!.count,
    everything: () => {
      const outputs = grouped(selectAllOutputs.all())
      const inputs = grouped(selectAllInputs.all())
      return selectStates.all().map(({ key, states }) => ({
        key,
        outputs: outputs.get(key) ?? [],
        inputs: inputs.get(key) ?? [],
        states: states === null ? [] : JSON.parse(states),
      }))
    },
    metrics: (key) => selectMetrics.all(key),
  }
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
