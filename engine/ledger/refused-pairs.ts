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
  /** Where the two differed first. */
  readonly task: string
  readonly output: string
}

export class RefusedPairs extends Context.Tag("refold/RefusedPairs")<
  RefusedPairs,
  {
    readonly find: (stage: string, earlier: Build, today: Build) => RefusedPair | undefined
    /** Of codes of which no more is known than their digests, as of the first that computed what was adopted since. */
    readonly between: (stage: string, code: Digest, other: Digest) => RefusedPair | undefined
    readonly add: (
      stage: string,
      earlier: Build,
      today: Build,
      at: Pick<RefusedPair, "task" | "output">,
    ) => void
  }
>() {}

export function refusedPairsIn(database: Sqlite): RefusedPairs["Type"] {
  const select = database.prepare<[string], RefusedPair>(
    "SELECT stage, earlier, today, task, output FROM refused_pairs WHERE pair = ?",
  )
  const selectByCodes = database.prepare<[string, string, string, string, string], RefusedPair>(
    `SELECT stage, earlier, today, task, output FROM refused_pairs
     WHERE stage = ? AND ((earlier = ? AND today = ?) OR (earlier = ? AND today = ?)) LIMIT 1`,
  )
  const insert = database.prepare(
    "INSERT OR IGNORE INTO refused_pairs (pair, stage, earlier, today, task, output, refused_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
  )
  return {
    find: (stage, earlier, today) => select.get(pairOf(stage, earlier, today)),
    between: (stage, code, other) => selectByCodes.get(stage, code, other, other, code),
    add: (stage, earlier, today, { task, output }) => {
      const at = new Date().toISOString()
      insert.run(pairOf(stage, earlier, today), stage, earlier.code, today.code, task, output, at)
    },
  }
}

/** Bits are equal or not whichever of the two came first. */
const pairOf = (stage: string, a: Build, b: Build): Digest =>
  digestOf(canonical([stage, ...[a, b].map(({ code, beside }) => canonical([code, beside])).sort()]))
