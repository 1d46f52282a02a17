// The drivers of SQLite that load here: one suite of laws runs over all of them. On Node 20 there is one at most.
import { betterSqlite3 } from "../../../engine/ledger/sqlite/better-sqlite3.ts"
import type { Driver } from "../../../engine/ledger/sqlite/driver.ts"
import { nodeSqlite } from "../../../engine/ledger/sqlite/node-sqlite.ts"

export const drivers: ReadonlyArray<Driver> = [betterSqlite3, nodeSqlite].flatMap((load) => {
  try {
    return [load()]
  } catch {
    return []
  }
})
