// Whether a file is a ledger of ours, asked of a file that may be anybody's: it is read, and nothing beside it is made.
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { openSqlite } from "./sqlite/sqlite.ts"

/** Tables that every schema of ours has had. */
const tables = ["results", "outputs", "inputs", "links", "owners", "claims", "runs", "tasks", "attempts"]

/**
 * SQLite would make files beside a foreign database, and fold its log into it: so a copy is asked. The log comes with it, as a
 * ledger that was never closed may have its tables there alone.
 */
export function isLedger(path: string): boolean {
  if (!isDatabase(path)) return false
  const folder = mkdtempSync(join(tmpdir(), "refold-ledger-"))
  try {
    const copy = join(folder, "ledger.sqlite")
    copyFileSync(path, copy)
    if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${copy}-wal`)
    const database = openSqlite(copy)
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
  } catch {
    return false
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

function isDatabase(path: string): boolean {
  try {
    return readFileSync(path).subarray(0, 16).toString("latin1") === "SQLite format 3\0"
  } catch {
    return false
  }
}
