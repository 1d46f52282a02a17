// The ledger's history: runs, the tasks of each, and every attempt. Never in a key, never in an artifact.
import type Database from "better-sqlite3"
import * as Context from "effect/Context"
import type { Key, TaskLabel } from "../content/digest.ts"
import type { Attempt, Inexact, NewRun, RunRecord, TaskRecord } from "./records.ts"

export class History extends Context.Tag("refold/History")<
  History,
  {
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

type RunRow = Omit<RunRecord, "params" | "commit" | "dirty"> & {
  readonly params: string
  readonly commit_id: string | null
  readonly dirty: number | null
}
type AttemptRow = Omit<Attempt, "error"> & {
  readonly error_tag: string | null
  readonly error_message: string | null
}

export function historyIn(database: Database.Database): History["Type"] {
  const insertRun = database.prepare(
    "INSERT INTO runs (id, experiment, params, started, commit_id, dirty, host, numerics) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
  )
  const updateRun = database.prepare(
    "UPDATE runs SET finished = ?, outcome = ?, results = ?, folder = ? WHERE id = ?",
  )
  const selectRuns = database.prepare<[{ experiment: string | null; limit: number }], RunRow>(
    "SELECT * FROM runs WHERE @experiment IS NULL OR experiment = @experiment ORDER BY started DESC, rowid DESC LIMIT @limit",
  )
  const insertTask = database.prepare(
    "INSERT OR REPLACE INTO tasks (run, label, stage, key, status, exact) VALUES (?, ?, ?, ?, ?, ?)",
  )
  const selectTasks = database.prepare<[string], Omit<TaskRecord, "exact"> & { readonly exact: number }>(
    "SELECT label, stage, key, status, exact FROM tasks WHERE run = ?",
  )
  const selectInexact = database.prepare<[string], Inexact>(
    `SELECT DISTINCT tasks.label AS label, runs.numerics AS numerics
     FROM tasks JOIN runs ON runs.id = tasks.run JOIN results ON results.key = tasks.key
     WHERE runs.experiment = ? AND tasks.exact = 0 AND tasks.status IN ('ran', 'cached')
     ORDER BY runs.numerics, tasks.label`,
  )
  const selectLastKey = database.prepare<[{ experiment: string; label: string }], { key: Key }>(
    `SELECT tasks.key AS key FROM runs CROSS JOIN tasks ON tasks.run = runs.id AND tasks.label = @label
     WHERE runs.experiment = @experiment AND tasks.status IN ('ran', 'cached')
     ORDER BY runs.started DESC, runs.rowid DESC LIMIT 1`,
  )
  const selectPins = database.prepare<[], { run: string }>("SELECT run FROM pins")
  const insertPin = database.prepare("INSERT OR IGNORE INTO pins (run) VALUES (?)")
  const deletePin = database.prepare("DELETE FROM pins WHERE run = ?")
  const insertAttempt = database.prepare(
    `INSERT INTO attempts (run, label, stage, key, started, seconds, host, outcome, error_tag, error_message, log)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const selectAttempts = database.prepare<[string], AttemptRow>(
    "SELECT * FROM attempts WHERE label = ? ORDER BY id DESC LIMIT 20",
  )
  const selectDurations = database.prepare<[string, number], { label: TaskLabel; seconds: number }>(
    "SELECT label, seconds FROM attempts WHERE stage = ? AND outcome = 'done' ORDER BY id DESC LIMIT ?",
  )
  const recordTasks = database.transaction((run: string, tasks: ReadonlyArray<TaskRecord>) => {
    for (const { label, stage, key, status, exact } of tasks)
      insertTask.run(run, label, stage, key, status, Number(exact))
  })

  return {
    beginRun: (run) =>
      void insertRun.run(
        run.id,
        run.experiment,
        JSON.stringify(run.params),
        run.started,
        run.commit,
        run.dirty === null ? null : Number(run.dirty),
        run.host,
        run.numerics,
      ),
    endRun: (id, { finished, outcome, results, folder }) =>
      void updateRun.run(finished, outcome, results, folder, id),
    runs: (experiment, limit) =>
      selectRuns.all({ experiment: experiment ?? null, limit }).map(({ commit_id, ...row }) => ({
        ...row,
        commit: commit_id,
        params: JSON.parse(row.params),
        dirty: row.dirty === null ? null : row.dirty === 1,
      })),
    recordTasks: (run, tasks) => recordTasks.immediate(run, tasks),
    tasks: (run) => selectTasks.all(run).map(({ exact, ...task }) => ({ ...task, exact: exact === 1 })),
    inexact: (experiment) => selectInexact.all(experiment),
    lastKey: (experiment, label) => selectLastKey.get({ experiment, label })?.key,
    pins: () => selectPins.all().map(({ run }) => run),
    pin: (run) => void insertPin.run(run),
    unpin: (run) => void deletePin.run(run),
    attempt: (a) =>
      void insertAttempt.run(
        a.run,
        a.label,
        a.stage,
        a.key,
        a.started,
        a.seconds,
        a.host,
        a.outcome,
        a.error?.tag ?? null,
        a.error?.message ?? null,
        a.log,
      ),
    attempts: (label) =>
      selectAttempts.all(label).map(({ error_tag, error_message, ...row }) => ({
        ...row,
        error: error_tag === null ? null : { tag: error_tag, message: error_message ?? "" },
      })),
    durations: (stage, limit) => selectDurations.all(stage, limit),
  }
}
