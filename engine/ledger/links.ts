// The ledger's links: the finished units of chained tasks, each under a key of its own. It knows no task and no state's bytes.
import * as Context from "effect/Context"
import type { Digest, Key } from "../content/digest.ts"
import { metricsDigest } from "../content/link-metrics.ts"
import { parsed } from "./failures.ts"
import type { Adopted, LinkRecord } from "./records.ts"
import type { Sqlite } from "./sqlite/sqlite.ts"

/** Without its metrics, and with the run that did it. */
export interface DoneLink
  extends Pick<LinkRecord, "key" | "stage" | "n" | "state" | "size" | "chosen" | "seconds"> {
  readonly run: string
}

export class Links extends Context.Tag("refold/Links")<
  Links,
  {
    readonly link: (key: Key) => LinkRecord | undefined
    /**
     * Makes a link visible that was done now; its state must be in the store. One that was adopted gives way to it.
     *
     * @returns false when the key already gives another state, or other metrics
     */
    readonly commit: (link: Omit<LinkRecord, "chosen">, run: string) => boolean
    /** The end of a result has asked for the states of these. */
    readonly choose: (keys: Iterable<Key>) => void
    /**
     * Whether a state's bytes stay although a chain lets them go: they are an output too, or the state of a link that was chosen
     * or is the first or each so manieth, of this chain or another.
     */
    readonly isSpared: (state: Digest, each: number) => boolean
    /** Takes a link over from other code, with its mark, unless the key has one: its state need not be in the store. */
    readonly adopt: (link: LinkRecord, run: string) => void
    readonly forget: (key: Key) => void
    /** Links, some at a time, by their keys: those after one, or the first. */
    readonly page: (after?: Pick<LinkRecord, "key">) => ReadonlyArray<DoneLink>
    /** Bytes of all states, also of those that were let go. */
    readonly stateBytes: () => number
    /** Whether an artifact is the state of a link. */
    readonly isState: (digest: Digest) => boolean
  }
>() {}

type LinkRow = Omit<LinkRecord, "metrics" | "isRecord" | "chosen" | "adopted"> & {
  readonly adopted: string | null
  readonly metrics: string
  readonly is_record: number
  readonly chosen: number
  readonly run: string | null
}

const givesSame = (before: LinkRow, { state, metrics }: Pick<LinkRecord, "state" | "metrics">): boolean =>
  before.state === state && metricsDigest(parsed(before.metrics)) === metricsDigest(metrics)

export function linksIn(database: Sqlite): Links["Type"] {
  const select = database.prepare<[string], LinkRow>("SELECT * FROM links WHERE key = ?")
  const selectPage = database.prepare<[string], Omit<LinkRow, "metrics" | "adopted" | "is_record">>(
    "SELECT key, stage, n, state, size, chosen, seconds, run FROM links WHERE key > ? ORDER BY key LIMIT 2000",
  )
  const sumStates = database.prepare<[], { bytes: number | null }>("SELECT SUM(size) AS bytes FROM links")
  const selectIsState = database.prepare<[string], { isState: number }>(
    "SELECT EXISTS (SELECT 1 FROM links WHERE state = ?) AS isState",
  )
  const insert = database.prepare(
    "INSERT OR IGNORE INTO links (key, stage, n, state, size, is_record, chosen, metrics, seconds, run, adopted) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
  )
  const markChosen = database.prepare("UPDATE links SET chosen = 1 WHERE key = ?")
  const selectSpared = database.prepare<[string, string, number], { readonly spared: number }>(
    `SELECT EXISTS (SELECT 1 FROM outputs WHERE digest = ?)
         OR EXISTS (SELECT 1 FROM links WHERE state = ? AND (chosen = 1 OR n = 1 OR n % ? = 0)) AS spared`,
  )
  const deleteLink = database.prepare("DELETE FROM links WHERE key = ?")
  const put = (link: LinkRecord, run: string): void => {
    const { key, stage, n, state, size, isRecord, chosen, metrics, seconds, adopted } = link
    const mark = adopted === undefined ? null : JSON.stringify(adopted)
    const [record, chose] = [Number(isRecord), Number(chosen)]
    insert.run(key, stage, n, state, size, record, chose, JSON.stringify(metrics), seconds, run, mark)
  }
  return {
    link: (key) => {
      const row = select.get(key)
      if (row === undefined) return undefined
      const { is_record, chosen, metrics, run: _, adopted, ...rest } = row
      return {
        ...rest,
        isRecord: is_record === 1,
        chosen: chosen === 1,
        metrics: parsed(metrics),
        ...(adopted === null ? {} : { adopted: parsed<Adopted>(adopted) }),
      }
    },
    page: (after) =>
      selectPage.all(after?.key ?? "").map(({ chosen, run, ...link }) => ({
        ...link,
        chosen: chosen === 1,
        run: run ?? "",
      })),
    stateBytes: () => sumStates.get()!.bytes ?? 0,
    isState: (digest) => selectIsState.get(digest)!.isState === 1,
    commit: ({ adopted: _, ...link }, run) => {
      const before = select.get(link.key)
      if (before !== undefined && before.adopted !== null) deleteLink.run(link.key)
      put({ ...link, chosen: before?.chosen === 1 }, run)
      return before === undefined || givesSame(before, link)
    },
    choose: (keys) => {
      for (const key of keys) markChosen.run(key)
    },
    isSpared: (state, each) => selectSpared.get(state, state, each)!.spared === 1,
    adopt: put,
    forget: (key) => void deleteLink.run(key),
  }
}
