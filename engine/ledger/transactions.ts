// Many look-ups in one snapshot, or many writes in one transaction, across all of the ledger's tables.
import * as Context from "effect/Context"
import type { Sqlite } from "./sqlite/sqlite.ts"

export class Transactions extends Context.Tag("refold/Transactions")<
  Transactions,
  {
    /** Looks many things up in one snapshot: each look-up of its own would lock and unlock the database. */
    readonly read: <A>(lookUps: () => A) => A
    /** Writes many things, or none. */
    readonly write: <A>(writes: () => A) => A
    /** Another one once any other connection has committed: as long as it is the same, what was read still holds. */
    readonly version: () => number
  }
>() {}

export const transactionsIn = (database: Sqlite): Transactions["Type"] => ({
  read: (lookUps) => database.transaction("deferred", lookUps),
  write: (writes) => database.transaction("immediate", writes),
  version: () => database.pragma("data_version") as number,
})
