// What SQLite refused, as a failure of the ledger: damaged, a disk that is full or read-only, or held by another process.
import { dirname } from "node:path"
import { diskMessageOf, diskReason } from "../content/disk-failure.ts"
import { LedgerError } from "./records.ts"
import { SqliteError } from "./sqlite/sqlite.ts"

/**
 * Codes that only a damaged file gives: our statements are fixed, so one that is wrong (ERROR) has met tables that are not
 * ours.
 */
const damage = /^SQLITE_(CORRUPT|NOTADB|FORMAT|ERROR|TOOBIG|MISMATCH)$/

/** What was read cannot be what was written. */
export const damagedRow = (what: string): SqliteError =>
  new SqliteError(`it holds ${what}`, "SQLITE_CORRUPT", undefined)

/** What a column holds as JSON. @throws SqliteError for what is none */
export function parsed<A>(text: string): A {
  try {
    return JSON.parse(text) as A
  } catch {
    throw damagedRow("text where JSON was written")
  }
}

export const damagedLedger = (path: string, found: string, cause?: unknown): LedgerError =>
  new LedgerError(
    `the ledger ${path} is damaged (${found}): doctor --repair --artifacts ${dirname(path)} sets it aside and rebuilds what can be`,
    "damaged",
    cause,
  )

/** @returns a LedgerError for whatever SQLite refused; anything else as it is */
export function ledgerFailure(failure: unknown, path: string): unknown {
  if (!(failure instanceof SqliteError)) return failure
  const { code, message } = failure
  if (damage.test(code)) return damagedLedger(path, message, failure)
  const disk = diskMessageOf(failure, dirname(path))
  if (disk !== undefined)
    return new LedgerError(`the ledger ${path} cannot be written: ${disk}`, "disk", failure)
  if (code === "SQLITE_IOERR") return damagedLedger(path, message, failure)
  if (code === "SQLITE_BUSY")
    return new LedgerError(
      `the ledger ${path} is held by another process for longer than it should be: wait for it, or end it`,
      undefined,
      failure,
    )
  return new LedgerError(`the ledger ${path} cannot be used: ${message}`, undefined, failure)
}

/** Whether SQLite, or the system below it, could not write: what can be read may be read all the same. */
export const isUnwritable = (failure: unknown, path: string): boolean =>
  failure instanceof SqliteError && diskReason(failure, dirname(path)) !== undefined

/** A disk that is full: what frees some of it may help. */
export const isFull = (failure: unknown, path: string): boolean =>
  failure instanceof SqliteError && ["full", "quota"].includes(diskReason(failure, dirname(path)) ?? "")
