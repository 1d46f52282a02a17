// Reads what can be read of a damaged table: whole, or in parts that become smaller around what cannot.
import type { Sqlite, Value } from "../sqlite/sqlite.ts"
import type { Table } from "./schema.ts"

export type Row = Readonly<Record<string, Value>>

export interface ReadTable {
  readonly rows: ReadonlyArray<Row>
  /** Nothing refused to be read. */
  readonly isWhole: boolean
}

/** Parts of a table that may fail before the rest is given up. */
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

/**
 * Ranges of which each is as large as all before it: where a table ends cannot be asked when its last page is damaged, and
 * then whatever lies behind that fails too. Each is halved around what cannot be read.
 */
function byRowid(database: Sqlite, { name }: Table): ReadonlyArray<Row> {
  const read = ({ from, to }: Range) =>
    attempt(database, `SELECT * FROM ${name} WHERE rowid >= ? AND rowid < ?`, [from, to])
  const halves = ({ from, to }: Range): ReadonlyArray<Range> => {
    const middle = Math.floor((from + to) / 2)
    return middle > from
      ? [
          { from, to: middle },
          { from: middle, to },
        ]
      : []
  }
  const found: Array<Row> = []
  for (let from = 1; from < 2 ** 40; from *= 2)
    for (const row of inParts([{ from, to: 2 * from }], read, halves, 64)) found.push(row)
  return found
}

interface Range {
  readonly from: number
  readonly to: number
}

const digits = [..."0123456789abcdef"]
/** Digits of a key: parts of a million rows are then a handful. */
const depth = 5

/** Keys are digests: those that begin alike lie together. */
function byPrefix(database: Sqlite, { name, key }: Table): ReadonlyArray<Row> {
  const read = (prefix: string) =>
    attempt(database, `SELECT * FROM ${name} WHERE ${key} >= ? AND ${key} < ?`, [prefix, `${prefix}g`])
  const longer = (prefix: string): ReadonlyArray<string> =>
    prefix.length < depth ? digits.map((digit) => prefix + digit) : []
  return inParts(digits, read, longer, 16 + 16 * 16)
}

/**
 * The largest parts first; what cannot be read is divided.
 *
 * @param inVain given up after so many parts of which not one could be read: then the root of the table is gone, or all that
 *   lies in the first of them
 */
function inParts<Part>(
  first: ReadonlyArray<Part>,
  read: (part: Part) => ReadonlyArray<Row> | undefined,
  divided: (part: Part) => ReadonlyArray<Part>,
  inVain: number,
): ReadonlyArray<Row> {
  const found: Array<Row> = []
  const parts = [...first]
  let most = inVain
  let failures = 0
  for (let i = 0; i < parts.length && failures < most; i++) {
    const rows = read(parts[i]!)
    if (rows === undefined) {
      failures++
      for (const part of divided(parts[i]!)) parts.push(part)
    } else {
      most = failuresAtMost
      for (const row of rows) found.push(row)
    }
  }
  return found
}

function byRun(database: Sqlite, { name, key }: Table, runs: ReadonlyArray<string>): ReadonlyArray<Row> {
  return runs.flatMap((run) => attempt(database, `SELECT * FROM ${name} WHERE ${key} = ?`, [run]) ?? [])
}
