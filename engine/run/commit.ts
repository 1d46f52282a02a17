// What a finished attempt left becomes a result: bytes first, then the row that makes them visible.
import { join } from "node:path"
import * as Effect from "effect/Effect"
import type { Digest } from "../content/digest.ts"
import { baseOf, decodeContent, isFolder, isOnDisk, type Metrics } from "../content/kind.ts"
import { isObserved } from "../declare/observed/observed.ts"
import { preImage } from "../key/fingerprint.ts"
import type { Resolution } from "../key/resolve.ts"
import { Links } from "../ledger/links.ts"
import { Observations } from "../ledger/observations.ts"
import type { Adopted, MetricRow, NewResult, OutputRecords } from "../ledger/records.ts"
import { Results } from "../ledger/results.ts"
import { Transactions } from "../ledger/transactions.ts"
import type { PlannedTask } from "../plan/planned.ts"
import { Events } from "../report/events.ts"
import { isWhole } from "../store/folders.ts"
import { Store } from "../store/store.ts"
import type { DoneFile, OutputFile } from "../worker/protocol.ts"
import { finishedChain } from "./links/finished-chain.ts"

interface Services {
  readonly store: Store["Type"]
  readonly results: Results["Type"]
  readonly links: Links["Type"]
  readonly observations: Observations["Type"]
  readonly transactions: Transactions["Type"]
  readonly emit: Events["Type"]["emit"]
}

/**
 * @returns a function that moves an attempt's bytes into the store, and gives what then commits it, as often as it takes, and
 * gives the outputs that count: of two different results for one key, the first stays. Both throw StoreError. What makes damaged
 * artifacts again doubts what is stored of its outputs: none of it stays, whatever the disk says
 */
export const committing = (run: string) =>
  Effect.gen(function* () {
    const services: Services = {
      store: yield* Store,
      results: yield* Results,
      links: yield* Links,
      observations: yield* Observations,
      transactions: yield* Transactions,
      emit: (yield* Events).emit,
    }
    const clock = yield* Effect.clock
    return (
      task: PlannedTask,
      resolution: Resolution,
      done: DoneFile,
      folder: string,
      isStoreDoubted: boolean,
    ) => {
      const { store, results, observations, transactions } = services
      const isKept = isStoreDoubted ? onlyTakenIn() : store.renew
      for (const output of Object.values(done.outputs)) takeIn(store, isKept, output, folder)
      const outputs: OutputRecords = Object.fromEntries(
        Object.entries(done.outputs).map(([name, { kind, digest, size }]) => [name, { kind, digest, size }]),
      )
      const chain = finishedChain(services, task, resolution, done)
      const result = resultOf(resolution, done, outputs, chain?.adopted ?? null)
      const metrics = metricRows(store, done, outputs)
      if (isObserved(task.node.stage)) {
        const at = new Date(clock.unsafeCurrentTimeMillis()).toISOString()
        const { key, code } = resolution
        const probe = done.probed === undefined ? {} : { probe: done.probed }
        return () =>
          transactions.write(() => {
            results.forget(key) // the latest is what the key gives now; all of them are observations
            results.commit(run, result, resolution.fingerprint.inputs, metrics)
            observations.add(key, { at, outputs, code: code.digest, ...probe })
            return outputs
          })
      }
      const write = () => {
        chain?.choose()
        return results.commit(run, result, resolution.fingerprint.inputs, metrics)
      }
      const commit = chain === undefined ? write : () => transactions.write(write)
      return (): OutputRecords => {
        const counted = countedOf(services, task, resolution, outputs, commit)
        chain?.letGo()
        return counted
      }
    }
  })

/** Of what is doubted nothing stays but what was just taken in. */
function onlyTakenIn(): Store["Type"]["renew"] {
  const taken = new Set<Digest>()
  return (digest) => taken.size === taken.add(digest).size
}

/**
 * A folder's files before its list. Of what a stage has written itself, what is stored already stays as it is: of 5,000 files one
 * may have changed, and one file may be given twice.
 *
 * @param isKept whether what is stored already stays
 */
function takeIn(
  store: Store["Type"],
  isKept: Store["Type"]["renew"],
  { kind, digest, size, file, files = [] }: OutputFile,
  folder: string,
): void {
  for (const each of files)
    if (!isKept(each.digest, each.size)) store.adopt(join(folder, each.file), each.digest)
  const isThere = isOnDisk(kind) && !isFolder(kind) && isKept(digest, size)
  if (!isThere) store.adopt(join(folder, file), digest)
}

const resultOf = (
  { key, fingerprint, code }: Resolution,
  { seconds, states }: DoneFile,
  outputs: OutputRecords,
  adopted: Adopted | null,
): NewResult => ({
  key,
  stage: fingerprint.stage,
  fingerprint: preImage(fingerprint),
  sources: code.sources,
  seconds,
  states: states ?? null,
  outputs,
  adopted,
})

/** Commits, and says when the key gave something else before. @returns the outputs that count */
function countedOf(
  { store, results, emit }: Services,
  { label, stage }: PlannedTask,
  { key, numerics }: Resolution,
  outputs: OutputRecords,
  commit: () => ReadonlyArray<string>,
): OutputRecords {
  const wasAdopted = results.isAdopted(key)
  const differing = commit()
  if (differing.length === 0) return outputs
  if (numerics?.exact !== false) {
    const alarm = { task: label, stage, key, outputs: differing }
    emit({ event: "nondeterministic", ...alarm, ...(wasAdopted ? { adopted: true } : {}) })
  }
  const first = results.outputs(key)!
  if (Object.values(first).every((output) => isWhole(store, output))) return first
  results.forget(key) // the first result's bytes are gone: what was made now is all there is
  commit()
  return outputs
}

/** What the attempt reported on its way, and what its outputs hold. */
function metricRows(store: Store["Type"], done: DoneFile, outputs: OutputRecords): ReadonlyArray<MetricRow> {
  const reported = done.progress.flatMap(({ done: step, metrics }) =>
    Object.entries(metrics).map(([name, value]) => ({ step, name, value })),
  )
  return [...reported, ...finalMetrics(store, outputs)]
}

/** What outputs of kind `metrics` hold, under step -1. */
export const finalMetrics = (store: Store["Type"], outputs: OutputRecords): ReadonlyArray<MetricRow> =>
  Object.entries(outputs).flatMap(([output, { kind, digest }]) => {
    if (baseOf(kind) !== "metrics") return []
    const metrics = decodeContent(kind, store.read(digest)) as Metrics
    return Object.entries(metrics).map(([name, value]) => ({ step: -1, name: `${output}.${name}`, value }))
  })
