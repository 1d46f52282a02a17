// The ledger's observations: what was observed under a key, each time that it was, with its date. None replaces another, and none goes
// unless a person erases it. Beside them, what requests came to, so that they are not computed again. It knows no run and no store.
import * as Context from "effect/Context"
import type { Digest, Key } from "../content/digest.ts"
import { parsed } from "./failures.ts"
import type { OutputRecords } from "./records.ts"
import type { Sqlite } from "./sqlite/sqlite.ts"

/** When something was observed, and as which of those of its key. */
export interface ObservedAt {
  /** ISO 8601, UTC. */
  readonly at: string
  /** From 1, those that were set aside counted too. */
  readonly nth: number
  /** The digest of what its probe gave, canonically, before it was observed; absent where it had none. */
  readonly probe?: Digest
  /** When its probe last gave that; absent where it was not probed since. */
  readonly probed?: string
}

export interface Observation extends ObservedAt {
  readonly outputs: OutputRecords
  /** Digest of the code that asked. */
  readonly code: Digest
  readonly isForgotten: boolean
}

export type NewObservation = Pick<Observation, "at" | "outputs" | "code" | "probe">

export class Observations extends Context.Tag("refold/Observations")<
  Observations,
  {
    /** All that a key ever had, in the order in which this ledger got them. */
    readonly of: (key: Key) => ReadonlyArray<Observation>
    /** @param nth that it has elsewhere, kept where no other has it here. @returns which it is */
    readonly add: (key: Key, observation: NewObservation, nth?: number) => ObservedAt
    /** A probe gave a value: what was observed at that value is good from then on. */
    readonly probed: (key: Key, probe: Digest, at: string) => void
    /** Sets those aside that count. @returns how many these were */
    readonly forget: (key: Key) => number
    /** Deletes all of a key. @returns what they were */
    readonly erase: (key: Key) => ReadonlyArray<Observation>
    /** Whatever any of them holds: it stays. */
    readonly outputs: () => ReadonlyArray<Digest>
    /** What a request came to, if these inputs and this code were asked. */
    readonly request: (asked: Digest, code: Digest) => string | undefined
    /** Of the same inputs and other code what it came to is let go. */
    readonly remember: (asked: Digest, code: Digest, record: string) => void
  }
>() {}

interface Row {
  readonly nth: number
  readonly at: string
  readonly code: Digest
  readonly outputs: string
  readonly forgotten: number
  readonly probe: Digest | null
  readonly probed: string | null
}

export function observationsIn(database: Sqlite): Observations["Type"] {
  const select = database.prepare<[string], Row>(
    "SELECT nth, at, code, outputs, forgotten, probe, probed FROM observations WHERE key = ? ORDER BY nth",
  )
  const insert = database.prepare(
    "INSERT INTO observations (key, nth, at, code, outputs, forgotten, probe) VALUES (?, ?, ?, ?, ?, 0, ?)",
  )
  const setProbed = database.prepare("UPDATE observations SET probed = ? WHERE key = ? AND probe = ?")
  const setAside = database.prepare("UPDATE observations SET forgotten = 1 WHERE key = ? AND forgotten = 0")
  const remove = database.prepare("DELETE FROM observations WHERE key = ?")
  const selectOutputs = database.prepare<[], { outputs: string }>("SELECT outputs FROM observations")
  const selectRequest = database.prepare<[string], { code: Digest; record: string }>(
    "SELECT code, record FROM requests WHERE asked = ?",
  )
  const insertRequest = database.prepare(
    "INSERT OR REPLACE INTO requests (asked, code, record) VALUES (?, ?, ?)",
  )
  const of = (key: Key): ReadonlyArray<Observation> =>
    select.all(key).map(({ nth, at, code, outputs, forgotten, probe, probed }) => ({
      ...{ nth, at, code },
      ...(probe === null ? {} : { probe }),
      ...(probed === null ? {} : { probed }),
      outputs: parsed<OutputRecords>(outputs),
      isForgotten: forgotten !== 0,
    }))
  return {
    of,
    add: (key, { at, code, outputs, probe }, wanted) =>
      database.transaction("immediate", () => {
        const taken = select.all(key).map(({ nth }) => nth)
        const isFree = wanted !== undefined && !taken.includes(wanted)
        const nth = isFree ? wanted : (taken.at(-1) ?? 0) + 1
        insert.run(key, nth, at, code, JSON.stringify(outputs), probe ?? null)
        return { at, nth, ...(probe === undefined ? {} : { probe }) }
      }),
    probed: (key, probe, at) => void setProbed.run(at, key, probe),
    forget: (key) => setAside.run(key),
    erase: (key) =>
      database.transaction("immediate", () => {
        const all = of(key)
        remove.run(key)
        return all
      }),
    outputs: () =>
      selectOutputs
        .all()
        .flatMap(({ outputs }) => Object.values(parsed<OutputRecords>(outputs)).map(({ digest }) => digest)),
    request: (asked, code) => {
      const known = selectRequest.get(asked)
      return known?.code === code ? known.record : undefined
    },
    remember: (asked, code, record) => void insertRequest.run(asked, code, record),
  }
}
