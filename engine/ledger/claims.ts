// Claims: which pipeline is at which task, so that two on one store run each task once. Owners prove that they live.
import * as Context from "effect/Context"
import type { Key } from "../content/digest.ts"
import type { Heartbeat } from "./heartbeat.ts"
import { isHere, lifeOf, ownIdentity, type ProcessIdentity } from "./process-identity.ts"
import type { Sqlite } from "./sqlite/sqlite.ts"

/** Whoever is at work in the store. */
export interface Owner {
  readonly run: string
  readonly pid: number
  readonly host: string
  /** Milliseconds since 1970. */
  readonly started: number
  readonly lives: boolean
}

export class Claims extends Context.Tag("refold/Claims")<
  Claims,
  {
    /** A run takes part: from now on its claims hold while its process lives. */
    readonly enter: (run: string) => void
    /** It lives. One that had been taken for dead, as after a long sleep, takes part again, with those of its claims that nobody has now. */
    readonly beat: (run: string) => void
    /** Whether the run was taken for dead since this was asked last: some of its claims may be another's now. */
    readonly wasDisturbed: (run: string) => boolean
    /** It is over; its claims go. */
    readonly leave: (run: string) => void
    /** @returns false when a living run holds the key; a dead one's claim is taken over */
    readonly claim: (key: Key, run: string) => boolean
    /** Who holds the key, and lives. */
    readonly holder: (key: Key) => Owner | undefined
    readonly release: (key: Key, run: string) => void
    /** All that the ledger knows of; the dead are forgotten when the next one enters. */
    readonly owners: () => ReadonlyArray<Owner>
    /** How often the owner of a claim is to `beat`, and by which clock. */
    readonly heartbeat: Heartbeat
  }
>() {}

interface OwnerRow extends ProcessIdentity {
  readonly id: string
  readonly beat: number
  readonly started: number
}

/** What this process remembers of a run that takes part: the ledger may forget it while the process is paused. */
interface Present {
  /** Its scopes may lie within each other. */
  entered: number
  readonly started: number
  readonly held: Set<Key>
  isDisturbed: boolean
}

/** How many ledgers of this very process a run has entered: in a container, a dead one may have had its number. */
const here = new Map<string, number>()

export const claimsIn = (database: Sqlite, heartbeat: Heartbeat): Claims["Type"] =>
  new ClaimsTable(database, heartbeat)

const statementsIn = (database: Sqlite) => ({
  insertOwner: database.prepare(
    "INSERT OR IGNORE INTO owners (id, pid, host, machine, born, beat, started) VALUES (?, ?, ?, ?, ?, ?, ?)",
  ),
  updateBeat: database.prepare("UPDATE owners SET beat = ? WHERE id = ?"),
  deleteOwner: database.prepare("DELETE FROM owners WHERE id = ?"),
  selectOwner: database.prepare<[string], OwnerRow>("SELECT * FROM owners WHERE id = ?"),
  selectOwners: database.prepare<[], OwnerRow>("SELECT * FROM owners"),
  selectHolder: database.prepare<[string], OwnerRow>(
    "SELECT owners.* FROM claims JOIN owners ON owners.id = claims.owner WHERE claims.key = ?",
  ),
  insertClaim: database.prepare("INSERT OR REPLACE INTO claims (key, owner) VALUES (?, ?)"),
  deleteClaim: database.prepare("DELETE FROM claims WHERE key = ? AND owner = ?"),
})

class ClaimsTable implements Readonly<Claims["Type"]> {
  readonly heartbeat: Heartbeat
  readonly #database: Sqlite
  readonly #statements: ReturnType<typeof statementsIn>
  readonly #present = new Map<string, Present>()

  constructor(database: Sqlite, heartbeat: Heartbeat) {
    this.heartbeat = heartbeat
    this.#database = database
    this.#statements = statementsIn(database)
  }

  enter = (run: string): void => {
    const present = this.#present.get(run)
    if (present !== undefined) {
      present.entered++
      return
    }
    const started = this.heartbeat.now()
    this.#present.set(run, { entered: 1, started, held: new Set(), isDisturbed: false })
    here.set(run, (here.get(run) ?? 0) + 1)
    this.#write(() => {
      const { selectOwners, deleteOwner } = this.#statements
      for (const row of selectOwners.all()) if (!this.#lives(row)) deleteOwner.run(row.id) // its claims go with it
      this.#insert(run, started)
    })
  }

  beat = (run: string): void =>
    this.#write(() => {
      if (this.#statements.updateBeat.run(this.heartbeat.now(), run) === 0) this.#enterAgain(run)
      else this.#takeAgain(run)
    })

  wasDisturbed = (run: string): boolean => {
    const present = this.#present.get(run)
    const was = present?.isDisturbed === true
    if (present !== undefined) present.isDisturbed = false
    return was
  }

  leave = (run: string): void => {
    const present = this.#present.get(run)
    if (present === undefined || --present.entered > 0) return
    this.#present.delete(run)
    const left = here.get(run)! - 1
    if (left > 0) here.set(run, left)
    else here.delete(run)
    this.#statements.deleteOwner.run(run)
  }

  claim = (key: Key, run: string): boolean =>
    this.#write(() => {
      if (this.#statements.selectOwner.get(run) === undefined) this.#enterAgain(run)
      if (this.holder(key) !== undefined) return false // also this run's own: two of its tasks may share a key
      this.#statements.insertClaim.run(key, run)
      this.#present.get(run)?.held.add(key)
      return true
    })

  holder = (key: Key): Owner | undefined => {
    const row = this.#statements.selectHolder.get(key)
    return row !== undefined && this.#lives(row) ? this.#owner(row) : undefined
  }

  release = (key: Key, run: string): void => {
    this.#present.get(run)?.held.delete(key)
    this.#statements.deleteClaim.run(key, run)
  }

  owners = (): ReadonlyArray<Owner> => this.#statements.selectOwners.all().map((row) => this.#owner(row))

  #owner(row: OwnerRow): Owner {
    const { id, pid, host, started } = row
    return { run: id, pid, host, started, lives: this.#lives(row) }
  }

  /** With the time of its start: what it made since is its own. */
  #insert(run: string, started: number): void {
    const { pid, host, machine, born } = ownIdentity()
    this.#statements.insertOwner.run(run, pid, host, machine, born, this.heartbeat.now(), started)
  }

  #enterAgain(run: string): void {
    const present = this.#present.get(run)
    if (present === undefined) return
    present.isDisturbed = true
    this.#insert(run, present.started)
    this.#takeAgain(run)
  }

  #takeAgain(run: string): void {
    const present = this.#present.get(run)
    if (present === undefined) return
    for (const key of present.held) {
      const holder = this.holder(key)
      if (holder?.run === run) continue
      present.isDisturbed = true
      if (holder === undefined) this.#statements.insertClaim.run(key, run)
    }
  }

  /** On this machine the table of processes knows at once who is dead, and how long one may sleep; elsewhere only the heartbeat does. */
  #lives(row: OwnerRow): boolean {
    const { now, silence, longSilence } = this.heartbeat
    const silent = now() - row.beat
    if (!isHere(row)) return silent < silence
    const life = lifeOf(row)
    if (life === "dead") return false
    if (row.pid === process.pid) return here.has(row.id)
    return life === "lives" || silent < longSilence
  }

  #write<A>(writes: () => A): A {
    return this.#database.transaction("immediate", writes)
  }
}
