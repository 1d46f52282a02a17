import { join } from "node:path"
import * as Context from "effect/Context"
import t, { type Test } from "tap"
import { digestOf, type Key, type TaskLabel } from "../../../engine/content/digest.ts"
import { History } from "../../../engine/ledger/history.ts"
import { sqliteLedger } from "../../../engine/ledger/ledger.ts"
import { migrations } from "../../../engine/ledger/migrations.ts"
import type { NewRun } from "../../../engine/ledger/records.ts"
import { openSqlite } from "../../../engine/ledger/sqlite/sqlite.ts"
import { open } from "../../../engine/testing/layers.ts"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"

const historyOf = (t: Test, path = ":memory:"): History["Type"] =>
  Context.get(open(t, sqliteLedger(path)), History)
const runOf = (id: string, started: string): NewRun => ({
  id,
  experiment: "grid",
  params: {},
  started,
  commit: null,
  dirty: null,
  host: "here",
  numerics: null,
})
const order = (history: History["Type"]): ReadonlyArray<string> =>
  history.runs("grid", 10).map(({ id }) => id)

t.test("the last run is the one that began last here, whatever its clock said", async (t) => {
  const history = historyOf(t)
  for (const [id, year] of [
    ["first", 2026],
    ["ahead", 2099],
    ["behind", 1999],
    ["last", 2027],
  ] as const)
    history.beginRun(runOf(id, `${year}-01-01T00:00:00.000Z`))
  t.same(order(history), ["last", "behind", "ahead", "first"])
  t.same(history.runs(undefined, 1)[0]!.id, "last")
  const label = "work" as TaskLabel
  for (const id of ["first", "ahead", "behind"])
    history.recordTasks(id, [
      { label, stage: "work", key: digestOf(id) as string as Key, status: "ran", exact: true },
    ])
  t.equal(history.lastKey("grid", label), digestOf("behind"))
})

t.test("a ledger from before runs had a sequence keeps the order in which they were entered", async (t) => {
  const path = join(temporaryFolder(t), "ledger.sqlite")
  const before = migrations.findIndex((text) => text.includes("UPDATE runs SET sequence"))
  const database = openSqlite(path)
  for (const migration of migrations.slice(0, before)) database.exec(migration)
  const insert = database.prepare(
    "INSERT INTO runs (id, experiment, params, started, host) VALUES (?, 'grid', '{}', ?, 'here')",
  )
  for (const [id, year] of [
    ["ahead", "2099"],
    ["first", "2026"],
  ] as const)
    insert.run(id, `${year}-01-01T00:00:00.000Z`)
  database.exec(`PRAGMA user_version = ${before}`)
  database.close()
  const history = historyOf(t, path)
  history.beginRun(runOf("last", "1999-01-01T00:00:00.000Z"))
  t.same(order(history), ["last", "first", "ahead"])
})
