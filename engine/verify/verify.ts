// `verify`: current, then intact, then reproduced: each level proves more, and says what it proved.

import { randomBytes } from "node:crypto"
import * as Effect from "effect/Effect"
import { Codebase, stageCodes } from "../code/stage-code.ts"
import type { Digest } from "../content/digest.ts"
import { groupedBy } from "../content/grouped.ts"
import type { AnyExperiment } from "../declare/experiment.ts"
import { isObserved } from "../declare/observed/observed.ts"
import { experimentParams } from "../declare/params.ts"
import type { Policies } from "../declare/policy/policy.ts"
import { suggest } from "../declare/suggest.ts"
import { inexactTasks } from "../key/exactness.ts"
import { recordingFiles } from "../key/file-records.ts"
import { environmentOf } from "../key/numerics.ts"
import { History } from "../ledger/history.ts"
import { Links } from "../ledger/links.ts"
import { Observations } from "../ledger/observations.ts"
import { Results } from "../ledger/results.ts"
import { failedMembers, type Lines, linksWithoutMetrics } from "../lock/compare-locks.ts"
import { type Current, checkCurrent } from "../lock/current.ts"
import { lockedWhereUnset, uncheckedEnvironment } from "../lock/environments.ts"
import { lockedHeadlines } from "../lock/headlines.ts"
import { type Lock, LockError, readLock } from "../lock/lock-file.ts"
import { observedElsewhere } from "../lock/observed-elsewhere.ts"
import { type Plan, planning } from "../plan/plan.ts"
import type { Difference } from "../report/differences.ts"
import { Events } from "../report/events.ts"
import type { Capacity } from "../run/capacity/admitted.ts"
import { inTurns } from "../run/turns.ts"
import { expected, expectedInTurns, expectedLater } from "../session/expected.ts"
import { gateJudge, tellGates } from "../session/gates.ts"
import { type Place, readingLayer } from "../session/place.ts"
import { missingLock } from "../session/run-lock.ts"
import { ensureStore } from "../session/store-mark.ts"
import { Store } from "../store/store.ts"
import { localPool } from "../worker/local-pool.ts"
import { declaredSecrets } from "../worker/secrets.ts"
import { type Chosen, choose } from "./choose.ts"
import { recordedMetrics } from "./known-chain.ts"
import type { RecomputeOptions } from "./options.ts"
import { adoptedFacts, adoptedTasks, comparedOf, environmentFacts, observedFacts } from "./proof.ts"
import { recompute } from "./recompute.ts"
import { checkStoredObjects } from "./stored-objects.ts"
import { ofEachProgram, tracerHere } from "./trace.ts"

export interface VerifyRequest {
  readonly stored: boolean
  /** `N`, `all`, `LABEL` or `LABEL#LINK`. */
  readonly recompute: string | undefined
  /** Seconds that recomputing may take; with nothing else said, it goes through all tasks, of each chain one link and its end. */
  readonly budget: number | undefined
  /** Decides which tasks; drawn from the operating system's entropy when not given. */
  readonly seed: string | undefined
  readonly jobs: number
  /** What was said of this verification alone: before what the experiment, the project and the stages say. */
  readonly policy: Policies
  /** Whether programs are watched as they run again: with nothing else said, one task of each. */
  readonly trace: boolean
}

/** @returns how many differences were found, and how many gates the locked metrics break, each emitted; the last event is `verify-finished` */
export const verifyExperiment = Effect.fn("verifyExperiment")(function* (
  place: Place,
  experiment: AnyExperiment,
  request: VerifyRequest,
) {
  const { emit } = yield* Events
  const declared = yield* expectedInTurns(() => planning(experiment, experimentParams(experiment, [])))
  const lock = yield* expected(() => readLock(place.root, experiment.name))
  if (lock === undefined) return yield* Effect.fail(missingLock(place, experiment.name))
  let differing = 0
  const tell = (differences: ReadonlyArray<Difference>): void => {
    for (const difference of differences) emit({ event: "difference", difference })
    differing += differences.length
  }
  const { current, elsewhere } = yield* currentOf(place, declared, lock)
  tell(current.differences)
  const { gates } = experiment
  const judge = yield* gateJudge(place.root, current.plan, gates, undefined)
  const broken = yield* tellGates(judge(lockedHeadlines(lock, current.plan)))

  let stored: number | null = null
  if (request.stored) {
    const checked = yield* Effect.flatMap(Effect.all([Store, Results]), ([store, results]) =>
      inTurns(() => checkStoredObjects(store, results, lock)),
    ).pipe(Effect.provide(readingLayer(place.artifacts)))
    stored = checked.checked
    tell(checked.differences)
  }

  const { plan: opened, lines } = current
  const inexact = inexactTasks(opened, place.numerics)
  const seed = request.seed ?? randomBytes(4).toString("hex")
  const atHand = opened.tasks.filter((task) => {
    const resolution = current.resolutions.get(task)
    return resolution !== undefined && uncheckedEnvironment(resolution) === undefined
  })
  const provable = atHand.filter((task) => !inexact.has(task) && !isObserved(task.node.stage))
  const wanted =
    request.recompute ?? (request.budget === undefined ? undefined : String(provable.length || 1))
  const isTraceAlone = request.trace && wanted === undefined
  const chosen = isTraceAlone
    ? yield* expected(() => ofEachProgram(atHand, seed))
    : yield* chosenOf(wanted, opened, provable, lines, seed)
  const tracer = request.trace ? yield* expected(() => tracerHere(place.root)) : undefined
  const policies = [request.policy, experiment.policy, place.config.policy]
  const again =
    chosen === undefined
      ? undefined
      : yield* recomputed(place, current, chosen, { ...request, policies, tracer })
  if (again !== undefined) tell(again.differences)
  const adopted = adoptedTasks(opened, lines, again?.compared)
  const incomplete = failedMembers(lock)
  emit({
    event: "verify-finished",
    experiment: experiment.name,
    level: again?.compared.size ? "reproduced" : stored !== null ? "intact" : "current",
    checked: opened.tasks.length,
    stored,
    recomputed: again?.compared.size ?? null,
    seed: isDrawn(request) ? seed : null,
    ...(again === undefined ? {} : { digests: comparedOf(lines, provable, again.compared) }),
    ...(request.budget === undefined ? {} : { budget: request.budget }),
    unproven: [...inexact, ...adopted].map(({ label }) => label),
    ...adoptedFacts(opened, lines, adopted),
    ...observedFacts(current, elsewhere),
    linksWithoutMetrics: linksWithoutMetrics(lines),
    ...environmentFacts(current.resolutions.values()),
    inexact: yield* inexactResults(place, experiment.name),
    ...(incomplete.length === 0 ? {} : { incomplete }),
    ...(broken === 0 ? {} : { gatesBroken: broken }),
    differences: differing,
  })
  return { differing, broken }
})

/** With what of it was observed and is not in the store; which need not be there. */
const currentOf = Effect.fn("currentOf")(function* (place: Place, planned: Plan, lock: Lock) {
  const codes = yield* expectedLater(() => stageCodes(planned, new Codebase(place.root)))
  const files = yield* expectedInTurns(() => recordingFiles(place.root, planned.files))
  const { numerics } = place
  const checked = Effect.flatMap(Effect.all([Store, Observations]), ([store, requests]) =>
    expectedInTurns(function* () {
      const contents = (digest: Digest): Uint8Array => store.read(digest)
      const variable = lockedWhereUnset(lock)
      const today = { plan: planned, codes, files, numerics, variable, contents, requests }
      const current = yield* checkCurrent(lock, today)
      return { current, elsewhere: observedElsewhere(current, store) }
    }),
  )
  return yield* checked.pipe(Effect.provide(readingLayer(place.artifacts)))
})

/** Whether the seed decided which tasks: how many of them, or how many as there was time for. */
const isDrawn = ({ recompute, budget }: VerifyRequest): boolean =>
  recompute === undefined || recompute === "all" ? budget !== undefined : /^[0-9]+$/.test(recompute)

/** What `--recompute` names; undefined when it was not given. */
function chosenOf(
  wanted: string | undefined,
  { tasks }: Plan,
  provable: Plan["tasks"],
  lines: Lines,
  seed: string,
): Effect.Effect<ReadonlyArray<Chosen> | undefined, LockError> {
  if (wanted === undefined) return Effect.succeed(undefined)
  const chosen = choose(provable, lines, wanted, seed)
  if (chosen !== undefined) return Effect.succeed(chosen)
  const names = tasks.map(({ label }) => label)
  return Effect.fail(
    new LockError(
      `--recompute ${wanted}: a number, all, or a task or one of its links (LABEL#N)${suggest(wanted, names)}`,
    ),
  )
}

const recomputed = (
  place: Place,
  { plan, lines, resolutions }: Current,
  chosen: ReadonlyArray<Chosen>,
  {
    jobs,
    budget,
    policies,
    tracer,
  }: VerifyRequest & Pick<Capacity, "policies"> & Pick<RecomputeOptions, "tracer">,
) => {
  const { root, artifacts, settings, compare } = place
  const capacity = { jobs, policies, limits: place.config.limits }
  // It keeps local files as objects: without the mark, the folder would be somebody else's from then on.
  const marking = Effect.ignore(Effect.try(() => ensureStore(place.artifacts)))
  const options = { plan, lines, resolutions, root, artifacts, settings, capacity, budget, tracer, compare }
  const recomputing = Effect.flatMap(Links, ({ link }) =>
    recompute(chosen, { ...options, metricsOf: recordedMetrics(resolutions, link) }),
  )
  const result = recomputing.pipe(
    Effect.scoped,
    Effect.provide(localPool(place.worker, environmentOf(place.numerics), declaredSecrets())),
    Effect.provide(readingLayer(place.artifacts)),
  )
  return Effect.zipRight(marking, result)
}

/** Of the experiment's runs on this store, if there is one. */
const inexactResults = Effect.fn("inexactResults")(function* ({ artifacts }: Place, experiment: string) {
  const asked = Effect.map(History, (history) => history.inexact(experiment))
  const found = yield* Effect.provide(asked, readingLayer(artifacts))
  return [...groupedBy(found, ({ numerics }) => numerics)].map(([numerics, tasks]) => ({
    numerics,
    tasks: tasks.map(({ label }) => label),
  }))
})
