// Whether a file is a ledger of ours, asked of a file that may be anybody's: it is read, and nothing beside it is made.
import {
  closeSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { NoSqlite } from "./sqlite/choose.ts"
import { openSqlite, openSqliteBytes, type Sqlite } from "./sqlite/sqlite.ts"
import { tableNamesIn } from "./sqlite/table-names.ts"

/** Tables that every schema of ours has had. */
const tables = ["results", "outputs", "inputs", "links", "owners", "claims", "runs", "tasks", "attempts"]

/**
 * SQLite would make files beside a foreign database, and fold its log into it: so its bytes are asked, and where the log may hold the
 * tables, as of a ledger that was never closed, a copy of both.
 */
export function isLedger(path: string): boolean {
  if (!isDatabase(path)) return false
  if (isSmall(path) && isOurs(() => openSqliteBytes(readFileSync(path)))) return true
  if (isSmall(path) && !existsSync(`${path}-wal`)) return false
  const folder = mkdtempSync(join(tmpdir(), "refold-ledger-"))
  try {
    const copy = join(folder, "ledger.sqlite")
    return isOurs(() => {
      copyFileSync(path, copy)
      if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${copy}-wal`)
      return openSqlite(copy)
    })
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** What is not is rather copied than read into memory. */
const isSmall = (path: string): boolean => lstatSync(path).size < 2 ** 28

function isDatabase(path: string): boolean {
  if (lstatSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false
  try {
    const file = openSync(path, "r")
    const head = Buffer.alloc(16)
    readSync(file, head)
    closeSync(file)
    return head.toString("latin1") === "SQLite format 3\0"
  } catch {
    return false
  }
}

function isOurs(open: () => Sqlite): boolean {
  let database: Sqlite | undefined
  try {
    database = open()
    const version = database.pragma("user_version") as number
    const found = tableNamesIn(database)
    return version > 0 && tables.every((name) => found.has(name))
  } catch (failure) {
    if (failure instanceof NoSqlite) throw failure // then nobody can say what it is
    return false
  } finally {
    database?.close()
  }
}
