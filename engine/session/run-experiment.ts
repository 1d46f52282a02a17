// One run of an experiment from start to end: history, runner, what it leaves for people, the lock file.
import { hostname } from "node:os"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { Codebase, stageCodes } from "../code/stage-code.ts"
import type { AnyExperiment } from "../declare/experiment.ts"
import { encodeExperimentParams, hasDefaultParams, paramDocs } from "../declare/params.ts"
import type { Policies } from "../declare/policy/policy.ts"
import { bytesOf } from "../declare/policy/size.ts"
import { inexactNames, inexactTasks } from "../key/exactness.ts"
import { environmentOf } from "../key/numerics.ts"
import { History } from "../ledger/history.ts"
import { Observations } from "../ledger/observations.ts"
import type { Outcome, RunRecord } from "../ledger/records.ts"
import { lockPath } from "../lock/lock-file.ts"
import { lockedObservations, stillPinned } from "../lock/observations.ts"
import type { Plan } from "../plan/plan.ts"
import { Events } from "../report/events.ts"
import { RemadeLinks } from "../report/remade-links.ts"
import type { RunSummary } from "../run/options.ts"
import { presence } from "../run/presence.ts"
import { runPlan } from "../run/runner.ts"
import { Store } from "../store/store.ts"
import { localPool } from "../worker/local-pool.ts"
import { declaredSecrets } from "../worker/secrets.ts"
import { comparedWith, factsOf, storedContent } from "./against.ts"
import { noteCheckout } from "./checkouts/checkouts.ts"
import { orCutOff } from "./cut-off.ts"
import { expectedLater } from "./expected.ts"
import { keepWithin } from "./garbage/keep-within.ts"
import { gateJudge, tellGates, uncheckedGates } from "./gates.ts"
import { type Commit, currentCommit } from "./git.ts"
import { healing } from "./healing.ts"
import type { Place } from "./place.ts"
import { present, presentFailure } from "./present.ts"
import type { NoRefLock, RefLock } from "./ref-lock.ts"
import { runId } from "./run-id.ts"
import { compareWithLock, holdCurrent, holdLocked, isIncomplete, type LockMode, lockFor } from "./run-lock.ts"
import { holdSecrets } from "./secrets/needed-secrets.ts"

export interface RunRequest {
  readonly lock: LockMode
  readonly jobs: number
  readonly keepGoing: boolean
  readonly force: ReadonlyArray<string>
  /** A lock is renewed although tasks of groups failed: it says which. */
  readonly incomplete?: boolean | undefined
  /** What was said of this run alone: before what the experiment, the project and the stages say. */
  readonly policy: Policies
  /** Why the experiment's gates do not count for this run, as it runs a part of it or other params; absent where they do. */
  readonly ungated?: string | undefined
  /** What a git ref has of the experiment's lock, if the metrics are to be compared with it. */
  readonly against?: RefLock | NoRefLock | undefined
}

/** An experiment with its params, and what of it is to be run. */
export interface Subject {
  readonly experiment: AnyExperiment
  readonly params: Readonly<Record<string, unknown>>
  readonly plan: Plan
}

/**
 * Runs an experiment; everything that happens is emitted, and the last event is `run-finished`.
 *
 * @param commit whoever has something to do before may ask git earlier
 */
export const runExperiment = Effect.fn("runExperiment")(function* (
  place: Place,
  subject: Subject,
  request: RunRequest,
  commit: Promise<Commit> = currentCommit(place.root),
) {
  const began = performance.now()
  const { experiment, plan } = subject
  const { emit } = yield* Events
  const { config } = place
  const codebase = new Codebase(place.root) // remembers, so that asking again costs nothing
  const codes = expectedLater(() => stageCodes(plan, codebase))
  const lock = yield* lockFor(place, plan, request.lock)
  if (request.lock === "hold") yield* holdCurrent(place, plan, yield* codes, lock)

  yield* holdLocked(plan.tasks)
  yield* holdSecrets(place, subject, codes, request.force)
  const recorded = yield* record(place, subject, commit)
  yield* presence(recorded.about.run)
  yield* Effect.sync(() => noteCheckout(place.artifacts, place.root))
  const remade = new RemadeLinks()
  const counting: Events["Type"] = {
    emit: (event) => {
      remade.hear(event)
      emit(event)
    },
  }
  const locked = lockedObservations(place.root, experiment.name, request.lock === "hold")
  const running = (part: Plan, force: ReadonlyArray<string>) =>
    Effect.flatMap(codes, (known) =>
      runPlan(part, known, {
        id: recorded.about.run,
        root: place.root,
        artifacts: place.artifacts,
        jobs: request.jobs,
        keepGoing: request.keepGoing,
        force: new Set(force),
        policies: [request.policy, experiment.policy, config.policy],
        limits: config.limits,
        numerics: place.numerics,
        backend: place.backend,
        kernels: place.kernels,
        settings: place.settings,
        locked,
      }),
    ).pipe(Effect.provide(localPool(place.worker, environmentOf(place.numerics), declaredSecrets())))
  const whenDone = <A, E, R>(summary: RunSummary, read: (summary: RunSummary) => Effect.Effect<A, E, R>) =>
    summary.counts.failed + summary.counts.skipped > 0
      ? Effect.succeed([summary, undefined] as const)
      : healing(summary.plan, summary, (part) => running(part, []), read)

  const { against } = request
  const beside = ({ plan, tasks, counts }: RunSummary) =>
    against === undefined || counts.failed + counts.skipped > 0
      ? Effect.succeed(undefined)
      : Effect.flatMap(Store, (store) => {
          const given = new Map([...tasks].map(([{ label }, { outputs }]) => [label as string, outputs]))
          const outputs = (task: string) => given.get(task)
          const otherParams = !hasDefaultParams(experiment, recorded.about.params)
          const about = { plan, run: recorded.about.run, otherParams }
          return comparedWith(place, { ...about, outputs, content: storedContent(store) }, against)
        })

  const work = Effect.gen(function* () {
    const first = yield* running(plan, request.force)
    const judge =
      Object.keys(experiment.gates).length === 0
        ? undefined
        : yield* gateJudge(place.root, first.plan, experiment.gates, request.ungated)
    const compared = yield* beside(first)
    const page = compared === undefined ? {} : { compared: factsOf(compared) }
    const [second, shown] = yield* whenDone(first, (summary) =>
      present(place, summary.plan, summary, { ...recorded.about, ...remade.fact, ...page }, judge),
    )
    const failed =
      shown === undefined ? yield* presentFailure(place, second.plan, second, recorded.about) : undefined
    recorded.end(failed === undefined ? "done" : "failed", shown ?? failed)
    const locking = (summary: RunSummary) => compareWithLock(place, summary.plan, summary, request.lock, lock)
    const isCut = isIncomplete(second)
    if (isCut && request.lock === "renew" && request.incomplete !== true)
      emit({
        event: "lock",
        path: lockPath(place.root, experiment.name),
        status: "incomplete",
        differences: 0,
      })
    const [summary, differing = 0] =
      isCut && (request.lock !== "renew" || request.incomplete === true)
        ? yield* healing(second.plan, second, (part) => running(part, []), locking)
        : yield* whenDone(second, locking)
    const gates = shown?.gates ?? uncheckedGates(experiment.gates, "a task failed")
    return { summary, differing, failed, gates, compared: failed === undefined ? compared : undefined }
  }).pipe(Effect.provideService(Events, counting))
  const { summary, differing, failed, gates, compared } = yield* orCutOff(work, place.artifacts)
  recorded.close()
  const broken = yield* tellGates(gates)
  if (compared !== undefined) emit(compared)
  const keep = config.keep === undefined ? undefined : bytesOf(config.keep)
  if (keep !== undefined) yield* keepWithin(place, keep, recorded.about.run)
  emit({
    event: "run-finished",
    experiment: experiment.name,
    run: recorded.about.run,
    tasks: summary.tasks.size,
    ...countsTold(summary),
    ...observedTold(
      summary,
      request.lock === "renew" ? 0 : stillPinned(summary, locked, yield* Observations),
    ),
    ...remade.fact,
    ...(broken === 0 ? {} : { gatesBroken: broken }),
    seconds: (performance.now() - began) / 1000,
    ...(failed?.page === undefined ? {} : { page: failed.page }),
  })
  return { id: recorded.about.run, plan: summary.plan, summary, differing, gates, broken }
}, Effect.scoped)

const countsTold = ({ counts: { notNeeded, ...counts } }: RunSummary) => ({
  ...counts,
  ...(notNeeded === 0 ? {} : { notNeeded }),
})

/** When what the run rests on was observed. */
function observedTold({ tasks }: RunSummary, pinned: number) {
  const times = [...tasks.values()].flatMap(({ observed }) => (observed === undefined ? [] : [observed.at]))
  const [first, last] = [times.sort()[0], times.at(-1)]
  return first === undefined
    ? {}
    : { observed: { tasks: times.length, first, last: last!, ...(pinned === 0 ? {} : { pinned }) } }
}

type Shown = Pick<RunRecord, "results" | "folder">
const nothing: Shown = { results: null, folder: null }

/** The run in the history: begun now, and ended with what came of it, whatever ends the scope. */
const record = Effect.fn("record")(function* (
  place: Place,
  { experiment, params, plan }: Subject,
  asked: Promise<Commit>,
) {
  const history = yield* History
  const now = new Date()
  const commit = yield* Effect.promise(() => asked)
  const about = {
    experiment: experiment.name,
    doc: experiment.doc,
    run: runId(now),
    started: now.toISOString(),
    params: encodeExperimentParams(experiment, params),
    ...(Object.keys(experiment.best).length === 0 ? {} : { best: experiment.best }),
    paramDocs: paramDocs(experiment),
    ...commit,
  }
  const begin = Effect.sync(() =>
    history.beginRun({
      id: about.run,
      experiment: about.experiment,
      params: about.params,
      started: about.started,
      host: hostname(),
      numerics: inexactTasks(plan, place.numerics).size > 0 ? inexactNames(place.numerics) : null,
      ...commit,
    }),
  )
  let last = nothing
  let isClosed = false
  const end = (outcome: Outcome, shown: Shown = last): void => {
    last = shown
    const { results, folder } = shown
    history.endRun(about.run, { finished: new Date().toISOString(), outcome, results, folder })
  }
  yield* Effect.acquireRelease(begin, (_, exit) =>
    Effect.sync(() => {
      if (!Exit.isSuccess(exit) && !isClosed) end(Exit.isInterrupted(exit) ? "interrupted" : "failed")
    }),
  )
  /** Whatever comes after is none of the run's. */
  const close = (): void => void (isClosed = true)
  return { about, end, close }
})
