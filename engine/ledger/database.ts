// The ledger's database: opened, set up, and brought to today's schema; for reading also where nothing can be written.
// It knows tables only as migrations.
import { existsSync } from "node:fs"
import { dirname } from "node:path"
import { damagedRow, isUnwritable, ledgerFailure } from "./failures.ts"
import { migrations } from "./migrations.ts"
import { LedgerError } from "./records.ts"
import { snapshotOf } from "./snapshot.ts"
import type { Driver } from "./sqlite/driver.ts"
import { openSqlite, openSqliteBytes, type Sqlite } from "./sqlite/sqlite.ts"
import { tableNamesIn } from "./sqlite/table-names.ts"

/** @throws LedgerError when it cannot be opened, is damaged, or is of a newer schema */
export function openDatabase(path: string, driver?: Driver): Sqlite {
  return refailed(path, () => opened(path, driver))
}

/**
 * For who only reads: nothing is made for being asked. Where SQLite can write nothing beside the file (a full or read-only
 * disk, a folder of another user) a copy in memory is read; one of an older schema is then migrated there.
 *
 * @throws LedgerError when it cannot be read, is damaged, or is of a newer schema
 */
export function openForReading(path: string, driver?: Driver): Sqlite {
  if (!existsSync(path)) return openDatabase(":memory:", driver)
  return refailed(path, () => {
    try {
      return opened(path, driver)
    } catch (failure) {
      if (!isUnwritable(failure, path)) throw failure
      return prepared(openSqliteBytes(bytesOf(path), driver))
    }
  })
}

function refailed<A>(path: string, open: () => A): A {
  try {
    return open()
  } catch (failure) {
    throw ledgerFailure(failure, path)
  }
}

function bytesOf(path: string): Uint8Array {
  try {
    return snapshotOf(path)
  } catch (failure) {
    throw new LedgerError(
      `the ledger ${path} cannot be read (${(failure as Error).message}): have the modes of what lies in ${dirname(path)} changed`,
    )
  }
}

function opened(path: string, driver: Driver | undefined): Sqlite {
  const database = openSqlite(path, { driver })
  return prepared(database, () => {
    database.pragma("journal_mode = WAL")
    database.pragma("synchronous = NORMAL")
    database.pragma("cache_size = -16000") // 16 MB, as they are needed: what is written in one transaction is not to be written out before its end
    database.pragma("wal_autocheckpoint = 4000") // 16 MB: each checkpoint waits for the disk twice
  })
}

/** @param tune what of a database in a file is set before it is used */
function prepared(database: Sqlite, tune: () => void = () => {}): Sqlite {
  try {
    const version = versionOf(database)
    tune()
    database.pragma("foreign_keys = ON")
    if (version < migrations.length) migrate(database)
    checkTables(database)
    return database
  } catch (failure) {
    database.close()
    throw failure
  }
}

/** No Refold will have as many: a higher number is a damaged one. */
const versionsAtMost = 10_000

/** @throws LedgerError for a newer schema, SqliteError for what is no ledger */
function versionOf(database: Sqlite): number {
  const version = database.pragma("user_version") as number
  if (version < 0 || version > versionsAtMost) throw damagedRow(`the schema number ${version}`)
  if (version > migrations.length)
    throw new LedgerError(
      `the ledger was made by a newer Refold (schema ${version}; this one knows ${migrations.length}): update refold, or name another folder with --artifacts`,
    )
  if (version === 0 && tableNamesIn(database).size > 0) throw damagedRow("tables of another program")
  return version
}

/** Under an exclusive lock, and reading the version again: another pipeline may have migrated meanwhile. */
function migrate(database: Sqlite): void {
  database.transaction("exclusive", () => {
    const version = database.pragma("user_version") as number
    for (const migration of migrations.slice(version)) database.exec(migration)
    database.pragma(`user_version = ${migrations.length}`)
  })
}

/** What the migrations make, and none of them takes away again. */
export const tableNames: ReadonlyArray<string> = [...new Set(migrations.flatMap(madeBy))].filter(
  (name) => !migrations.some((text) => new RegExp(`DROP TABLE ${name}\\b`).test(text)),
)

function madeBy(migration: string): ReadonlyArray<string> {
  return [...migration.matchAll(/CREATE TABLE (\w+)/g)].map(([, name]) => name!)
}

function checkTables(database: Sqlite): void {
  const found = tableNamesIn(database)
  const lacking = tableNames.filter((name) => !found.has(name))
  if (lacking.length > 0) throw damagedRow(`no table ${lacking.join(", ")}`)
}
