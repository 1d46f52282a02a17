// What a finished attempt left becomes a result: bytes first, then the row that makes them visible.
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { baseOf, decodeContent, type Metrics } from "../content/kind.ts"
import { preImage } from "../key/fingerprint.ts"
import type { Resolution } from "../key/resolve.ts"
import { Links } from "../ledger/links.ts"
import type { Adopted, MetricRow, NewResult, OutputRecords } from "../ledger/records.ts"
import { Results } from "../ledger/results.ts"
import type { PlannedTask } from "../plan/plan.ts"
import { Events } from "../report/events.ts"
import { Store } from "../store/store.ts"
import type { DoneFile } from "../worker/protocol.ts"
import { chainOf, knownLinks } from "./chain.ts"

/**
 * @returns a function that moves an attempt's bytes into the store, and gives what then commits it, as often as it takes, and
 * gives the outputs that count: of two different results for one key, the first stays. Both throw StoreError
 */
export const committing = (run: string) =>
  Effect.gen(function* () {
    const store = yield* Store
    const results = yield* Results
    const links = yield* Links
    const { emit } = yield* Events

    return (task: PlannedTask, resolution: Resolution, done: DoneFile, folder: string) => {
      for (const { digest, file } of Object.values(done.outputs)) store.adopt(join(folder, file), digest)
      const outputs: OutputRecords = Object.fromEntries(
        Object.entries(done.outputs).map(([name, { kind, digest, size }]) => [name, { kind, digest, size }]),
      )
      const result: NewResult = {
        key: resolution.key,
        stage: resolution.fingerprint.stage,
        fingerprint: preImage(resolution.fingerprint),
        sources: resolution.code.sources,
        seconds: done.seconds,
        states: done.states ?? null,
        outputs,
        adopted: markOfLinks(task, resolution, links),
      }
      const metrics = metricRows(store, done, outputs)
      const commit = () => results.commit(run, result, resolution.fingerprint.inputs, metrics)
      return (): OutputRecords => {
        const wasAdopted = results.isAdopted(resolution.key)
        const differing = commit()
        if (differing.length === 0) return outputs
        if (resolution.numerics?.exact !== false) {
          const { label, stage } = task
          const alarm = { task: label, stage, key: resolution.key, outputs: differing }
          emit({ event: "nondeterministic", ...alarm, ...(wasAdopted ? { adopted: true } : {}) })
        }
        const first = results.outputs(resolution.key)!
        if (Object.values(first).every(({ digest, size }) => store.has(digest, size))) return first
        results.forget(resolution.key) // the first result's bytes are gone: what was made now is all there is
        commit()
        return outputs
      }
    }
  })

/** What is made of links that were adopted, and not done again since, is no better proven than they are. */
function markOfLinks(
  task: PlannedTask,
  resolution: Resolution,
  { link }: Pick<Links["Type"], "link">,
): Adopted | null {
  const chain = chainOf(task)
  if (chain === undefined) return null
  const known = knownLinks(resolution, chain.finishing, link)
  return known.find(({ adopted }) => adopted !== undefined)?.adopted ?? null
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
