// Claims: which pipeline is at which task, so that two on one store run each task once. Owners prove that they live.
import { hostname } from "node:os"
import * as Context from "effect/Context"
import type { Key } from "../content/digest.ts"
import type { Heartbeat } from "./heartbeat.ts"
import type { Sqlite } from "./sqlite/sqlite.ts"

export class Claims extends Context.Tag("refold/Claims")<
  Claims,
  {
    /** A run takes part: from now on its claims hold while its process lives. */
    readonly enter: (run: string) => void
    readonly beat: (run: string) => void
    /** It is over; its claims go. */
    readonly leave: (run: string) => void
    /** @returns false when a living run holds the key; a dead one's claim is taken over */
    readonly claim: (key: Key, run: string) => boolean
    readonly release: (key: Key, run: string) => void
    /** The living runs, with when they started (milliseconds since 1970); dead ones are removed. */
    readonly owners: () => ReadonlyArray<{
      readonly id: string
      readonly pid: number
      readonly host: string
      readonly started: number
    }>
    /** How often the owner of a claim is to `beat`, and by which clock. */
    readonly heartbeat: Heartbeat
  }
>() {}

interface OwnerRow {
  readonly id: string
  readonly pid: number
  readonly host: string
  readonly beat: number
  readonly started: number
}

/** How often the runs of this very process have entered: in a container, one that is dead may have had its number. */
const own = new Map<string, number>()

export function claimsIn(database: Sqlite, heartbeat: Heartbeat): Claims["Type"] {
  const { now } = heartbeat
  const isAlive = (row: OwnerRow): boolean => isOwnerAlive(row, heartbeat)
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

  const claim = (key: Key, owner: string): boolean => {
    const holder = selectClaim.get(key)
    if (holder !== undefined && isAlive(holder)) return false // also this owner's: two of its tasks may share a key
    insertClaim.run(key, owner)
    return true
  }
  const owners = (): ReadonlyArray<OwnerRow> => {
    const rows = selectOwners.all()
    for (const row of rows) if (!isAlive(row)) deleteOwner.run(row.id) // its claims go with it
    return rows.filter(isAlive)
  }

  return {
    heartbeat,
    enter: (id) => {
      own.set(id, (own.get(id) ?? 0) + 1)
      insertOwner.run(id, process.pid, hostname(), now(), now())
    },
    beat: (id) => void updateBeat.run(now(), id),
    leave: (id) => {
      own.set(id, own.get(id)! - 1)
      if (own.get(id)! > 0) return
      own.delete(id)
      deleteOwner.run(id)
    },
    claim: (key, owner) => database.transaction("immediate", () => claim(key, owner)),
    release: (key, owner) => void deleteClaim.run(key, owner),
    owners: () => database.transaction("immediate", owners),
  }
}

/** On this host the process table knows at once who is dead; elsewhere only the heartbeat does. */
function isOwnerAlive({ id, pid, host, beat }: OwnerRow, { now, silence, longSilence }: Heartbeat): boolean {
  const silent = now() - beat
  if (host !== hostname()) return silent < silence
  if (pid === process.pid) return own.has(id)
  try {
    process.kill(pid, 0)
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code !== "EPERM") return false
  }
  return silent < longSilence
}
