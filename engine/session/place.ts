// Where and with what experiments run: a project, a folder of artifacts, what computes. It runs nothing.
import { accessSync, constants, existsSync, readdirSync, statSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { KernelsFacts } from "../key/accelerators.ts"
import type { Backend } from "../key/backend.ts"
import type { NumericsRegistry } from "../key/numerics.ts"
import { damagedLedger } from "../ledger/failures.ts"
import { History } from "../ledger/history.ts"
import { type Ledger, readingLedger, sqliteLedger } from "../ledger/ledger.ts"
import type { LedgerError } from "../ledger/records.ts"
import { setAside } from "../ledger/set-aside.ts"
import type { Statistics } from "../lock/compare-metrics.ts"
import { fileStore, type Purpose, readingStore } from "../store/file-store.ts"
import { freeReserve } from "../store/reserve.ts"
import { Store, StoreError } from "../store/store.ts"
import type { WorkerCommand } from "../worker/worker-command.ts"
import type { ProjectConfig } from "./config.ts"
import { recordOrphans } from "./orphans.ts"
import { ensureStore, kindOf, ledgerPath } from "./store-mark.ts"

/** Nothing of it is in a key but `numerics`' identities. */
export interface Place {
  readonly root: string
  readonly artifacts: string
  readonly config: ProjectConfig
  readonly numerics: NumericsRegistry
  /** What was chosen to compute with, where something was. */
  readonly backend?: Backend | undefined
  /** What is to be told of what computes the same bits faster. */
  readonly kernels?: KernelsFacts | null | undefined
  readonly settings: Readonly<Record<string, string>>
  readonly worker: WorkerCommand
  /** Compares two artifacts of a kind for people, line by line; none for kinds that it does not know. */
  readonly compare: (kind: string, locked: Uint8Array, found: Uint8Array) => ReadonlyArray<string>
  /** Tells whether metrics truly differ. */
  readonly statistics?: Statistics | undefined
}

/**
 * The store and the ledger under a folder of artifacts, for who writes: the folder is made and marked where nothing is in the way,
 * and refused when it cannot be written. What is held back for a full disk is at hand for who frees space, and for what a run
 * has to write down.
 */
export const artifactLayer = (
  artifacts: string,
  purpose?: Purpose,
): Layer.Layer<Store | Ledger, StoreError | LedgerError> => {
  const marked = checked(() => {
    ensureStore(artifacts)
    checkLedger(artifacts)
  })
  const opened = Layer.suspend(() => {
    const ledger = sqliteLedger(ledgerPath(artifacts), undefined, undefined, () => freeReserve(artifacts))
    return Layer.provideMerge(ledger, fileStore(artifacts, purpose)) // a store that cannot be written says so first
  })
  const accounted = Layer.effectDiscard(
    Effect.flatMap(Effect.all([Store, History]), ([store, history]) =>
      Effect.try({
        try: () => recordOrphans(artifacts, store, history),
        catch: (failure) => failure as LedgerError,
      }),
    ),
  )
  return accounted.pipe(Layer.provideMerge(opened), Layer.provide(marked))
}

/** The same for who only reads: nothing is made, and what cannot be written will do. */
export const readingLayer = (artifacts: string): Layer.Layer<Store | Ledger, StoreError | LedgerError> => {
  const readable = checked(() => {
    checkReadable(artifacts)
    kindOf(artifacts)
    checkLedger(artifacts)
  })
  const opened = Layer.suspend(() =>
    Layer.merge(readingStore(artifacts), readingLedger(ledgerPath(artifacts))),
  )
  return Layer.provide(opened, readable)
}

/** What has to hold before anything is opened. */
const checked = (check: () => void) =>
  Layer.effectDiscard(Effect.try({ try: check, catch: (failure) => failure as StoreError | LedgerError }))

/** What may not be looked into would be taken for empty. @throws StoreError */
function checkReadable(artifacts: string): void {
  try {
    if (existsSync(artifacts)) accessSync(artifacts, constants.R_OK | constants.X_OK)
  } catch (failure) {
    throw new StoreError(
      `the store ${artifacts} cannot be read (${(failure as Error).message}): have its mode changed, or name another folder with --artifacts`,
    )
  }
}

/** A ledger that was emptied, or whose repair was cut off, would be taken for a new one. @throws LedgerError */
export function checkLedger(artifacts: string): void {
  const found = whyNoNewLedger(artifacts)
  if (found !== undefined) throw damagedLedger(ledgerPath(artifacts), found)
}

function whyNoNewLedger(artifacts: string): string | undefined {
  const path = ledgerPath(artifacts)
  if (!existsSync(path))
    return setAside(path).length > 0 ? "it was set aside, and nothing took its place" : undefined
  return statSync(path).size === 0 && !existsSync(`${path}-wal`) && holdsObjects(artifacts)
    ? "it is empty, but the store holds artifacts"
    : undefined
}

function holdsObjects(artifacts: string): boolean {
  try {
    return readdirSync(join(artifacts, "objects")).length > 0
  } catch {
    return false
  }
}
