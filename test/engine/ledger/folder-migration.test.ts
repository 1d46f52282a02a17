// A ledger from before folders were lists of files: it opens, and forgets only the results that nothing reads any more.
import { join } from "node:path"
import t from "tap"
import { digestOf, keyOf } from "../../../engine/content/digest.ts"
import { openDatabase } from "../../../engine/ledger/database.ts"
import { migrations } from "../../../engine/ledger/migrations.ts"
import { resultsIn } from "../../../engine/ledger/results-tables.ts"
import { openSqlite } from "../../../engine/ledger/sqlite/sqlite.ts"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"

t.test("results with a folder of before are no hits any more, and all others are", (t) => {
  const path = join(temporaryFolder(t), "ledger.sqlite")
  const before = migrations.findIndex((text) => text.includes("CREATE INDEX folder_outputs"))
  const old = openSqlite(path)
  for (const migration of migrations.slice(0, before)) old.exec(migration)
  const kinds = { one: "folder", two: "folder:csv", three: "value", four: "folders", five: "file" }
  const columns = (
    old
      .prepare("SELECT * FROM pragma_table_info('results')")
      .all() as ReadonlyArray<unknown> as ReadonlyArray<Column>
  ).filter(({ notnull, dflt_value, pk }) => (notnull === 1 && dflt_value === null) || pk > 0)
  for (const [i, [name, kind]] of Object.entries(kinds).entries()) {
    const values = columns.map((column) =>
      column.name === "key" ? keyOf(name) : column.type.includes("TEXT") ? "{}" : i + 1,
    )
    old
      .prepare(
        `INSERT INTO results (${columns.map((column) => column.name).join()}) VALUES (${columns.map(() => "?").join()})`,
      )
      .run(...(values as never[]))
    old
      .prepare("INSERT INTO outputs (key, name, kind, digest, size) VALUES (?, 'out', ?, ?, 1)")
      .run(...([keyOf(name), kind, digestOf(name)] as never[]))
  }
  old.exec(`PRAGMA user_version = ${before}`)
  old.close()
  const migrated = openDatabase(path)
  t.teardown(() => migrated.close())
  const results = resultsIn(migrated)
  for (const [name, kind] of Object.entries(kinds)) {
    const known = results.outputs(keyOf(name))
    if (kind === "folder" || kind === "folder:csv") t.equal(known, undefined, kind)
    else t.match(known, { out: { kind, digest: digestOf(name), size: 1 } })
  }
  t.same(results.folders(), [])
  t.equal(migrated.pragma("user_version"), migrations.length)
  t.end()
})

interface Column {
  readonly name: string
  readonly type: string
  readonly notnull: number
  readonly dflt_value: string | null
  readonly pk: number
}
