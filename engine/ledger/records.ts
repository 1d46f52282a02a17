// What the ledger's tables hold, as data: results, links, runs, tasks and attempts. It knows no database and no store.
import type { Json } from "../content/canonical.ts"
import type { Digest, Key, TaskLabel } from "../content/digest.ts"
import type { ByRole, Given } from "../content/given.ts"

/** The database cannot be used: where, why, and the remedy. */
export class LedgerError extends Error {
  readonly _tag = "LedgerError"
  /** What can be done about it: a damaged one is repaired, a disk may be freed; undefined for anything else. */
  readonly reason: "damaged" | "disk" | undefined
  /** @param cause what SQLite said */
  constructor(message: string, reason?: LedgerError["reason"], cause?: unknown) {
    super(message, { cause })
    this.reason = reason
  }
}

/** Inputs by role: one digest, digests under names, or those of a group. */
export type InputDigests = ByRole<Digest>

export const isOneDigest = (given: Given<Digest>): given is Digest => typeof given === "string"

export interface OutputRecord {
  readonly kind: string
  readonly digest: Digest
  readonly size: number
}
export type OutputRecords = Readonly<Record<string, OutputRecord>>

/** How many of how many were computed again, and gave the same bits. */
export interface Sampled {
  readonly compared: number
  readonly of: number
}

/** The mark of what was taken over from other code: it is not proven for the code whose key it stands under. */
export interface Adopted {
  /** Digest of the code that computed the bits, before any adoption. */
  readonly from: Digest
  /** Of the adoption that it came with, in all tasks of its stage: links of chains, and ends, which are tasks' outputs. */
  readonly links: Sampled
  readonly ends: Sampled
}

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
  /** Null once its own code has computed it. */
  readonly adopted: Adopted | null
}
/** What a result's key was made of, and when: without what it gives. */
export type MadeOf = Pick<Result, "fingerprint" | "sources" | "sequence">
export type NewResult = Omit<Result, "sequence" | "adopted"> & { readonly adopted?: Adopted | null }

/** One finished unit of a chained task, under its link key. */
export interface LinkRecord {
  readonly key: Key
  readonly stage: string
  readonly n: number
  readonly state: Digest
  readonly size: number
  readonly isRecord: boolean
  /** Whether the end of a result asked for its state. */
  readonly chosen: boolean
  readonly metrics: Readonly<Record<string, number>>
  readonly seconds: number
  /** Absent once its own code has done it. */
  readonly adopted?: Adopted
}

/** What a result names: for telling what is reached from what is garbage. */
export interface Reach {
  readonly key: Key
  readonly stage: string
  /** That it took to make. */
  readonly seconds: number
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
  readonly outcome: Outcome
  readonly error: AttemptError | null
  /** Where what it printed lies, relative to the folder of artifacts; null when it printed nothing. */
  readonly log: string | null
  /** What computed it faster, if something did: no bit depends on it. */
  readonly accelerator: string | null
}

export interface AttemptRecord extends Attempt {
  /** What it printed, of attempts that an older version kept so; else nothing. */
  readonly text: string
}

/** What was thrown, and where in the author's files. */
export interface ThrownRecord {
  readonly tag: string
  readonly message: string
  readonly stack: ReadonlyArray<string>
  readonly excerpt?: { readonly at: string; readonly text: string }
}

/** The same, with what stands behind it, nearest first. */
export interface AttemptError extends ThrownRecord {
  readonly causes: ReadonlyArray<ThrownRecord>
}

/** `not-needed`: an upstream value says so. `skipped`: it could not be reached. */
export type TaskStatus = "ran" | "cached" | "failed" | "skipped" | "not-needed"

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
