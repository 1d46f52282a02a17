// The ledger: what was run, what came of it, and from what. Only the coordinator writes to it; it knows no store.
// Its methods are synchronous, as SQLite is: a look-up is microseconds, and a no-change run is made of look-ups.
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type { Json } from "../content/canonical.ts"
import type { Digest, Key, TaskLabel } from "../content/digest.ts"
import type { InputDigests } from "../key/fingerprint.ts"

/** The database cannot be used: where, why, and the remedy. */
export class LedgerError extends Data.TaggedError("LedgerError")<{ readonly message: string }> {}

export interface OutputRecord {
  readonly kind: string
  readonly digest: Digest
  readonly size: number
}
export type OutputRecords = Readonly<Record<string, OutputRecord>>

/** A success: what a key gives. */
export interface Result {
  readonly key: Key
  readonly stage: string
  readonly fingerprint: string
  readonly sources: Readonly<Record<string, Digest>>
  readonly seconds: number
  /** Of a chained task: the digests of its links' states. */
  readonly states: ReadonlyArray<Digest> | null
  /** Order of commits in this ledger. */
  readonly sequence: number
  readonly outputs: OutputRecords
}
export type NewResult = Omit<Result, "sequence">

/** One finished unit of a chained task, under its link key. */
export interface LinkRecord {
  readonly key: Key
  readonly stage: string
  readonly n: number
  readonly state: Digest
  readonly size: number
  readonly isRecord: boolean
  readonly metrics: Readonly<Record<string, number>>
  readonly seconds: number
}

/** What a result names: for telling what is reached from what is garbage. */
export interface Reach {
  readonly key: Key
  readonly outputs: ReadonlyArray<Digest>
  readonly inputs: ReadonlyArray<Digest>
  readonly states: ReadonlyArray<Digest>
}

export interface MetricRow {
  readonly step: number
  readonly name: string
  readonly value: number
}

export interface NewRun {
  readonly id: string
  readonly experiment: string
  readonly params: Json
  readonly started: string
  readonly commit: string | null
  readonly dirty: boolean | null
  readonly host: string
  /** What computed, as people are told, where it was not bit-exact. */
  readonly numerics: string | null
}

export interface RunRecord extends NewRun {
  readonly finished: string | null
  readonly outcome: Outcome | null
  /** Digest of the named results, and the run whose folder under runs/ holds copies of them. */
  readonly results: Digest | null
  readonly folder: string | null
}
export type Outcome = "done" | "failed" | "interrupted"

export interface Attempt {
  readonly run: string
  readonly label: TaskLabel
  readonly stage: string
  readonly key: Key
  readonly started: string
  readonly seconds: number
  readonly host: string
  readonly outcome: "done" | "failed"
  readonly error: { readonly tag: string; readonly message: string } | null
  readonly log: string
}

export type TaskStatus = "ran" | "cached" | "failed" | "skipped"

export interface TaskRecord {
  readonly label: TaskLabel
  readonly stage: string
  readonly key: Key | null
  readonly status: TaskStatus
  /** Whether it promises equal bits on every machine: with its numerics, and with all that it depends on. */
  readonly exact: boolean
}

/** A task whose results lie in this ledger and promise nothing of their bits. */
export interface Inexact {
  readonly label: TaskLabel
  readonly numerics: string
}

export class Ledger extends Context.Tag("refold/Ledger")<
  Ledger,
  {
    /** Looks many things up in one snapshot: each look-up of its own would lock and unlock the database. */
    readonly together: <A>(lookUps: () => A) => A
    /** Writes many things, or none, in one transaction. */
    readonly atOnce: <A>(writes: () => A) => A
    readonly result: (key: Key) => Result | undefined
    /** What it took alone. */
    readonly seconds: (key: Key) => number | undefined
    /** The outputs alone: the hot path of a no-change run. */
    readonly outputs: (key: Key) => OutputRecords | undefined
    /**
     * Makes a result visible, with inputs and metrics, in one transaction. Its objects must be in the store.
     * When the key already gives other digests, the first result stays and the new outputs are kept as evidence.
     *
     * @returns the names of the outputs that differ from the first result
     */
    readonly commit: (
      run: string,
      result: NewResult,
      inputs: InputDigests,
      metrics: ReadonlyArray<MetricRow>,
    ) => ReadonlyArray<string>
    /** Forgets a result whose objects are gone or corrupt. */
    readonly forget: (key: Key) => void
    /** How many distinct artifacts results of this stage (or form) were given in a role: history, never hashed. */
    readonly distinctInputs: (stage: string, role: string) => number
    /** The most recent results of a stage, newest first. */
    readonly recent: (stage: string, limit: number) => ReadonlyArray<Result>
    readonly metrics: (key: Key) => ReadonlyArray<MetricRow>

    /** Every result's key with its outputs' and states' digests, and the digests of its inputs. */
    readonly everything: () => ReadonlyArray<Reach>
    readonly link: (key: Key) => LinkRecord | undefined
    /** Makes a link visible; its state must be in the store. @returns false when the key already gives another state */
    readonly commitLink: (link: LinkRecord, run: string) => boolean
    readonly forgetLink: (key: Key) => void
    /** Every link, with the run that did it. */
    readonly links: () => ReadonlyArray<Pick<LinkRecord, "n" | "state" | "isRecord"> & { run: string }>

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

    readonly beginRun: (run: NewRun) => void
    readonly endRun: (id: string, end: Pick<RunRecord, "finished" | "outcome" | "results" | "folder">) => void
    readonly runs: (experiment: string | undefined, limit: number) => ReadonlyArray<RunRecord>
    readonly recordTasks: (run: string, tasks: ReadonlyArray<TaskRecord>) => void
    readonly tasks: (run: string) => ReadonlyArray<TaskRecord>
    /** Of an experiment's runs: tasks that gave a result which still stands and is not bit-exact. */
    readonly inexact: (experiment: string) => ReadonlyArray<Inexact>
    /** The key under which a label of an experiment last succeeded. */
    readonly lastKey: (experiment: string, label: TaskLabel) => Key | undefined

    /** Runs that `gc` keeps whatever their age. */
    readonly pins: () => ReadonlyArray<string>
    readonly pin: (run: string) => void
    readonly unpin: (run: string) => void

    readonly attempt: (attempt: Attempt) => void
    readonly attempts: (label: TaskLabel) => ReadonlyArray<Attempt>
    /** Seconds that successful attempts of a stage took, newest first. */
    readonly durations: (stage: string, limit: number) => ReadonlyArray<{ label: TaskLabel; seconds: number }>
  }
>() {}
