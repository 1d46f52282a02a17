// The ledger as layers: results, links, claims and history over one SQLite database. Only the coordinator writes to it.
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Claims, claimsIn } from "./claims.ts"
import { openDatabase } from "./database.ts"
import { heartbeat } from "./heartbeat.ts"
import { History } from "./history.ts"
import { historyIn } from "./history-tables.ts"
import { Links, linksIn } from "./links.ts"
import type { LedgerError } from "./records.ts"
import { Results } from "./results.ts"
import { resultsIn } from "./results-tables.ts"
import type { Driver } from "./sqlite/driver.ts"
import { Transactions, transactionsIn } from "./transactions.ts"

export type Ledger = Results | Links | Claims | History | Transactions

/**
 * @param path of the database file; `:memory:` is the memory layer: the same code over no file
 * @param beats when owners count as dead: tests have clocks of their own
 * @param driver of SQLite; default: the one that this process has chosen
 * @returns a layer that fails with LedgerError when the file cannot be opened or is of a newer schema
 */
export const sqliteLedger = (
  path: string,
  beats = heartbeat,
  driver?: Driver,
): Layer.Layer<Ledger, LedgerError> =>
  Layer.scopedContext(
    Effect.gen(function* () {
      const database = yield* Effect.acquireRelease(
        Effect.try({ try: () => openDatabase(path, driver), catch: (failure) => failure as LedgerError }),
        (database) => Effect.sync(() => database.close()),
      )
      return Context.make(Results, resultsIn(database)).pipe(
        Context.add(Links, linksIn(database)),
        Context.add(Claims, claimsIn(database, beats)),
        Context.add(History, historyIn(database)),
        Context.add(Transactions, transactionsIn(database)),
      )
    }),
  )
