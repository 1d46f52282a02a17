// What a driver of SQLite gives to the face: connections, statements, and the result code of what it threw.

/** What a column holds and a parameter takes. Integers are exact up to 2^53. */
export type Value = string | number | bigint | null | Uint8Array

/** A value for each `?`, or one record for names such as `@label`. */
export type Bound = Value | Readonly<Record<string, Value>>

export interface Connection {
  readonly prepare: (sql: string) => {
    /** @returns how many rows it changed */
    readonly run: (...values: ReadonlyArray<Bound>) => number
    readonly get: (...values: ReadonlyArray<Bound>) => unknown
    readonly all: (...values: ReadonlyArray<Bound>) => ReadonlyArray<unknown>
  }
  /** Several statements, separated by semicolons. */
  readonly exec: (sql: string) => void
  /** @returns the first value that it gives, if it gives one */
  readonly pragma: (text: string) => Value | undefined
  readonly close: () => void
}

export interface Driver {
  readonly name: "better-sqlite3" | "node:sqlite"
  readonly open: (path: string, readonly: boolean) => Connection
  /** A database in memory that has these bytes as its file. */
  readonly openBytes: (bytes: Uint8Array) => Connection
  /** SQLite's result code, such as SQLITE_BUSY, of what this driver threw; undefined: it did not come from SQLite. */
  readonly codeOf: (failure: unknown) => string | undefined
}
