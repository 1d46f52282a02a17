// Salvaged rows as a new ledger of today's schema, in a file of its own.
import { fillLastKeys } from "../last-keys.ts"
import type { Sqlite } from "../sqlite/sqlite.ts"
import type { Salvage } from "./salvage.ts"
import { lastingTables } from "./schema.ts"

/** Everything or nothing. What a table has already, or may not hold, is left out. */
export function writeRows(database: Sqlite, rows: Salvage["rows"]): void {
  database.transaction("immediate", () => {
    for (const { name, columns } of lastingTables()) {
      const statements = new Map<string, ReturnType<Sqlite["prepare"]>>()
      for (const row of rows.get(name) ?? []) {
        const names = columns.map((column) => column.name).filter((column) => row[column] !== undefined)
        const list = names.join(", ")
        const insert = statements.get(list) ?? database.prepare(insertInto(name, names))
        statements.set(list, insert)
        insert.run(...names.map((column) => row[column]!))
      }
    }
    database.exec(fillLastKeys)
  })
}

const insertInto = (table: string, names: ReadonlyArray<string>): string =>
  `INSERT OR IGNORE INTO ${table} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`
