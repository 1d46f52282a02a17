// The names of a database's tables. It knows none of them.
import type { Sqlite } from "./sqlite.ts"

/** Without those that SQLite makes for itself. */
export const tableNamesIn = (database: Sqlite): ReadonlySet<string> =>
  new Set(
    database
      .prepare<[], { name: string }>(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
      )
      .all()
      .map(({ name }) => name),
  )
