// Claims: which pipeline is at which task, so that two on one store run each task once. Owners prove that they live.
import { hostname } from "node:os"
import type Database from "better-sqlite3"
import type * as Context from "effect/Context"
import type { Key } from "../content/digest.ts"
import type { Ledger } from "./ledger.ts"

type Claims = Pick<
  Context.Tag.Service<typeof Ledger>,
  "enter" | "beat" | "leave" | "claim" | "release" | "owners"
>

interface OwnerRow {
  readonly id: string
  readonly pid: number
  readonly host: string
  readonly beat: number
  readonly started: number
}

/** Milliseconds without a heartbeat after which an owner on another host counts as dead. */
const silence = 30_000
/** The same where a process of its number lives on this host: after so long it is another that got the number. */
const longSilence = 300_000

/** How often the runs of this very process have entered: in a container, one that is dead may have had its number. */
const own = new Map<string, number>()

export function claimsOf(database: Database.Database): Claims {
  const insertOwner = database.prepare(
    "INSERT OR IGNORE INTO owners (id, pid, host, beat, started) VALUES (?, ?, ?, ?, ?)",
  )
  const updateBeat = database.prepare("UPDATE owners SET beat = ? WHERE id = ?")
  const deleteOwner = database.prepare("DELETE FROM owners WHERE id = ?")
  const selectOwners = database.prepare<[], OwnerRow>("SELECT * FROM owners")
  const selectClaim = database.prepare<[string], OwnerRow>(
    "SELECT owners.* FROM claims JOIN owners ON owners.id = claims.owner WHERE claims.key = ?",
  )
  const insertClaim = database.prepare("INSERT OR REPLACE INTO claims (key, owner) VALUES (?, ?)")
  const deleteClaim = database.prepare("DELETE FROM claims WHERE key = ? AND owner = ?")

  const claim = database.transaction((key: Key, owner: string): boolean => {
    const holder = selectClaim.get(key)
    if (holder !== undefined && isAlive(holder)) return false // also this owner's: two of its tasks may share a key
    insertClaim.run(key, owner)
    return true
  })
  const owners = database.transaction(() => {
    const rows = selectOwners.all()
    for (const row of rows) if (!isAlive(row)) deleteOwner.run(row.id) // its claims go with it
    return rows.filter(isAlive)
  })

  return {
    enter: (id) => {
      own.set(id, (own.get(id) ?? 0) + 1)
      insertOwner.run(id, process.pid, hostname(), Date.now(), Date.now())
    },
    beat: (id) => void updateBeat.run(Date.now(), id),
    leave: (id) => {
      own.set(id, own.get(id)! - 1)
      if (own.get(id)! > 0) return
      own.delete(id)
      deleteOwner.run(id)
    },
    claim: (key, owner) => claim.immediate(key, owner),
    release: (key, owner) => void deleteClaim.run(key, owner),
    owners: () => owners.immediate(),
  }
}

/** On this host the process table knows at once who is dead; elsewhere only the heartbeat does. */
function isAlive({ id, pid, host, beat }: OwnerRow): boolean {
  const silent = Date.now() - beat
  if (host !== hostname()) return silent < silence
  if (pid === process.pid) return own.has(id)
  try {
    process.kill(pid, 0)
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code !== "EPERM") return false
  }
  return silent < longSilence
}
