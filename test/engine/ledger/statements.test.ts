import { join } from "node:path"
import t from "tap"
import { tableNames } from "../../../engine/ledger/database.ts"
import { sqliteLedger } from "../../../engine/ledger/ledger.ts"
import { sqliteChoice } from "../../../engine/ledger/sqlite/choose.ts"
import type { Driver } from "../../../engine/ledger/sqlite/driver.ts"
import { openSqlite, type Sqlite } from "../../../engine/ledger/sqlite/sqlite.ts"
import { open } from "../../../engine/testing/layers.ts"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"

/** What is asked once a command and of all there is, or of the latest few, or of a table of a few rows. */
const asksOfAll = (sql: string): boolean =>
  !/\bWHERE\b|\bON\b|\bmax\(/i.test(sql) ||
  /\bLIMIT @limit$|\bWHERE adopted IS NOT NULL$|\bFROM (sqlite_master|refusals)\b|^SELECT DISTINCT digest FROM inputs\b/.test(
    sql,
  )

interface Step {
  readonly detail: string
}

/** Steps of a statement that look at every row of a table, not of what was found in it, or of an index to find the largest in it. */
function scans(database: Sqlite, sql: string): ReadonlyArray<string> {
  const names = new Set([...sql.matchAll(/@(\w+)/g)].map(([, name]) => name!))
  const given =
    names.size > 0
      ? [Object.fromEntries([...names].map((name) => [name, null]))]
      : [...sql.matchAll(/\?/g)].map(() => null)
  const steps = database.prepare<typeof given, Step>(`EXPLAIN QUERY PLAN ${sql}`).all(...(given as never))
  return steps.map(({ detail }) => detail).filter((detail) => isScan(database, sql, detail))
}

/** An index of those rows alone that a statement is about: to go through it is to look at what is found. */
const isPartial = (database: Sqlite, table: string, index: string | undefined): boolean =>
  database
    .prepare<[], { name: string; partial: number }>(`PRAGMA index_list(${table})`)
    .all()
    .some(({ name, partial }) => name === index && partial === 1)

function isScan(database: Sqlite, sql: string, detail: string): boolean {
  const [, scanned, through] = /^SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?/.exec(detail) ?? []
  if (scanned !== undefined) return tableNames.includes(scanned) && !isPartial(database, scanned, through)
  const [, index] = /^SEARCH \w+ USING (?:COVERING )?INDEX (\w+)$/.exec(detail) ?? []
  if (index === undefined) return false
  // Without a condition it is the least or the greatest that is sought: at once, where the index begins with it.
  const [first] = database.prepare<[], { name: string }>(`PRAGMA index_info(${index})`).all()
  const [, sought] = /\b(?:max|min)\((\w+)\)/i.exec(sql) ?? []
  return first?.name !== sought
}

t.test(
  "what the ledger is asked for each task is found through an index, however much it holds",
  async (t) => {
    const path = join(temporaryFolder(t), "ledger.sqlite")
    const { driver } = sqliteChoice()
    const prepared = new Set<string>()
    const noting: Driver = {
      ...driver,
      open: (path, readonly) => {
        const connection = driver.open(path, readonly)
        const prepare: typeof connection.prepare = (sql) => {
          prepared.add(sql.trim())
          return connection.prepare(sql)
        }
        return { ...connection, prepare }
      },
    }
    open(t, sqliteLedger(path, undefined, noting))
    const database = openSqlite(path)
    t.teardown(database.close)
    const asked = [...prepared].filter(
      (sql) => /^(SELECT|INSERT|UPDATE|DELETE)\b/i.test(sql) && !asksOfAll(sql),
    )
    t.ok(asked.length > 20, `${asked.length} statements`)
    t.same(
      asked.flatMap((sql) => scans(database, sql).map((step) => `${step}: ${sql}`)),
      [],
    )
  },
)
