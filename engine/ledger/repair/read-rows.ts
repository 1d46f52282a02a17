// Reads what can be read of a damaged table: whole, or in parts that become smaller around what cannot.
import type { Sqlite, Value } from "../sqlite/sqlite.ts"
import type { Table } from "./schema.ts"

export type Row = Readonly<Record<string, Value>>

export interface ReadTable {
  readonly rows: ReadonlyArray<Row>
  /** Nothing refused to be read. */
  readonly isWhole: boolean
}

/** Parts that may fail before the rest is given up: all of them fail where the root of a table is gone. */
const failuresAtMost = 20_000

/** @param runs the names of runs, for tables that have one as their key */
export function readRows(database: Sqlite, table: Table, runs: ReadonlyArray<string>): ReadTable {
  const all = attempt(database, `SELECT * FROM ${table.name}`, [])
  if (all !== undefined) return { rows: all, isWhole: true }
  if (table.hasRowids) return { rows: byRowid(database, table), isWhole: false }
  return {
    rows: table.key === "run" ? byRun(database, table, runs) : byPrefix(database, table),
    isWhole: false,
  }
}

function attempt(
  database: Sqlite,
  sql: string,
  values: ReadonlyArray<Value>,
): ReadonlyArray<Row> | undefined {
  try {
    return database.prepare<ReadonlyArray<Value>, Row>(sql).all(...values)
  } catch {
    return undefined
  }
}

/** What cannot be read is halved. */
function byRowid(database: Sqlite, { name }: Table): ReadonlyArray<Row> {
  const found: Array<Row> = []
  const ranges = [{ from: 0, to: 2 ** 40 }]
  let failures = 0
  for (let i = 0; i < ranges.length && failures < failuresAtMost; i++) {
    const { from, to } = ranges[i]!
    const rows = attempt(database, `SELECT * FROM ${name} WHERE rowid >= ? AND rowid < ?`, [from, to])
    for (const row of rows ?? []) found.push(row)
    if (rows !== undefined) continue
    failures++
    const middle = Math.floor((from + to) / 2)
    if (middle > from) ranges.push({ from, to: middle }, { from: middle, to })
  }
  return found
}

const digits = "0123456789abcdef"
/** Digits of a key: parts of a million rows are then a handful. */
const depth = 5

/** Keys are digests: those that begin alike lie together. */
function byPrefix(database: Sqlite, { name, key }: Table): ReadonlyArray<Row> {
  const found: Array<Row> = []
  const prefixes = [...digits]
  let failures = 0
  for (let i = 0; i < prefixes.length && failures < failuresAtMost; i++) {
    const prefix = prefixes[i]!
    const rows = attempt(database, `SELECT * FROM ${name} WHERE ${key} >= ? AND ${key} < ?`, [
      prefix,
      `${prefix}g`,
    ])
    for (const row of rows ?? []) found.push(row)
    if (rows !== undefined) continue
    failures++
    if (prefix.length < depth) for (const digit of digits) prefixes.push(`${prefix}${digit}`)
  }
  return found
}

function byRun(database: Sqlite, { name, key }: Table, runs: ReadonlyArray<string>): ReadonlyArray<Row> {
  return runs.flatMap((run) => attempt(database, `SELECT * FROM ${name} WHERE ${key} = ?`, [run]) ?? [])
}
