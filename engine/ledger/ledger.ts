// The ledger as layers: results, observations, links, claims and history over one SQLite database. Only the coordinator writes to it.
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Claims, claimsIn } from "./claims.ts"
import { openDatabase, openForReading } from "./database.ts"
import { ledgerFailure } from "./failures.ts"
import { type Guard, guards } from "./guarded.ts"
import { type Heartbeat, heartbeat } from "./heartbeat.ts"
import { History } from "./history.ts"
import { historyIn } from "./history-tables.ts"
import { inPlace } from "./in-place.ts"
import { Links, linksIn } from "./links.ts"
import { Observations, observationsIn } from "./observations.ts"
import type { LedgerError } from "./records.ts"
import { RefusedPairs, refusedPairsIn } from "./refused-pairs.ts"
import { Results } from "./results.ts"
import { resultsIn } from "./results-tables.ts"
import type { Driver } from "./sqlite/driver.ts"
import type { Sqlite } from "./sqlite/sqlite.ts"
import { Transactions, transactionsIn } from "./transactions.ts"

export type Ledger = Results | Observations | Links | Claims | History | RefusedPairs | Transactions

/**
 * @param path of the database file; `:memory:` is the memory layer: the same code over no file
 * @param beats when owners count as dead: tests have clocks of their own
 * @param driver of SQLite; default: the one that this process has chosen
 * @param makeRoom frees some of a full disk. @returns whether it did
 * @returns a layer that fails with LedgerError when the file cannot be opened, is damaged or is of a newer schema
 */
export const sqliteLedger = (
  path: string,
  beats = heartbeat,
  driver?: Driver,
  makeRoom?: () => boolean,
): Layer.Layer<Ledger, LedgerError> =>
  ledgerOver(() => withRoom(path, driver, makeRoom), { path, makeRoom }, beats)

/** The same for who only reads: nothing is made, and where nothing can be written a copy in memory is read. */
export const readingLedger = (path: string, driver?: Driver): Layer.Layer<Ledger, LedgerError> =>
  ledgerOver(() => openForReading(path, driver), { path, makeRoom: undefined }, heartbeat)

function withRoom(path: string, driver: Driver | undefined, makeRoom: Guard["makeRoom"]): Sqlite {
  try {
    return openDatabase(path, driver)
  } catch (failure) {
    if ((failure as LedgerError).reason !== "disk" || makeRoom?.() !== true) throw failure
    return openDatabase(path, driver)
  }
}

const ledgerOver = (
  open: () => Sqlite,
  guard: Omit<Guard, "check">,
  beats: Heartbeat,
): Layer.Layer<Ledger, LedgerError> =>
  Layer.scopedContext(
    Effect.gen(function* () {
      const [database, { check }] = yield* Effect.acquireRelease(
        Effect.try({
          try: () => {
            const database = open()
            return [database, inPlace(guard.path, database)] as const
          },
          catch: (failure) => failure as LedgerError,
        }),
        ([, { close }]) => Effect.sync(close),
      )
      const guarded = guards({ ...guard, check })
      const services = yield* Effect.try({
        try: () =>
          Context.make(Results, guarded(resultsIn(database))).pipe(
            Context.add(Observations, guarded(observationsIn(database))),
            Context.add(Links, guarded(linksIn(database))),
            Context.add(Claims, guarded(claimsIn(database, beats))),
            Context.add(History, guarded(historyIn(database))),
            Context.add(RefusedPairs, guarded(refusedPairsIn(database))),
            Context.add(Transactions, guarded(transactionsIn(database), "beforehand")),
          ),
        catch: (failure) => ledgerFailure(failure, guard.path) as LedgerError,
      })
      return services
    }),
  )
