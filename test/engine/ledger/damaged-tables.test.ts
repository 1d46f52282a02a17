// What is read of a table some of whose pages are damaged: all other pages, wherever the damaged ones are, in bounded time.
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { openDatabase } from "../../../engine/ledger/database.ts"
import { readRows } from "../../../engine/ledger/repair/read-rows.ts"
import { salvage } from "../../../engine/ledger/repair/salvage.ts"
import { lastingTables } from "../../../engine/ledger/repair/schema.ts"
import type { Sqlite } from "../../../engine/ledger/sqlite/sqlite.ts"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"

const pageSize = 4096
const number = 1500
const keyOf = (i: number): string => i.toString(16).padStart(64, "0")

t.test("a damaged page costs the rows on it and no others, also where it is a table's last", async (t) => {
  const path = join(temporaryFolder(t), "ledger.sqlite")
  const database = openDatabase(path)
  const runs = database.prepare<[string, number]>(
    "INSERT INTO runs (id, experiment, params, started, host, sequence) VALUES (?, 'e', '{}', '2026', 'h', ?)",
  )
  const attempts = database.prepare<[string, string]>(
    `INSERT INTO attempts (run, label, stage, key, started, seconds, host, outcome, log)
     VALUES (?, 'label', 'stage', ?, '2026', 1, 'host', 'done', '')`,
  )
  database.transaction("immediate", () => {
    runs.run("run", 1)
    for (let i = 0; i < number; i++) attempts.run("run", keyOf(i))
  })
  database.close()
  const whole = readFileSync(path)
  for (const damaged of [0, number / 2, number - 1]) {
    const page = Math.floor(whole.indexOf(keyOf(damaged)) / pageSize)
    const bytes = Buffer.from(whole).fill(0xab, page * pageSize, (page + 1) * pageSize)
    writeFileSync(path, bytes)
    const kept = salvage(path).rows.get("attempts")!.length
    t.ok(kept < number && kept > number - pageSize / 64, `row ${damaged}: ${kept} are kept`)
  }
})

t.test("a table of which nothing can be read is given up soon", async (t) => {
  for (const table of lastingTables()) {
    let tries = 0
    const ruined = {
      prepare: () => {
        tries++
        throw new Error("malformed")
      },
    } as unknown as Sqlite
    t.same(readRows(ruined, table, []), { rows: [], isWhole: false })
    t.ok(tries < 3000, `${table.name}: ${tries} tries`)
  }
})
