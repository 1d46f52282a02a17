// The keys under which labels last succeeded: noted as tasks are, filled in from older ledgers, made again by a repair.
import { join } from "node:path"
import t from "tap"
import { digestOf, type Key, type TaskLabel } from "../../../engine/content/digest.ts"
import { openDatabase } from "../../../engine/ledger/database.ts"
import { historyIn } from "../../../engine/ledger/history-tables.ts"
import { migrations } from "../../../engine/ledger/migrations.ts"
import type { TaskRecord } from "../../../engine/ledger/records.ts"
import { salvage } from "../../../engine/ledger/repair/salvage.ts"
import { writeRows } from "../../../engine/ledger/repair/write-rows.ts"
import { openSqlite, type Sqlite } from "../../../engine/ledger/sqlite/sqlite.ts"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"

const key = (name: string): Key => digestOf(name) as string as Key
const task = (label: string, name: string | null, status: TaskRecord["status"] = "ran"): TaskRecord => ({
  label: label as TaskLabel,
  stage: "work",
  key: name === null ? null : key(name),
  status,
  exact: true,
})
const about = { params: {}, started: "2026-01-01", commit: null, dirty: null, host: "here", numerics: null }

/** Runs with what became of their tasks, in the order in which they began. */
const runs: ReadonlyArray<readonly [run: string, experiment: string, tasks: ReadonlyArray<TaskRecord>]> = [
  ["1", "grid", [task("a", "a1"), task("b", "b1"), task("c", "c1", "failed"), task("d", null, "skipped")]],
  ["2", "lenet", [task("a", "other")]],
  ["3", "grid", [task("a", "a2"), task("b", "b1", "cached"), task("c", "c1")]],
  ["4", "grid", [task("a", "a3", "failed"), task("b", "b2"), task("c", null, "failed")]],
]
const expected = [
  ["grid", "a", "a2", "a1"],
  ["grid", "b", "b2", "b1"],
  ["grid", "c", "c1", null],
  ["lenet", "a", "other", null],
].map(([experiment, label, last, before]) => ({
  ...{ experiment, label, key: key(last!) },
  before: before === null ? null : key(before!),
}))
const rowsIn = (database: Sqlite) =>
  database.prepare("SELECT * FROM last_keys ORDER BY experiment, label").all()

function record(database: Sqlite): void {
  const history = historyIn(database)
  for (const [id, experiment, tasks] of runs) {
    history.beginRun({ ...about, id, experiment })
    history.recordTasks(id, tasks)
  }
}

t.test("the last key of a label, and the one before it, are noted with its task", async (t) => {
  const database = openDatabase(":memory:")
  t.teardown(() => database.close())
  record(database)
  t.same(rowsIn(database), expected)
})

t.test("a run under the same keys as the last writes none of them", async (t) => {
  const database = openDatabase(":memory:")
  t.teardown(() => database.close())
  record(database)
  database.exec(`
    CREATE TEMP TABLE written (label TEXT);
    CREATE TEMP TRIGGER entered AFTER INSERT ON last_keys BEGIN INSERT INTO written VALUES (new.label); END;
    CREATE TEMP TRIGGER changed AFTER UPDATE ON last_keys BEGIN INSERT INTO written VALUES (new.label); END;
  `)
  const history = historyIn(database)
  const written = () => database.prepare("SELECT label FROM written").all()
  for (const id of ["5", "6"]) {
    history.beginRun({ ...about, id, experiment: "grid" })
    history.recordTasks(id, [task("a", "a2", "cached"), task("b", "b2", "cached")])
  }
  t.same(written(), [])
  history.recordTasks("6", [task("a", "a4"), task("b", "b2", "cached")])
  t.same(written(), [{ label: "a" }])
})

t.test("a ledger from before they were noted gets those of all its runs", async (t) => {
  const path = join(temporaryFolder(t), "ledger.sqlite")
  const before = migrations.findIndex((text) => text.includes("CREATE TABLE last_keys"))
  const database = openSqlite(path)
  for (const migration of migrations.slice(0, before)) database.exec(migration)
  const insertRun = database.prepare(
    "INSERT INTO runs (id, experiment, params, started, host, sequence) VALUES (?, ?, '{}', '2026', 'here', ?)",
  )
  const insertTask = database.prepare(
    "INSERT INTO tasks (run, label, stage, key, status) VALUES (?, ?, ?, ?, ?)",
  )
  const entered = [...runs.entries()].reverse() // it is the order in which they began that counts
  for (const [i, [id, experiment, tasks]] of entered) {
    insertRun.run(id, experiment, i + 1)
    for (const { label, stage, key, status } of tasks) insertTask.run(id, label, stage, key, status)
  }
  database.exec(`PRAGMA user_version = ${before}`)
  database.close()
  const migrated = openDatabase(path)
  t.teardown(() => migrated.close())
  t.same(rowsIn(migrated), expected)
  t.equal(historyIn(migrated).runs("grid", 1)[0]!.id, "4")
})

t.test("a repair makes them again of the tasks that it could read", async (t) => {
  const path = join(temporaryFolder(t), "ledger.sqlite")
  const damaged = openDatabase(path)
  record(damaged)
  damaged.exec("DELETE FROM last_keys")
  damaged.close()
  const repaired = openDatabase(":memory:")
  t.teardown(() => repaired.close())
  writeRows(repaired, salvage(path).rows)
  t.same(rowsIn(repaired), expected)
})

t.test(
  "who made the result of a key is found by its label, with what was there before its run",
  async (t) => {
    const database = openDatabase(":memory:")
    t.teardown(() => database.close())
    record(database)
    const history = historyIn(database)
    const attempt = {
      ...{ stage: "work", started: "2026", seconds: 1, host: "here" },
      error: null,
      log: null,
      accelerator: null,
    }
    const label = "a" as TaskLabel
    history.attempt({ ...attempt, run: "1", label, key: key("a1"), outcome: "failed" })
    t.equal(history.maker(label, key("a1")), undefined)
    history.attempt({ ...attempt, run: "1", label, key: key("a1"), outcome: "done" })
    history.attempt({ ...attempt, run: "3", label, key: key("a2"), outcome: "done" })
    t.same(history.maker(label, key("a1")), { run: "1", after: 0 })
    t.equal(history.maker("b" as TaskLabel, key("a1")), undefined)
    t.ok(history.knows("1", "b"), "a label of the run")
    t.ok(history.knows("1", "work"), "or a stage")
    t.notOk(history.knows("1", "wor"))
    t.notOk(history.knows("2", "b"))
  },
)
