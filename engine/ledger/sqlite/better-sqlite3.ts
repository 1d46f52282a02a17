// The driver better-sqlite3: a package with a native binary, which may be missing or made for another Node.
import { createRequire } from "node:module"
import type Database from "better-sqlite3"
import type { Bound, Connection, Driver } from "./driver.ts"

/** @throws when it is not installed, or its binary does not load */
export function betterSqlite3(): Driver {
  const Sqlite = createRequire(import.meta.url)("better-sqlite3") as typeof Database
  new Sqlite(":memory:").close() // loads the binary
  return {
    name: "better-sqlite3",
    open: (path, readonly) => connectionOf(new Sqlite(path, { readonly })),
    openBytes: (bytes) => connectionOf(new Sqlite(Buffer.from(bytes))),
    codeOf: (failure) => {
      if (failure instanceof Sqlite.SqliteError) return failure.code
      const { message } = failure as Partial<Error>
      return message?.includes("directory does not exist") ? "SQLITE_CANTOPEN" : undefined
    },
  }
}

const connectionOf = (database: Database.Database): Connection => ({
  prepare: (sql) => {
    const statement = database.prepare<Array<Bound>>(sql)
    return {
      run: (...values) => statement.run(...values).changes,
      get: (...values) => statement.get(...values),
      all: (...values) => statement.all(...values),
    }
  },
  exec: (sql) => void database.exec(sql),
  pragma: (text) => database.pragma(text, { simple: true }) as ReturnType<Connection["pragma"]>,
  close: () => void database.close(),
})
