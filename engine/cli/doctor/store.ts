// What `doctor` says of the place where artifacts are kept: whether it can be written, has room, and whether locks hold there.
import { existsSync, mkdtempSync, renameSync, rmSync, statfsSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { NoSqlite, sqliteChoice } from "../../ledger/sqlite/choose.ts"
import { openSqlite, SqliteError } from "../../ledger/sqlite/sqlite.ts"
import { kindOf } from "../../session/store-mark.ts"
import { broken, type Finding, fine, type Probe } from "./finding.ts"

/** Bytes below which a run may end for want of room. */
const least = 500e6

export const store: Probe = {
  about: "store",
  ask: async ({ artifacts }) => {
    const notOurs = whyNoStore(artifacts)
    if (notOurs !== undefined) return [broken("folder", notOurs, "name another with --artifacts DIR")]
    const base = nearest(artifacts)
    let folder: string
    try {
      folder = mkdtempSync(join(base, ".refold-doctor-"))
    } catch (failure) {
      const why = `cannot be written (${(failure as Error).message})`
      return [
        broken(
          "folder",
          `${artifacts} ${why}`,
          "name another with --artifacts DIR, or change its owner or mode",
        ),
      ]
    }
    try {
      return [writable(artifacts, folder), room(artifacts, folder), ...sqlite(folder)]
    } finally {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    }
  },
}

/** Why it is no store, and none can be made there. */
function whyNoStore(artifacts: string): string | undefined {
  try {
    kindOf(artifacts)
    return undefined
  } catch (failure) {
    return failure instanceof NoSqlite ? undefined : (failure as Error).message // which is told where SQLite is asked
  }
}

/** The folder itself, or what it would be made in: asking must not make it. */
function nearest(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearest(dirname(path))
}

function writable(artifacts: string, folder: string): Finding {
  try {
    writeFileSync(join(folder, "new"), "bytes")
    renameSync(join(folder, "new"), join(folder, "renamed"))
    return fine("folder", `${artifacts} can be written`)
  } catch (failure) {
    const message = (failure as Error).message
    return broken(
      "folder",
      `files cannot be renamed in ${artifacts} (${message})`,
      "name another with --artifacts DIR",
    )
  }
}

function room(artifacts: string, folder: string): Finding {
  const { bavail, bsize } = statfsSync(folder)
  const free = bavail * bsize
  const found = `${(free / 1e9).toFixed(1)} GB free`
  return free >= least
    ? fine("room", found, { free })
    : broken(
        "room",
        found,
        `free some, such as with gc, or name another folder than ${artifacts} with --artifacts DIR`,
        { free },
      )
}

/** Two connections: one writes, and the other must be kept out until it is done. */
function sqlite(folder: string): ReadonlyArray<Finding> {
  try {
    const { driver, because } = sqliteChoice()
    const why = because === undefined ? "" : `, as ${because}`
    const path = join(folder, "ledger.sqlite")
    const [one, other] = [openSqlite(path), openSqlite(path, { timeout: 0 })]
    try {
      const mode = one.pragma("journal_mode = WAL")
      const { version } = one.prepare<[], { version: string }>("SELECT sqlite_version() AS version").get()!
      one.exec("CREATE TABLE held (n INTEGER); BEGIN IMMEDIATE")
      const isKeptOut = refuses(() => other.exec("BEGIN IMMEDIATE"))
      one.exec("COMMIT")
      return [
        fine("SQLite", `${version}, ${driver.name}${why}`, {
          version,
          driver: driver.name,
          journal: String(mode),
        }),
        isKeptOut && mode === "wal"
          ? fine("locks", "hold between processes")
          : broken(
              "locks",
              "do not hold: two pipelines would write at once",
              "name a folder on a local disk with --artifacts DIR",
            ),
      ]
    } finally {
      one.close()
      other.close()
    }
  } catch (failure) {
    if (failure instanceof NoSqlite) return [broken("SQLite", failure.found, failure.remedy)]
    return [
      broken("SQLite", (failure as Error).message, "name a folder on a local disk with --artifacts DIR"),
    ]
  }
}

function refuses(act: () => void): boolean {
  try {
    act()
    return false
  } catch (failure) {
    return failure instanceof SqliteError && failure.code === "SQLITE_BUSY"
  }
}
