// Where and with what experiments run: a project, a folder of artifacts, what computes. It runs nothing.
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Backend } from "../key/backend.ts"
import type { NumericsRegistry } from "../key/numerics.ts"
import { type Ledger, sqliteLedger } from "../ledger/ledger.ts"
import type { LedgerError } from "../ledger/records.ts"
import { fileStore } from "../store/file-store.ts"
import { type Store, StoreError } from "../store/store.ts"
import type { WorkerCommand } from "../worker/worker-command.ts"

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

export const ledgerPath = (artifacts: string): string => join(artifacts, "ledger.sqlite")

/** The store and the ledger under a folder of artifacts. */
export const artifactLayer = (artifacts: string): Layer.Layer<Store | Ledger, StoreError | LedgerError> => {
  const made = Layer.effectDiscard(
    Effect.try({
      try: () => mkdirSync(artifacts, { recursive: true }),
      catch: (cause) =>
        new StoreError(
          `the folder ${artifacts} cannot be made (${(cause as Error).message}); name another with --artifacts`,
        ),
    }),
  )
  return Layer.provide(Layer.merge(fileStore(artifacts), sqliteLedger(ledgerPath(artifacts))), made)
}
