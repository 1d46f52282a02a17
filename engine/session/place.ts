// Where and with what experiments run: a project, a folder of artifacts, what computes. It runs nothing.
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Backend } from "../key/backend.ts"
import type { NumericsRegistry } from "../key/numerics.ts"
import { History } from "../ledger/history.ts"
import { type Ledger, sqliteLedger } from "../ledger/ledger.ts"
import type { LedgerError } from "../ledger/records.ts"
import { fileStore } from "../store/file-store.ts"
import { Store, type StoreError } from "../store/store.ts"
import type { WorkerCommand } from "../worker/worker-command.ts"
import { recordOrphans } from "./orphans.ts"
import { ensureStore, ledgerPath } from "./store-mark.ts"

/** Nothing of it is in a key but `numerics`' identities. */
export interface Place {
  readonly root: string
  readonly artifacts: string
  readonly numerics: NumericsRegistry
  /** What was chosen to compute with, where something was. */
  readonly backend?: Backend | undefined
  readonly settings: Readonly<Record<string, string>>
  readonly worker: WorkerCommand
  /** Compares two artifacts of a kind for people, line by line; none for kinds that it does not know. */
  readonly compare: (kind: string, locked: Uint8Array, found: Uint8Array) => ReadonlyArray<string>
}

/** The store and the ledger under a folder of artifacts, which is made and marked where nothing is in the way. */
export const artifactLayer = (artifacts: string): Layer.Layer<Store | Ledger, StoreError | LedgerError> => {
  const marked = Layer.effectDiscard(
    Effect.try({ try: () => ensureStore(artifacts), catch: (failure) => failure as StoreError }),
  )
  const opened = Layer.suspend(() => Layer.merge(fileStore(artifacts), sqliteLedger(ledgerPath(artifacts))))
  const accounted = Layer.effectDiscard(
    Effect.gen(function* () {
      recordOrphans(artifacts, yield* Store, yield* History)
    }),
  )
  return accounted.pipe(Layer.provideMerge(opened), Layer.provide(marked))
}
