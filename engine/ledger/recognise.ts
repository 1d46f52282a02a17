// Whether a file is a ledger of ours, asked of a file that may be anybody's: it is read, and nothing beside it is made.
import { snapshotOf } from "./snapshot.ts"
import { openSqliteBytes, type Sqlite } from "./sqlite/sqlite.ts"

/** Tables that every schema of ours has had. */
const tables = ["results", "outputs", "inputs", "links", "owners", "claims", "runs", "tasks", "attempts"]

/**
 * SQLite would make files beside a foreign database, and fold its log into it: so its bytes are asked. The log is among them, as a
 * ledger that was never closed may have its tables there alone.
 */
export function isLedger(path: string): boolean {
  try {
    const bytes = snapshotOf(path)
    if (bytes.subarray(0, 16).toString("latin1") !== "SQLite format 3\0") return false
    return hasOurTables(openSqliteBytes(bytes))
  } catch {
    return false
  }
}

function hasOurTables(database: Sqlite): boolean {
  try {
    const version = database.pragma("user_version") as number
    const select = database.prepare<[], { name: string }>(
      "SELECT name FROM sqlite_schema WHERE type = 'table'",
    )
    const found = new Set(select.all().map(({ name }) => name))
    return version > 0 && tables.every((name) => found.has(name))
  } finally {
    database.close()
  }
}
