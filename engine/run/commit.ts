// What a finished attempt left becomes a result: bytes first, then the row that makes them visible.
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { baseOf } from "../content/kind.ts"
import type { Resolution } from "../key/resolve.ts"
import { Ledger, type MetricRow, type NewResult, type OutputRecords } from "../ledger/ledger.ts"
import type { PlannedTask } from "../plan/plan.ts"
import { Events } from "../report/events.ts"
import { Store } from "../store/store.ts"
import type { Done } from "./attempts.ts"

/** @returns an effect that gives the outputs that count: of two different results for one key, the first stays */
export const commits = (run: string) =>
  Effect.gen(function* () {
    const store = yield* Store
    const ledger = yield* Ledger
    const { emit } = yield* Events

    const metricsOf = (done: Done, outputs: OutputRecords) =>
      Effect.gen(function* () {
        const rows: Array<MetricRow> = done.progress.flatMap(({ done: step, metrics }) =>
          Object.entries(metrics).map(([name, value]) => ({ step, name, value })),
        )
        for (const [output, { kind, digest }] of Object.entries(outputs)) {
          if (baseOf(kind) !== "metrics") continue
          const values = JSON.parse(
            new TextDecoder().decode(yield* Effect.orDie(store.read(digest))),
          ) as Record<string, number>
          for (const [name, value] of Object.entries(values))
            rows.push({ step: -1, name: `${output}.${name}`, value })
        }
        return rows
      })

    return (task: PlannedTask, resolution: Resolution, done: Done, folder: string) =>
      Effect.gen(function* () {
        for (const { digest, size, file } of Object.values(done.outputs)) {
          yield* store.adopt(join(folder, file), digest, size)
        }
        const outputs: OutputRecords = Object.fromEntries(
          Object.entries(done.outputs).map(([name, { kind, digest, size }]) => [
            name,
            { kind, digest, size },
          ]),
        )
        const result: NewResult = {
          key: resolution.key,
          stage: resolution.fingerprint.stage,
          fingerprint: resolution.preImage,
          sources: resolution.code.sources,
          seconds: done.seconds,
          states: done.states ?? null,
          outputs,
        }
        const metrics = yield* metricsOf(done, outputs)
        const differing = ledger.commit(run, result, resolution.fingerprint.inputs, metrics)
        if (differing.length === 0) return outputs
        if (resolution.numerics?.exact !== false) {
          emit({
            event: "nondeterministic",
            task: task.label,
            stage: task.stage,
            key: resolution.key,
            outputs: differing,
          })
        }
        const first = ledger.outputs(resolution.key)!
        if (Object.values(first).every(({ digest, size }) => store.has(digest, size))) return first
        ledger.forget(resolution.key) // the first result's bytes are gone: what was made now is all there is
        ledger.commit(run, result, resolution.fingerprint.inputs, metrics)
        return outputs
      })
  })
