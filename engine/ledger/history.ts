// The ledger's history: runs, the tasks of each, and every attempt. Never in a key, never in an artifact.
import * as Context from "effect/Context"
import type { Digest, Key, TaskLabel } from "../content/digest.ts"
import type { Attempt, AttemptRecord, Inexact, NewRun, RunRecord, TaskRecord } from "./records.ts"

export type TaskKey = Pick<TaskRecord, "label" | "key">

export class History extends Context.Tag("refold/History")<
  History,
  {
    readonly beginRun: (run: NewRun) => void
    readonly endRun: (id: string, end: Pick<RunRecord, "finished" | "outcome" | "results" | "folder">) => void
    /** The one that began last first, whatever its clock said. */
    readonly runs: (experiment: string | undefined, limit: number) => ReadonlyArray<RunRecord>
    readonly recordTasks: (run: string, tasks: ReadonlyArray<TaskRecord>) => void
    readonly tasks: (run: string) => ReadonlyArray<TaskRecord>
    /** Of the tasks of a run their keys, some at a time, by their labels: those after one, or the first. */
    readonly taskKeys: (run: string, after?: TaskKey) => ReadonlyArray<TaskKey>
    /** Whether a run had a task of this label, or of this stage. */
    readonly knows: (run: string, task: string) => boolean
    /** Of an experiment's runs: tasks that gave a result which still stands and is not bit-exact. */
    readonly inexact: (experiment: string) => ReadonlyArray<Inexact>
    /** The key under which a label of an experiment last succeeded. */
    readonly lastKey: (experiment: string, label: TaskLabel) => Key | undefined
    /** The one under which it last did before that. */
    readonly keyBefore: (experiment: string, label: TaskLabel) => Key | undefined

    /** Runs that `gc` keeps whatever their age. */
    readonly pins: () => ReadonlyArray<string>
    readonly pin: (run: string) => void
    readonly unpin: (run: string) => void

    /** Whether the ledger knows nothing yet: no run and no result. */
    readonly isNew: () => boolean
    /** What lay in the store before this ledger was made: digests of objects and names of folders of runs. */
    readonly orphans: () => ReadonlyArray<string>
    readonly addOrphans: (names: ReadonlyArray<string>) => void
    /** A person said that they may go like anything else. */
    readonly forgetOrphans: () => void

    readonly attempt: (attempt: Attempt) => void
    readonly attempts: (label: TaskLabel) => ReadonlyArray<AttemptRecord>
    /** The run in which a label last gave the result of a key, and the last result (by its sequence) that there was when it began. */
    readonly maker: (
      label: TaskLabel,
      key: Key,
    ) => { readonly run: string; readonly after: number | null } | undefined
    /**
     * Bytes that successful attempts of a stage wrote, newest first, of those whose results stand: outputs, and of a chain the states
     * that stay, which are the first, the last and each so manieth. Of folders their lists: what they list, the store knows.
     */
    readonly sizes: (
      stage: string,
      limit: number,
      each: number,
    ) => ReadonlyArray<{ label: TaskLabel; bytes: number; folders: ReadonlyArray<Digest> }>
    /** Seconds that successful attempts of a stage took, newest first. */
    readonly durations: (stage: string, limit: number) => ReadonlyArray<{ label: TaskLabel; seconds: number }>
    /** When the last attempts at tasks of a stage ended, however they did: milliseconds since 1970, newest first. */
    readonly lastEnds: (stage: string, limit: number) => ReadonlyArray<number>
  }
>() {}
