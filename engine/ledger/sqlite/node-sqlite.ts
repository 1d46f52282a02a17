// The driver node:sqlite: part of Node from 22.13 on. Its types here are what of it we use: those of Node 20 lack it.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Bound, Connection, Driver, Value } from "./driver.ts"

interface DatabaseSync {
  readonly prepare: (sql: string) => {
    readonly run: (...values: ReadonlyArray<Bound>) => { readonly changes: number | bigint }
    readonly get: (...values: ReadonlyArray<Bound>) => Readonly<Record<string, Value>> | undefined
    readonly all: (...values: ReadonlyArray<Bound>) => ReadonlyArray<Readonly<Record<string, Value>>>
  }
  readonly exec: (sql: string) => void
  readonly close: () => void
  /** From Node 24 on. */
  readonly deserialize?: (bytes: Uint8Array) => void
}
interface NodeSqlite {
  readonly DatabaseSync: new (path: string, options?: { readonly readOnly: boolean }) => DatabaseSync
}

/** SQLite's primary result codes by their number, up to the last that an operation fails with. */
const codes =
  "OK ERROR INTERNAL PERM ABORT BUSY LOCKED NOMEM READONLY INTERRUPT IOERR CORRUPT NOTFOUND FULL CANTOPEN PROTOCOL EMPTY SCHEMA TOOBIG CONSTRAINT MISMATCH MISUSE NOLFS AUTH FORMAT RANGE NOTADB".split(
    " ",
  )

/** @throws when this Node has none */
export function nodeSqlite(): Driver {
  const { DatabaseSync } = loaded()
  const open = (path: string, readOnly: boolean): DatabaseSync => new DatabaseSync(path, { readOnly })
  return {
    name: "node:sqlite",
    open: (path, readonly) => connectionOf(open(path, readonly)),
    openBytes: (bytes) => {
      const database = open(":memory:", false)
      if (database.deserialize === undefined) return openCopy(bytes, (path) => open(path, false))
      database.deserialize(bytes)
      return connectionOf(database)
    },
    codeOf: (failure) => {
      const { code, errcode } = failure as { readonly code?: string; readonly errcode?: number }
      // The upper bits of an extended code only refine it.
      return code === "ERR_SQLITE_ERROR" ? `SQLITE_${codes[errcode! & 0xff] ?? "ERROR"}` : undefined
    },
  }
}

/** Without the warning that it is experimental, and with every other one. */
function loaded(): NodeSqlite {
  const { emitWarning } = process
  process.emitWarning = (...given: ReadonlyArray<unknown>) => {
    if (!/^SQLite is an experimental/.test(String(given[0]))) Reflect.apply(emitWarning, process, given)
  }
  try {
    return createRequire(import.meta.url)("node:sqlite") as NodeSqlite
  } finally {
    process.emitWarning = emitWarning
  }
}

function connectionOf(database: DatabaseSync): Connection {
  return {
    prepare: (sql) => {
      const statement = database.prepare(sql)
      return {
        run: (...values) => Number(statement.run(...values).changes),
        get: (...values) => plain(statement.get(...values)),
        all: (...values) => statement.all(...values).map(plain),
      }
    },
    exec: (sql) => database.exec(sql),
    pragma: (text) => Object.values(database.prepare(`PRAGMA ${text}`).get() ?? {})[0],
    close: () => database.close(),
  }
}

/** Its rows have no prototype. */
const plain = <Row extends object | undefined>(row: Row): Row => (row === undefined ? row : { ...row })

/** The bytes as a file of our own, which goes when the database is closed, or with the process. */
function openCopy(bytes: Uint8Array, open: (path: string) => DatabaseSync): Connection {
  const folder = mkdtempSync(join(tmpdir(), "refold-ledger-"))
  const remove = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  try {
    const path = join(folder, "ledger.sqlite")
    writeFileSync(path, bytes)
    const database = open(path)
    const connection = connectionOf(database)
    process.once("exit", remove)
    return {
      ...connection,
      close: () => {
        connection.close()
        process.removeListener("exit", remove)
        remove()
      },
    }
  } catch (failure) {
    remove()
    throw failure
  }
}
