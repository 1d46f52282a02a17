// `doctor --repair`: a damaged ledger is set aside, never deleted, and a new one made of what can be believed of it, of lock
// files and of the folders of runs.
import { existsSync, readdirSync, rmSync } from "node:fs"
import * as Effect from "effect/Effect"
import { rename } from "../../content/rename.ts"
import { atOnce } from "../../content/steps.ts"
import { openDatabase } from "../../ledger/database.ts"
import { History } from "../../ledger/history.ts"
import { sqliteLedger } from "../../ledger/ledger.ts"
import { Observations } from "../../ledger/observations.ts"
import { LedgerError } from "../../ledger/records.ts"
import type { Row } from "../../ledger/repair/read-rows.ts"
import { type Salvage, salvage } from "../../ledger/repair/salvage.ts"
import { writeRows } from "../../ledger/repair/write-rows.ts"
import { Results } from "../../ledger/results.ts"
import { putAside, setAside } from "../../ledger/set-aside.ts"
import { fileStore } from "../../store/file-store.ts"
import { Store } from "../../store/store.ts"
import { expected } from "../expected.ts"
import { runsFolder } from "../folder/run-folder.ts"
import { checkLedger, type Place } from "../place.ts"
import { ensureStore, ledgerPath } from "../store-mark.ts"
import { type FromLocks, restoreFromLocks } from "./from-locks.ts"
import { withRunFolders } from "./from-run-folders.ts"
import { intactSizes, observedElsewhere, provenRows } from "./proven.ts"

export interface Repair {
  /** What was wrong; empty when nothing was, and nothing was done. */
  readonly findings: ReadonlyArray<string>
  /** Where the damaged one lies now; null when there was none. */
  readonly aside: string | null
  /** Of the new ledger. */
  readonly results: { readonly salvaged: number; readonly fromLocks: number }
  /** `elsewhere` names those that stay although their bytes are not here. */
  readonly observations: {
    readonly salvaged: number
    readonly fromLocks: number
    readonly elsewhere: ReadonlyArray<string>
  }
  readonly runs: { readonly salvaged: number; readonly fromFolders: number }
  /** Rows that could be read and not be believed, as their artifacts are not intact. */
  readonly unproven: number
  readonly unusedLocks: ReadonlyArray<string>
}

/** Fails with LedgerError while a pipeline is at work on it, and with StoreError where nothing can be written. */
export const repairLedger = Effect.fn("repairLedger")(function* (place: Place, now = new Date()) {
  const { artifacts } = place
  yield* expected(() => ensureStore(artifacts))
  const path = ledgerPath(artifacts)
  const source = existsSync(path) ? path : setAside(path).at(-1)
  const found = yield* expected(() => examined(artifacts, source))
  if (found.findings.length === 0) return nothingDone
  yield* expected(() => refuseAtWork(path, found))
  const fresh = `${path}.repaired`
  const rebuilding = rebuilt(place, found, fresh).pipe(
    Effect.provide(fileStore(artifacts)),
    Effect.onError(() => Effect.sync(() => removeDatabase(fresh))),
  )
  const counts = yield* rebuilding
  // From here on a kill leaves either ledger, or none and one that was set aside: then every command says so, and this goes on.
  const aside = yield* expected(() => {
    const made = existsSync(path) ? putAside(path, now) : (source ?? null)
    rename(fresh, path)
    return made
  })
  return { ...counts, findings: found.findings, aside } satisfies Repair
})

const nothingDone: Repair = {
  findings: [],
  aside: null,
  results: { salvaged: 0, fromLocks: 0 },
  observations: { salvaged: 0, fromLocks: 0, elsewhere: [] },
  runs: { salvaged: 0, fromFolders: 0 },
  unproven: 0,
  unusedLocks: [],
}

/** @param source the ledger, or the last one that was set aside */
function examined(artifacts: string, source: string | undefined): Salvage {
  const nothing = { rows: new Map(), damaged: new Set<string>(), owners: [] }
  if (source === undefined) {
    const hasObjects = existsSync(`${artifacts}/objects`) && readdirSync(`${artifacts}/objects`).length > 0
    return { ...nothing, findings: hasObjects ? ["there is none, but the store holds artifacts"] : [] }
  }
  const found = salvage(source)
  const refused = source === ledgerPath(artifacts) ? whyRefused(artifacts) : "it was set aside before"
  return refused === undefined || found.findings.length > 0 ? found : { ...found, findings: [refused] }
}

/** What every command would say of it. @throws LedgerError for one that is not damaged, and not to be used either */
function whyRefused(artifacts: string): string | undefined {
  try {
    checkLedger(artifacts)
    openDatabase(ledgerPath(artifacts)).close()
    return undefined
  } catch (failure) {
    if ((failure as LedgerError).reason !== "damaged") throw failure
    return (failure as Error).message
  }
}

function refuseAtWork(path: string, { owners }: Salvage): void {
  const [owner] = owners
  if (owner === undefined) return
  throw new LedgerError(
    `the ledger ${path} cannot be repaired while run ${owner.run} is at work on it (process ${owner.pid} on ${owner.host}): end it, or wait for it`,
  )
}

/** Writes the new ledger, under a name of its own. */
const rebuilt = Effect.fn("rebuilt")(function* (place: Place, found: Salvage, fresh: string) {
  const store = yield* Store
  const intact = intactSizes(store)
  const rows = yield* expected(() => {
    const proven = provenRows(found, intact)
    return new Map(proven).set("runs", withRunFolders(place.artifacts, proven.get("runs") ?? []))
  })
  yield* expected(() => written(fresh, rows))
  const locked = yield* Effect.scoped(
    Effect.gen(function* () {
      const [results, observations] = [yield* Results, yield* Observations]
      const restored: FromLocks = yield* Effect.promise(() =>
        restoreFromLocks(place, { store, results, observations, intact }),
      )
      if (found.damaged.size > 0 || found.rows.size === 0)
        (yield* History).addOrphans(everythingIn(place.artifacts, store))
      return restored
    }).pipe(Effect.provide(sqliteLedger(fresh))),
  )
  const count = (from: ReadonlyMap<string, ReadonlyArray<Row>>, table: string): number =>
    from.get(table)?.length ?? 0
  return {
    results: { salvaged: count(rows, "results"), fromLocks: locked.results },
    observations: {
      salvaged: count(rows, "observations"),
      fromLocks: locked.observations,
      elsewhere: observedElsewhere(found, intact),
    },
    runs: {
      salvaged: count(found.rows, "runs"),
      fromFolders: count(rows, "runs") - count(found.rows, "runs"),
    },
    unproven: count(found.rows, "results") - count(rows, "results"),
    unusedLocks: locked.unused,
  }
})

function written(fresh: string, rows: Salvage["rows"]): void {
  removeDatabase(fresh)
  const database = openDatabase(fresh)
  try {
    writeRows(database, rows)
  } finally {
    database.close()
  }
}

/** What the lost rows may have known: `gc` leaves it until a person says otherwise. */
const everythingIn = (artifacts: string, store: Store["Type"]): ReadonlyArray<string> => [
  ...atOnce(store.list()).objects.map(({ digest }) => digest),
  ...(existsSync(runsFolder(artifacts)) ? readdirSync(runsFolder(artifacts)) : []),
]

function removeDatabase(path: string): void {
  for (const each of [path, `${path}-wal`, `${path}-shm`]) rmSync(each, { force: true })
}
