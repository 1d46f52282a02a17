// The ledger's refused pairs: two codes of a stage whose samples differed, so that nothing is adopted between them again.
import * as Context from "effect/Context"
import { canonical, type Json } from "../content/canonical.ts"
import { type Digest, digestOf } from "../content/digest.ts"
import type { Sqlite } from "./sqlite/sqlite.ts"

/** A code, and what its keys name beside it: packages and numerics. */
export interface Build {
  readonly code: Digest
  readonly beside: Json
}

export interface RefusedPair {
  readonly stage: string
  readonly earlier: Digest
  readonly today: Digest
  /** Where the two differed. */
  readonly task: string
  readonly output: string
  /** What the earlier one was said to give there. */
  readonly locked: Digest
}

export class RefusedPairs extends Context.Tag("refold/RefusedPairs")<
  RefusedPairs,
  {
    /** All that differed between two codes. */
    readonly find: (stage: string, earlier: Build, today: Build) => ReadonlyArray<RefusedPair>
    /** Of codes of which no more is known than their digests, as of the first that computed what was adopted since. */
    readonly between: (stage: string, code: Digest, other: Digest) => ReadonlyArray<RefusedPair>
    readonly add: (
      stage: string,
      earlier: Build,
      today: Build,
      at: Pick<RefusedPair, "task" | "output" | "locked">,
    ) => void
  }
>() {}

export function refusedPairsIn(database: Sqlite): RefusedPairs["Type"] {
  const columns = "stage, earlier, today, task, output, locked"
  const select = database.prepare<[string], RefusedPair>(`SELECT ${columns} FROM refusals WHERE pair = ?`)
  const selectByCodes = database.prepare<[string, string, string, string, string], RefusedPair>(
    `SELECT ${columns} FROM refusals
     WHERE stage = ? AND ((earlier = ? AND today = ?) OR (earlier = ? AND today = ?))`,
  )
  const insert = database.prepare(
    `INSERT OR REPLACE INTO refusals (pair, ${columns}, refused_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  return {
    find: (stage, earlier, today) => select.all(pairOf(stage, earlier, today)),
    between: (stage, code, other) => selectByCodes.all(stage, code, other, other, code),
    add: (stage, earlier, today, { task, output, locked }) => {
      const pair = pairOf(stage, earlier, today)
      insert.run(pair, stage, earlier.code, today.code, task, output, locked, new Date().toISOString())
    },
  }
}

/** Bits are equal or not whichever of the two came first. */
const pairOf = (stage: string, a: Build, b: Build): Digest =>
  digestOf(canonical([stage, ...[a, b].map(({ code, beside }) => canonical([code, beside])).sort()]))
