// The ledger's history in SQLite: the tables runs, tasks, last_keys, attempts, pins and orphans.
import type { Digest, Key, TaskLabel } from "../content/digest.ts"
import { parsed } from "./failures.ts"
import type { History, TaskKey } from "./history.ts"
import { noteLastKey } from "./last-keys.ts"
import type { AttemptError, AttemptRecord, Inexact, RunRecord, TaskRecord } from "./records.ts"
import type { Sqlite } from "./sqlite/sqlite.ts"

type RunRow = Omit<RunRecord, "params" | "commit" | "dirty"> & {
  readonly params: string
  readonly commit_id: string | null
  readonly dirty: number | null
  readonly sequence: number
  readonly after_result: number | null
}
type AttemptRow = Omit<AttemptRecord, "error" | "log" | "text"> & {
  readonly log: string
  readonly log_file: string | null
  readonly error_tag: string | null
  readonly error_message: string | null
  readonly error_trace: string | null
}

const statementsIn = (database: Sqlite) => ({
  insertRun: database.prepare(
    `INSERT INTO runs (id, experiment, params, started, commit_id, dirty, host, numerics, sequence, after_result)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, (SELECT COALESCE(MAX(sequence), 0) + 1 FROM runs),
       (SELECT COALESCE(MAX(sequence), 0) FROM results))`,
  ),
  updateRun: database.prepare(
    "UPDATE runs SET finished = ?, outcome = ?, results = ?, folder = ? WHERE id = ?",
  ),
  selectRuns: database.prepare<[{ experiment: string | null; limit: number }], RunRow>(
    "SELECT * FROM runs WHERE @experiment IS NULL OR experiment = @experiment ORDER BY sequence DESC LIMIT @limit",
  ),
  insertTask: database.prepare(
    "INSERT OR REPLACE INTO tasks (run, label, stage, key, status, exact) VALUES (?, ?, ?, ?, ?, ?)",
  ),
  selectTasks: database.prepare<[string], Omit<TaskRecord, "exact"> & { readonly exact: number }>(
    "SELECT label, stage, key, status, exact FROM tasks WHERE run = ?",
  ),
  selectTaskKeys: database.prepare<[string, string], TaskKey>(
    "SELECT label, key FROM tasks WHERE run = ? AND label > ? ORDER BY label LIMIT 5000",
  ),
  selectKnows: database.prepare<[{ run: string; task: string }], { knows: number }>(
    `SELECT EXISTS (SELECT 1 FROM tasks WHERE run = @run AND label = @task)
       OR EXISTS (SELECT 1 FROM tasks WHERE run = @run AND stage = @task) AS knows`,
  ),
  selectInexact: database.prepare<[string], Inexact>(
    `SELECT DISTINCT tasks.label AS label, runs.numerics AS numerics
     FROM tasks JOIN runs ON runs.id = tasks.run JOIN results ON results.key = tasks.key
     WHERE runs.experiment = ? AND tasks.exact = 0 AND tasks.status IN ('ran', 'cached')
     ORDER BY runs.numerics, tasks.label`,
  ),
  selectExperiment: database.prepare<[string], { experiment: string }>(
    "SELECT experiment FROM runs WHERE id = ?",
  ),
  noteLastKey: database.prepare(noteLastKey),
  selectLastKeys: database.prepare<[string, string], { key: Key; before: Key | null }>(
    "SELECT key, before FROM last_keys WHERE experiment = ? AND label = ?",
  ),
  selectPins: database.prepare<[], { run: string }>("SELECT run FROM pins"),
  insertPin: database.prepare("INSERT OR IGNORE INTO pins (run) VALUES (?)"),
  deletePin: database.prepare("DELETE FROM pins WHERE run = ?"),
  selectIsNew: database.prepare<[], { isNew: number }>(
    "SELECT NOT EXISTS (SELECT 1 FROM runs) AND NOT EXISTS (SELECT 1 FROM results) AS isNew",
  ),
  selectOrphans: database.prepare<[], { name: string }>("SELECT name FROM orphans"),
  insertOrphan: database.prepare("INSERT OR IGNORE INTO orphans (name) VALUES (?)"),
  deleteOrphans: database.prepare("DELETE FROM orphans"),
  insertAttempt: database.prepare(
    `INSERT INTO attempts (run, label, stage, key, started, seconds, host, outcome, error_tag, error_message, error_trace, log, log_file, accelerator)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', ?, ?)`,
  ),
  selectAttempts: database.prepare<[string], AttemptRow>(
    "SELECT * FROM attempts WHERE label = ? ORDER BY id DESC LIMIT 20",
  ),
  selectMaker: database.prepare<[string, string], { run: string; after: number | null }>(
    `SELECT attempts.run AS run, runs.after_result AS after FROM attempts JOIN runs ON runs.id = attempts.run
     WHERE attempts.label = ? AND attempts.key = ? AND attempts.outcome = 'done' ORDER BY attempts.id DESC LIMIT 1`,
  ),
  selectSizes: database.prepare<
    [{ stage: string; limit: number; each: number }],
    { label: TaskLabel; bytes: number; folders: string }
  >(
    `SELECT latest.label AS label,
       (SELECT SUM(size) FROM outputs WHERE outputs.key = latest.key) +
       COALESCE((SELECT SUM(links.size) FROM results, json_each(results.states) AS states
         JOIN links ON links.state = states.value
         WHERE results.key = latest.key
           AND (states.key = 0 OR (states.key + 1) % @each = 0 OR states.key + 1 = json_array_length(results.states))), 0) AS bytes,
       (SELECT json_group_array(digest) FROM outputs
         WHERE outputs.key = latest.key AND (kind = 'folder' OR kind GLOB 'folder:*')) AS folders
     FROM (SELECT id, label, key FROM attempts WHERE stage = @stage AND outcome = 'done' ORDER BY id DESC LIMIT @limit) AS latest
     WHERE EXISTS (SELECT 1 FROM outputs WHERE outputs.key = latest.key)
     ORDER BY latest.id DESC`,
  ),
  selectDurations: database.prepare<[string, number], { label: TaskLabel; seconds: number }>(
    "SELECT label, seconds FROM attempts WHERE stage = ? AND outcome = 'done' ORDER BY id DESC LIMIT ?",
  ),
  selectLastEnds: database.prepare<[string, number], { started: string; seconds: number }>(
    "SELECT started, seconds FROM attempts WHERE stage = ? ORDER BY id DESC LIMIT ?",
  ),
})

export function historyIn(database: Sqlite): History["Type"] {
  const statements = statementsIn(database)
  const recordTasks = (run: string, tasks: ReadonlyArray<TaskRecord>): void => {
    const experiment = statements.selectExperiment.get(run)?.experiment
    const inPlace = [...tasks].sort((a, b) => (a.label < b.label ? -1 : 1)) // as in the tables
    for (const { label, stage, key, status, exact } of inPlace) {
      statements.insertTask.run(run, label, stage, key, status, Number(exact))
      if (experiment !== undefined && key !== null && (status === "ran" || status === "cached"))
        statements.noteLastKey.run(experiment, label, key)
    }
  }
  const addOrphans = (names: ReadonlyArray<string>): void => {
    for (const name of names) statements.insertOrphan.run(name)
  }

  return {
    beginRun: (run) =>
      void statements.insertRun.run(
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
      void statements.updateRun.run(finished, outcome, results, folder, id),
    runs: (experiment, limit) =>
      statements.selectRuns.all({ experiment: experiment ?? null, limit }).map(runOf),
    recordTasks: (run, tasks) => {
      if (tasks.length > 0) database.transaction("immediate", () => recordTasks(run, tasks))
    },
    tasks: (run) =>
      statements.selectTasks.all(run).map(({ exact, ...task }) => ({ ...task, exact: exact === 1 })),
    taskKeys: (run, after) => statements.selectTaskKeys.all(run, after?.label ?? ""),
    knows: (run, task) => statements.selectKnows.get({ run, task })!.knows === 1,
    inexact: (experiment) => statements.selectInexact.all(experiment),
    lastKey: (experiment, label) => statements.selectLastKeys.get(experiment, label)?.key,
    keyBefore: (experiment, label) => statements.selectLastKeys.get(experiment, label)?.before ?? undefined,
    pins: () => statements.selectPins.all().map(({ run }) => run),
    pin: (run) => void statements.insertPin.run(run),
    unpin: (run) => void statements.deletePin.run(run),
    isNew: () => statements.selectIsNew.get()!.isNew === 1,
    orphans: () => statements.selectOrphans.all().map(({ name }) => name),
    addOrphans: (names) => database.transaction("immediate", () => addOrphans(names)),
    forgetOrphans: () => void statements.deleteOrphans.run(),
    attempt: (a) =>
      void statements.insertAttempt.run(
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
        a.error === null ? null : traceOf(a.error),
        a.log,
        a.accelerator,
      ),
    attempts: (label) => statements.selectAttempts.all(label).map(attemptOf),
    maker: (label, key) => statements.selectMaker.get(label, key),
    sizes: (stage, limit, each) =>
      statements.selectSizes
        .all({ stage, limit, each })
        .map(({ folders, ...row }) => ({ ...row, folders: JSON.parse(folders) as ReadonlyArray<Digest> })),
    durations: (stage, limit) => statements.selectDurations.all(stage, limit),
    lastEnds: (stage, limit) =>
      statements.selectLastEnds
        .all(stage, limit)
        .map(({ started, seconds }) => Date.parse(started) + seconds * 1000),
  }
}

function runOf({ commit_id, sequence: _, after_result: __, ...row }: RunRow): RunRecord {
  const dirty = row.dirty === null ? null : row.dirty === 1
  return { ...row, commit: commit_id, params: parsed(row.params), dirty }
}

function attemptOf({
  error_tag,
  error_message,
  error_trace,
  log,
  log_file,
  ...row
}: AttemptRow): AttemptRecord {
  const error =
    error_tag === null ? null : { tag: error_tag, message: error_message ?? "", ...traceIn(error_trace) }
  return { ...row, log: log_file, text: log, error }
}

type Trace = Omit<AttemptError, "tag" | "message">
const traceOf = ({ tag: _, message: __, ...trace }: AttemptError): string => JSON.stringify(trace)
const traceIn = (text: string | null): Trace =>
  text === null ? { stack: [], causes: [] } : (parsed(text) as Trace)
