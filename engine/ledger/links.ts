// The ledger's links: the finished units of chained tasks, each under a key of its own. It knows no task and no state's bytes.
import * as Context from "effect/Context"
import type { Key } from "../content/digest.ts"
import { metricsDigest } from "../content/link-metrics.ts"
import { parsed } from "./failures.ts"
import type { Adopted, LinkRecord } from "./records.ts"
import type { Sqlite } from "./sqlite/sqlite.ts"

export class Links extends Context.Tag("refold/Links")<
  Links,
  {
    readonly link: (key: Key) => LinkRecord | undefined
    /**
     * Makes a link visible that was done now; its state must be in the store. One that was adopted gives way to it.
     *
     * @returns false when the key already gives another state, or other metrics
     */
    readonly commit: (link: LinkRecord, run: string) => boolean
    /** Takes a link over from other code, with its mark, unless the key has one: its state need not be in the store. */
    readonly adopt: (link: LinkRecord, run: string) => void
    readonly forget: (key: Key) => void
    /** Every link, with the run that did it. */
    readonly all: () => ReadonlyArray<
      Pick<LinkRecord, "stage" | "n" | "state" | "isRecord"> & { run: string }
    >
  }
>() {}

type LinkRow = Omit<LinkRecord, "metrics" | "isRecord" | "adopted"> & {
  readonly adopted: string | null
  readonly metrics: string
  readonly is_record: number
  readonly run: string | null
}

const givesSame = (before: LinkRow, { state, metrics }: LinkRecord): boolean =>
  before.state === state && metricsDigest(parsed(before.metrics)) === metricsDigest(metrics)

export function linksIn(database: Sqlite): Links["Type"] {
  const select = database.prepare<[string], LinkRow>("SELECT * FROM links WHERE key = ?")
  const selectAll = database.prepare<[], LinkRow>("SELECT * FROM links")
  const insert = database.prepare(
    "INSERT OR IGNORE INTO links (key, stage, n, state, size, is_record, metrics, seconds, run, adopted) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
  )
  const deleteLink = database.prepare("DELETE FROM links WHERE key = ?")
  const put = (link: LinkRecord, run: string): void => {
    const { key, stage, n, state, size, isRecord, metrics, seconds, adopted } = link
    const mark = adopted === undefined ? null : JSON.stringify(adopted)
    insert.run(key, stage, n, state, size, Number(isRecord), JSON.stringify(metrics), seconds, run, mark)
  }
  return {
    link: (key) => {
      const row = select.get(key)
      if (row === undefined) return undefined
      const { is_record, metrics, run: _, adopted, ...rest } = row
      return {
        ...rest,
        isRecord: is_record === 1,
        metrics: parsed(metrics),
        ...(adopted === null ? {} : { adopted: parsed<Adopted>(adopted) }),
      }
    },
    all: () =>
      selectAll.all().map(({ stage, n, state, is_record, run }) => ({
        ...{ stage, n, state, isRecord: is_record === 1 },
        run: run ?? "",
      })),
    commit: ({ adopted: _, ...link }, run) => {
      const before = select.get(link.key)
      if (before !== undefined && before.adopted !== null) deleteLink.run(link.key)
      put(link, run)
      return before === undefined || givesSame(before, link)
    },
    adopt: put,
    forget: (key) => void deleteLink.run(key),
  }
}
