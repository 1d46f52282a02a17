// The schema of a fresh ledger put into one that lost its own: tables begin on the same pages, as the same statements made
// them. Where an older version began it, they do not: then rows are misread, and are not sound.
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { openDatabase } from "../database.ts"
import type { Sqlite } from "../sqlite/sqlite.ts"

const pageSize = 4096

/** @returns the damaged bytes with the pages of the schema, the first among them, as a fresh ledger has them */
export function grafted(damaged: Buffer): Buffer {
  const { bytes, schemaPages } = freshLedger()
  const pages = Math.max(Math.ceil(damaged.length / pageSize), bytes.length / pageSize)
  const whole = Buffer.concat([damaged], pages * pageSize)
  for (const page of schemaPages) {
    const at = (page - 1) * pageSize
    bytes.copy(whole, at, at, at + pageSize)
  }
  whole.writeUInt32BE(pages, 28)
  bytes.copy(whole, 92, 24, 28) // the count of pages is that of the last change
  whole.fill(0, 32, 40) // which pages are free is not known
  return whole
}

function freshLedger(): { readonly bytes: Buffer; readonly schemaPages: ReadonlyArray<number> } {
  const folder = mkdtempSync(join(tmpdir(), "refold-schema-"))
  try {
    const path = join(folder, "ledger.sqlite")
    const database = openDatabase(path)
    const roots = rootsIn(database)
    database.close()
    const bytes = readFileSync(path)
    const all = Array.from({ length: bytes.length / pageSize }, (_, i) => i + 1)
    return { bytes, schemaPages: all.filter((page) => !roots.has(page)) }
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

const rootsIn = (database: Sqlite): ReadonlySet<number> =>
  new Set(
    database
      .prepare<[], { rootpage: number }>("SELECT rootpage FROM sqlite_schema WHERE rootpage > 0")
      .all()
      .map(({ rootpage }) => rootpage),
  )
