// The ledger in SQLite (better-sqlite3; WAL). `:memory:` is its memory layer: the same code over no file.
import Database from "better-sqlite3"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { claimsOf } from "./claims.ts"
import { historyOf } from "./history.ts"
import { Ledger, LedgerError } from "./ledger.ts"
import { linksOf } from "./links.ts"
import { migrations } from "./migrations.ts"
import { resultsOf } from "./results.ts"

/** @returns a layer over the database file; fails with LedgerError when it cannot be opened or is of a newer schema */
export const sqliteLedger = (path: string): Layer.Layer<Ledger, LedgerError> =>
  Layer.scoped(
    Ledger,
    Effect.gen(function* () {
      const database = yield* Effect.acquireRelease(open(path), (database) =>
        Effect.sync(() => database.close()),
      )
      return {
        together: (lookUps) => database.transaction(lookUps).deferred(),
        atOnce: (writes) => database.transaction(writes).immediate(),
        ...resultsOf(database),
        ...linksOf(database),
        ...claimsOf(database),
        ...historyOf(database),
      }
    }),
  )

export const memoryLedger: Layer.Layer<Ledger, LedgerError> = sqliteLedger(":memory:")

function open(path: string): Effect.Effect<Database.Database, LedgerError> {
  return Effect.try({
    try: () => {
      const database = new Database(path, { timeout: 20_000 })
      try {
        const version = database.pragma("user_version", { simple: true }) as number
        if (version > migrations.length) {
          throw new Error(
            `it was made by a newer Refold (schema ${version}; this one knows ${migrations.length}): update refold, or name another folder with --artifacts`,
          )
        }
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
    },
    catch: (cause) =>
      new LedgerError({ message: `the ledger ${path} cannot be used: ${(cause as Error).message}` }),
  })
}

/** Under an exclusive lock, and reading the version again: another pipeline may have migrated meanwhile. */
function migrate(database: Database.Database): void {
  database
    .transaction(() => {
      const version = database.pragma("user_version", { simple: true }) as number
      for (const migration of migrations.slice(version)) database.exec(migration)
      database.pragma(`user_version = ${migrations.length}`)
    })
    .exclusive()
}
