// SQLite through one face, whichever driver stands behind it: statements, transactions, errors by code. It knows no table.
import { sqliteChoice } from "./choose.ts"
import type { Bound, Connection, Driver, Value } from "./driver.ts"

export type { Value } from "./driver.ts"

export interface Statement<Values extends ReadonlyArray<Bound>, Row> {
  /** @returns how many rows it changed */
  readonly run: (...values: Values) => number
  readonly get: (...values: Values) => Row | undefined
  readonly all: (...values: Values) => ReadonlyArray<Row>
}

export interface Sqlite {
  /** Of `Values` there must be as many as the text has: one that is missing is NULL to one of the drivers. */
  readonly prepare: <
    Values extends ReadonlyArray<Bound> = ReadonlyArray<Value>,
    Row = Readonly<Record<string, Value>>,
  >(
    sql: string,
  ) => Statement<Values, Row>
  /** Several statements, separated by semicolons. */
  readonly exec: (sql: string) => void
  /** @returns the first value that the pragma gives, if it gives one */
  readonly pragma: (text: string) => Value | undefined
  /** Everything or nothing of what `act` writes. Within another one it is a part that can be undone by itself. */
  readonly transaction: <A>(mode: "deferred" | "immediate" | "exclusive", act: () => A) => A
  readonly close: () => void
}

/** What SQLite refused. */
export class SqliteError extends Error {
  readonly _tag = "SqliteError"
  /** The primary result code: SQLITE_BUSY, SQLITE_CORRUPT, SQLITE_FULL, SQLITE_READONLY, … */
  readonly code: string
  constructor(message: string, code: string, cause: unknown) {
    super(message, { cause })
    this.code = code
  }
}

export interface OpenOptions {
  /** The file must be there, and is not written to. */
  readonly readonly?: boolean
  /** Milliseconds to wait for another connection's lock. */
  readonly timeout?: number
  /** Default: the one that this process has chosen. Two of them must not have one file open in one process at once. */
  readonly driver?: Driver | undefined
}

/**
 * @param path of the file, made when it is absent; `:memory:` is a database without one
 * @throws SqliteError when it cannot be opened; that it is no database shows at its first use
 */
export function openSqlite(path: string, options: OpenOptions = {}): Sqlite {
  const { readonly = false, timeout = 20_000, driver = sqliteChoice().driver } = options
  return faceOf(driver, () => {
    const connection = driver.open(path, readonly)
    connection.pragma(`busy_timeout = ${timeout}`) // asks nothing of the file
    return connection
  })
}

/**
 * A database in memory, from the bytes of a database's file: for reading where no file can be opened. What is written to
 * it is gone when it is closed. Of a file in WAL mode, what only its `-wal` holds is not in it.
 */
export function openSqliteBytes(file: Uint8Array, driver = sqliteChoice().driver): Sqlite {
  const bytes = Uint8Array.from(file)
  bytes.fill(1, 18, 20) // its header then says that it keeps a rollback journal: in memory there is no other
  return faceOf(driver, () => driver.openBytes(bytes))
}

function faceOf({ codeOf }: Driver, open: () => Connection): Sqlite {
  const refail = <A>(act: () => A): A => {
    try {
      return act()
    } catch (failure) {
      const [primary] = /^SQLITE_[A-Z]+/.exec(codeOf(failure) ?? "") ?? []
      throw primary === undefined ? failure : new SqliteError((failure as Error).message, primary, failure)
    }
  }
  const connection = refail(open)
  const prepare: Sqlite["prepare"] = <Values extends ReadonlyArray<Bound>, Row>(sql: string) => {
    const statement = refail(() => connection.prepare(sql))
    return {
      run: (...values: Values) => refail(() => statement.run(...values)),
      get: (...values: Values) => refail(() => statement.get(...values)) as Row | undefined,
      all: (...values: Values) => refail(() => statement.all(...values)) as ReadonlyArray<Row>,
    }
  }
  const exec = (sql: string): void => refail(() => connection.exec(sql))
  return {
    prepare,
    exec,
    pragma: (text) => refail(() => connection.pragma(text)),
    transaction: transactionsOn((sql) => prepare<[], unknown>(sql)),
    close: () => refail(() => connection.close()),
  }
}

function transactionsOn(prepare: (sql: string) => Statement<[], unknown>): Sqlite["transaction"] {
  let depth = 0
  /** Each prepared once, when it is first needed. */
  const statements = new Map<string, Statement<[], unknown>>()
  const exec = (sql: string): void => {
    const statement = statements.get(sql) ?? prepare(sql)
    statements.set(sql, statement)
    statement.run()
  }
  return (mode, act) => {
    const isWithin = depth > 0
    exec(isWithin ? "SAVEPOINT part" : `BEGIN ${mode}`)
    depth++
    try {
      const value = act()
      exec(isWithin ? "RELEASE part" : "COMMIT")
      return value
    } catch (failure) {
      undo(isWithin ? ["ROLLBACK TO part", "RELEASE part"] : ["ROLLBACK"], exec)
      throw failure
    } finally {
      depth--
    }
  }
}

/** SQLite itself undoes the whole transaction where the disk is full or does not answer: then there is nothing left. */
function undo(statements: ReadonlyArray<string>, exec: (sql: string) => void): void {
  try {
    for (const sql of statements) exec(sql)
  } catch {
    // what is told is what went wrong first
  }
}
