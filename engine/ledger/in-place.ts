// Whether a ledger's file is still the one that was opened: of one that was removed, what is written would go with it.
import { existsSync, statSync } from "node:fs"
import { LedgerError } from "./records.ts"
import type { Sqlite } from "./sqlite/sqlite.ts"

export interface InPlace {
  /** @throws LedgerError once the file was removed or replaced; what had been written is put back where nothing took its place */
  readonly check: () => void
  /** Closes the database, unless that would take the log of another that is in its place. */
  readonly close: () => void
}

export function inPlace(path: string, database: Sqlite): InPlace {
  const opened = identityOf(path)
  let lost: LedgerError | undefined
  const isInPlace = (): boolean => lost === undefined && identityOf(path) === opened
  return {
    check: () => {
      if (isInPlace()) return
      lost ??= new LedgerError(
        `the ledger ${path} was removed or replaced while it was in use${isPutBack(path, database) ? ", and is put back as it was" : ""}: run again, and what is not in it is done again`,
      )
      throw lost
    },
    close: () => {
      if (isInPlace()) database.close()
    },
  }
}

/** A database in memory has none. */
function identityOf(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat === undefined ? undefined : `${stat.dev} ${stat.ino}`
}

function isPutBack(path: string, database: Sqlite): boolean {
  try {
    if ([path, `${path}-wal`].some((each) => existsSync(each))) return false
    database.exec(`VACUUM INTO '${path.replaceAll("'", "''")}'`)
    return true
  } catch {
    return false // also within a transaction
  }
}
