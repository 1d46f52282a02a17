// The ledger's database file: opened, set up, and brought to today's schema. It knows tables only as migrations.
import { migrations } from "./migrations.ts"
import { LedgerError } from "./records.ts"
import type { Driver } from "./sqlite/driver.ts"
import { openSqlite, type Sqlite } from "./sqlite/sqlite.ts"

/** @throws LedgerError when it cannot be opened, or is of a newer schema */
export function openDatabase(path: string, driver?: Driver): Sqlite {
  try {
    const database = openSqlite(path, { driver })
    try {
      const version = database.pragma("user_version") as number
      if (version > migrations.length) {
        throw new Error(
          `it was made by a newer Refold (schema ${version}; this one knows ${migrations.length}): update refold, or name another folder with --artifacts`,
        )
      }
      if (version === 0 && hasTables(database))
        throw new Error("it is the database of something else: name another folder with --artifacts")
      database.pragma("journal_mode = WAL")
      database.pragma("synchronous = NORMAL")
      database.pragma("wal_autocheckpoint = 4000") // 16 MB: each checkpoint waits for the disk twice
      database.pragma("foreign_keys = ON")
      if (version < migrations.length) migrate(database)
      return database
    } catch (failure) {
      database.close()
      throw failure
    }
  } catch (failure) {
    if (failure instanceof LedgerError) throw failure // there is no SQLite
    throw new LedgerError(`the ledger ${path} cannot be used: ${(failure as Error).message}`)
  }
}

/** Ours has none before its schema has a number. */
const hasTables = (database: Sqlite): boolean =>
  database.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() !== undefined

/** Under an exclusive lock, and reading the version again: another pipeline may have migrated meanwhile. */
function migrate(database: Sqlite): void {
  database.transaction("exclusive", () => {
    const version = database.pragma("user_version") as number
    for (const migration of migrations.slice(version)) database.exec(migration)
    database.pragma(`user_version = ${migrations.length}`)
  })
}
