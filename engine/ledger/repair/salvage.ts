// What can still be read of a ledger, whatever became of its file, and what is wrong with it. It changes nothing.
import { existsSync, readFileSync } from "node:fs"
import { claimsIn, type Owner } from "../claims.ts"
import { heartbeat } from "../heartbeat.ts"
import { merged } from "../snapshot.ts"
import { openSqliteBytes, type Sqlite } from "../sqlite/sqlite.ts"
import { tableNamesIn } from "../sqlite/table-names.ts"
import { grafted } from "./graft.ts"
import { type Row, readRows } from "./read-rows.ts"
import { lastingTables, type Table } from "./schema.ts"
import { isSound } from "./sound-row.ts"

export interface Salvage {
  /** Rows by table, each sound in itself. */
  readonly rows: ReadonlyMap<string, ReadonlyArray<Row>>
  /** Tables of which something could not be read, or was not sound. */
  readonly damaged: ReadonlySet<string>
  /** What was found, for people; empty when nothing is wrong. */
  readonly findings: ReadonlyArray<string>
  /** Pipelines that are at work on it, as far as it tells. */
  readonly owners: ReadonlyArray<Owner>
}

/** @param path of a database file, with its log beside it if it has one */
export function salvage(path: string): Salvage {
  const tables = lastingTables()
  const database = opened(path)
  if (database === undefined)
    return {
      rows: new Map(),
      damaged: new Set(tables.map(({ name }) => name)),
      findings: ["it is no database"],
      owners: [],
    }
  try {
    return salvaged(database, tables)
  } finally {
    database.close()
  }
}

/** As it is, or with the schema of a fresh one where it lost its own. */
function opened(path: string): Sqlite | undefined {
  const log = `${path}-wal`
  const bytes = merged(readFileSync(path), existsSync(log) ? readFileSync(log) : Buffer.alloc(0))
  return usable(() => padded(bytes)) ?? usable(() => grafted(bytes))
}

function usable(bytes: () => Buffer): Sqlite | undefined {
  try {
    const database = openSqliteBytes(bytes())
    const names = tableNamesIn(database)
    if (names.has("results") && names.has("runs")) return database
    database.close()
    return undefined
  } catch {
    return undefined
  }
}

/** SQLite reads nothing of a file that is shorter than its head says; what is cut off is as good as zeros. */
function padded(bytes: Buffer): Buffer {
  if (bytes.length < 100) return bytes
  const size = bytes.readUInt16BE(16)
  const whole = (size === 1 ? 65536 : size) * bytes.readUInt32BE(28)
  return whole > bytes.length && whole < 2 ** 31 ? Buffer.concat([bytes], whole) : bytes
}

function salvaged(database: Sqlite, tables: ReadonlyArray<Table>): Salvage {
  const findings = checks(database)
  const rows = new Map<string, ReadonlyArray<Row>>()
  const damaged = new Set<string>()
  for (const table of tables) {
    const runs = (rows.get("runs") ?? []).map(({ id }) => id as string)
    const read = readRows(database, table, runs)
    const sound = unique(
      table,
      read.rows.filter((row) => isSound(table, row) && hasParent(table, row, rows)),
    )
    rows.set(table.name, sound)
    if (!read.isWhole) findings.push(`the table ${table.name} cannot be read whole`)
    const unsound = read.rows.length - sound.length
    if (unsound > 0) findings.push(`${unsound} rows of ${table.name} are damaged`)
    if (!read.isWhole || unsound > 0) damaged.add(table.name)
  }
  return { rows, damaged, findings, owners: livingOwners(database) }
}

function livingOwners(database: Sqlite): ReadonlyArray<Owner> {
  try {
    return claimsIn(database, heartbeat)
      .owners()
      .filter(({ lives }) => lives)
  } catch {
    return []
  }
}

/** What SQLite itself finds, its first words. */
function checks(database: Sqlite): Array<string> {
  try {
    const found = String(database.pragma("integrity_check(1)")).replaceAll("\n", " ")
    const foreign = database.prepare("PRAGMA foreign_key_check").all().length
    return [...(found === "ok" ? [] : [found]), ...(foreign === 0 ? [] : [`${foreign} rows refer to none`])]
  } catch (failure) {
    return [(failure as Error).message]
  }
}

function hasParent({ parent }: Table, row: Row, rows: Salvage["rows"]): boolean {
  if (parent === undefined) return true
  return parentsOf(rows.get(parent.table) ?? [], parent.to).has(row[parent.from])
}

const parents = new WeakMap<ReadonlyArray<Row>, ReadonlySet<unknown>>()

function parentsOf(rows: ReadonlyArray<Row>, column: string): ReadonlySet<unknown> {
  let found = parents.get(rows)
  if (found === undefined) {
    found = new Set(rows.map((row) => row[column]))
    parents.set(rows, found)
  }
  return found
}

/** A page that is linked twice gives its rows twice. */
function unique({ name, key }: Table, rows: ReadonlyArray<Row>): ReadonlyArray<Row> {
  if (name !== "results" && name !== "runs" && name !== "links") return rows // what else is double, is left out when it is written
  return [...new Map(rows.map((row) => [row[key], row])).values()]
}
