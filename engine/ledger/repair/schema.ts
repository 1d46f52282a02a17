// What today's tables look like, as a fresh database says: columns with their types, keys, and what refers to what.
import { openDatabase, tableNames } from "../database.ts"
import type { Sqlite } from "../sqlite/sqlite.ts"

export interface Column {
  readonly name: string
  readonly type: "TEXT" | "INTEGER" | "REAL"
  readonly isRequired: boolean
  /** What a row of an older schema, which lacks it, has there. */
  readonly hasDefault: boolean
}

export interface Table {
  readonly name: string
  readonly columns: ReadonlyArray<Column>
  /** The first column of its key: by its values a damaged table is read in parts. */
  readonly key: string
  readonly hasRowids: boolean
  readonly parent: { readonly table: string; readonly from: string; readonly to: string } | undefined
}

/** What only a pipeline that runs needs, and what is made of other tables. */
const fleeting = ["owners", "claims", "last_keys", "requests"]

/** Those that are worth keeping, parents first. */
export function lastingTables(): ReadonlyArray<Table> {
  const database = openDatabase(":memory:")
  try {
    const tables = tableNames
      .filter((name) => !fleeting.includes(name))
      .map((name) => tableOf(database, name))
    return [...tables.filter(({ parent }) => parent === undefined), ...tables.filter(({ parent }) => parent)]
  } finally {
    database.close()
  }
}

function tableOf(database: Sqlite, name: string): Table {
  const info = database
    .prepare<
      [],
      { name: string; type: Column["type"]; notnull: number; dflt_value: string | null; pk: number }
    >(`PRAGMA table_info(${name})`)
    .all()
  const [foreign] = database
    .prepare<[], { table: string; from: string; to: string }>(`PRAGMA foreign_key_list(${name})`)
    .all()
  return {
    name,
    columns: info.map(({ name, type, notnull, dflt_value }) => ({
      ...{ name, type, isRequired: notnull === 1, hasDefault: dflt_value !== null },
    })),
    key: info.find(({ pk }) => pk === 1)!.name,
    hasRowids: hasRowids(database, name),
    parent: foreign,
  }
}

function hasRowids(database: Sqlite, name: string): boolean {
  try {
    database.prepare(`SELECT rowid FROM ${name} LIMIT 1`)
    return true
  } catch {
    return false
  }
}
