// A session: one experiment with its params over one store, as the command line and the library both use it.
import { randomBytes } from "node:crypto"
import { mkdirSync } from "node:fs"
import { hostname } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import { Codebase } from "../code/stage-code.ts"
import type { AnyExperiment } from "../declare/experiment.ts"
import { encodeExperimentParams, paramDocs } from "../declare/params.ts"
import type { Backend } from "../key/backend.ts"
import { inexactNames, inexactTasks } from "../key/exactness.ts"
import { environmentOf, type NumericsRegistry } from "../key/resolve.ts"
import { Ledger, type LedgerError, type Outcome, type RunRecord } from "../ledger/ledger.ts"
import { sqliteLedger } from "../ledger/sqlite.ts"
import { type LockError, readLock } from "../lock/lock-file.ts"
import { type Plan, plan, restrictTo } from "../plan/plan.ts"
import { Events } from "../report/events.ts"
import { partake } from "../run/presence.ts"
import { type RunSummary, runPlan } from "../run/runner.ts"
import { fileStore } from "../store/file-store.ts"
import { type Store, StoreError } from "../store/store.ts"
import { localPool } from "../worker/local-pool.ts"
import type { WorkerCommand } from "../worker/worker-process.ts"
import { type Commit, currentCommit } from "./git.ts"
import { mending } from "./heal-results.ts"
import { present } from "./present.ts"
import { compareWithLock, holdCurrent, unlockable } from "./run-lock.ts"

/** Where and with what experiments run; nothing of it is in a key but `numerics`' identities. */
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

/** What a run has to do with the lock file: nothing, be compared with it, be held to it, or renew it. */
export type LockMode = "none" | "compare" | "hold" | "renew"

export interface RunRequest {
  readonly lock: LockMode
  readonly jobs: number
  readonly keepGoing: boolean
  readonly force: ReadonlyArray<string>
}

/** The store and the ledger under a folder of artifacts. */
export const artifactLayer = (artifacts: string): Layer.Layer<Store | Ledger, StoreError | LedgerError> => {
  const made = Layer.effectDiscard(
    Effect.try({
      try: () => mkdirSync(artifacts, { recursive: true }),
      catch: (cause) =>
        new StoreError({
          message: `the folder ${artifacts} cannot be made (${(cause as Error).message}); name another with --artifacts`,
        }),
    }),
  )
  const services = Layer.merge(fileStore(artifacts), sqliteLedger(join(artifacts, "ledger.sqlite")))
  return Layer.provide(services, made)
}

/** @throws DeclarationError or whatever the experiment's own wiring throws */
export const planOf = (experiment: AnyExperiment, params: unknown, to?: string): Plan => {
  const whole = plan(experiment, params)
  return to === undefined ? whole : restrictTo(whole, to)
}

/** Runs an experiment; everything that happens is emitted, and the last event is `run-finished`. */
export const runExperiment = (...given: Parameters<typeof scopedRun>) => Effect.scoped(scopedRun(...given))

const scopedRun = Effect.fn("runExperiment")(function* (
  place: Place,
  experiment: AnyExperiment,
  params: Readonly<Record<string, unknown>>,
  planned: Plan,
  request: RunRequest,
  /** Whoever has something to do before may ask git earlier. */
  commit: Promise<Commit> = currentCommit(place.root),
) {
  const started = performance.now()
  const codebase = new Codebase(place.root)
  const { emit } = yield* Events
  const ledger = yield* Ledger
  const read = Effect.try({
    try: () => (request.lock === "none" ? undefined : readLock(place.root, experiment.name)),
    catch: (failure) => failure as LockError,
  })
  // One that is renewed may be past reading, such as after a merge.
  const lock = yield* request.lock === "renew" ? Effect.orElseSucceed(read, () => undefined) : read
  const inexact = inexactTasks(planned, place.numerics)
  if (inexact.size > 0 && (request.lock === "hold" || request.lock === "renew"))
    return yield* Effect.fail(unlockable([...inexact][0]!.label, inexactNames(place.numerics)))
  if (request.lock === "hold") yield* holdCurrent(place, planned, codebase, lock)
  const id = runId(new Date())
  const begun = new Date().toISOString()
  const encoded = encodeExperimentParams(experiment, params)
  const begin = (facts: Commit): void =>
    ledger.beginRun({
      id,
      experiment: experiment.name,
      params: encoded,
      started: begun,
      host: hostname(),
      numerics: inexact.size > 0 ? inexactNames(place.numerics) : null,
      ...facts,
    })
  const facts = yield* Effect.promise(() => commit)
  begin(facts)
  yield* partake(id)

  const running = (part: Plan, force: ReadonlyArray<string>) =>
    runPlan(part, codebase, {
      id,
      jobs: request.jobs,
      keepGoing: request.keepGoing,
      force: new Set(force),
      numerics: place.numerics,
      backend: place.backend,
      settings: place.settings,
    }).pipe(Effect.provide(localPool(place.worker, environmentOf(place.numerics))))

  const end = (outcome: Outcome, results: Pick<RunRecord, "results" | "folder">): void =>
    ledger.endRun(id, { finished: new Date().toISOString(), outcome, ...results })

  const nothing = { results: null, folder: null }
  const ended = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.onExit(effect, (exit) =>
      Effect.sync(() => {
        if (!Exit.isSuccess(exit)) end(Exit.isInterrupted(exit) ? "interrupted" : "failed", nothing)
      }),
    )
  const first = yield* ended(running(planned, request.force))
  const about = {
    experiment: experiment.name,
    doc: experiment.doc,
    run: id,
    started: begun,
    params: encoded,
    paramDocs: paramDocs(experiment),
    ...facts,
  }
  const whenDone = <A, E, R>(summary: RunSummary, read: (summary: RunSummary) => Effect.Effect<A, E, R>) =>
    summary.counts.failed + summary.counts.skipped > 0
      ? Effect.succeed([summary, undefined] as const)
      : mending(planned, summary, (part) => running(part, []), read)
  const [second, shown] = yield* ended(whenDone(first, (summary) => present(place, planned, summary, about)))
  end(shown === undefined ? "failed" : "done", shown ?? nothing)
  const [summary, differing = 0] = yield* whenDone(second, (summary) =>
    compareWithLock(place, planned, summary, request.lock, lock),
  )
  emit({
    event: "run-finished",
    experiment: experiment.name,
    run: id,
    tasks: planned.tasks.length,
    ...summary.counts,
    seconds: (performance.now() - started) / 1000,
  })
  return { id, plan: planned, summary, differing }
})

/** Sorts by time, is unique, and is a legal file name everywhere. */
const runId = (now: Date): string =>
  `${now.toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "-")}-${randomBytes(3).toString("hex")}`
