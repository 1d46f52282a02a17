// The ledger's links: the finished units of chained tasks, each under a key of its own.
import type Database from "better-sqlite3"
import type * as Context from "effect/Context"
import type { Ledger, LinkRecord } from "./ledger.ts"

type Links = Pick<Context.Tag.Service<typeof Ledger>, "link" | "commitLink" | "forgetLink" | "links">

type LinkRow = Omit<LinkRecord, "metrics" | "isRecord"> & {
  readonly metrics: string
  readonly is_record: number
  readonly run: string | null
}

export function linksOf(database: Database.Database): Links {
  const select = database.prepare<[string], LinkRow>("SELECT * FROM links WHERE key = ?")
  const selectAll = database.prepare<[], LinkRow>("SELECT * FROM links")
  const insert = database.prepare(
    "INSERT OR IGNORE INTO links (key, stage, n, state, size, is_record, metrics, seconds, run) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
  )
  const deleteLink = database.prepare("DELETE FROM links WHERE key = ?")
  return {
    link: (key) => {
      const row = select.get(key)
      if (row === undefined) return undefined
      const { is_record, metrics, run: _, ...rest } = row
      return { ...rest, isRecord: is_record === 1, metrics: JSON.parse(metrics) }
    },
    links: () =>
      selectAll
        .all()
        .map(({ n, state, is_record, run }) => ({ n, state, isRecord: is_record === 1, run: run ?? "" })),
    commitLink: ({ key, stage, n, state, size, isRecord, metrics, seconds }, run) => {
      insert.run(key, stage, n, state, size, Number(isRecord), JSON.stringify(metrics), seconds, run)
      return select.get(key)?.state === state
    },
    forgetLink: (key) => void deleteLink.run(key),
  }
}
