// `verify`: current, then intact, then reproduced: each level proves more, and says what it proved.
import * as Effect from "effect/Effect"
import { groupedBy } from "../content/grouped.ts"
import type { AnyExperiment } from "../declare/experiment.ts"
import { experimentParams } from "../declare/params.ts"
import { History } from "../ledger/history.ts"
import { failedMembers, linksWithoutMetrics } from "../lock/compare-locks.ts"
import { lockedHeadlines } from "../lock/headlines.ts"
import { readLock } from "../lock/lock-file.ts"
import { planning } from "../plan/plan.ts"
import type { Difference } from "../report/differences.ts"
import { Events } from "../report/events.ts"
import { expected, expectedInTurns } from "../session/expected.ts"
import { gateJudge, tellGates } from "../session/gates.ts"
import { type Place, readingLayer } from "../session/place.ts"
import { missingLock } from "../session/run-lock.ts"
import { currentLevel } from "./current.ts"
import { adoptedFacts, adoptedTasks, comparedOf, environmentFacts, observedFacts } from "./proof.ts"
import { provableOf, reproducedLevel } from "./reproduced.ts"
import type { VerifyRequest } from "./request.ts"
import { intactLevel } from "./stored-objects.ts"

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
  const tell = (differences: ReadonlyArray<Difference> = []): void => {
    for (const difference of differences) emit({ event: "difference", difference })
    differing += differences.length
  }

  const { current, elsewhere } = yield* currentLevel(place, declared, lock)
  tell(current.differences)
  const { plan, lines, resolutions } = current
  const judge = yield* gateJudge(place.root, plan, experiment.gates, undefined)
  const broken = yield* tellGates(judge(lockedHeadlines(lock, plan)))

  const intact = request.stored ? yield* intactLevel(place.artifacts, lock) : undefined
  tell(intact?.differences)

  const provable = provableOf(current, place)
  const { again, seed } = yield* reproducedLevel(place, experiment, current, provable, request)
  tell(again?.differences)

  const compared = again?.compared
  const adopted = adoptedTasks(plan, lines, compared)
  const incomplete = failedMembers(lock)
  emit({
    event: "verify-finished",
    experiment: experiment.name,
    level: compared?.size ? "reproduced" : intact !== undefined ? "intact" : "current",
    checked: plan.tasks.length,
    stored: intact?.checked ?? null,
    recomputed: compared?.size ?? null,
    seed,
    ...(compared === undefined ? {} : { digests: comparedOf(lines, provable.tasks, compared) }),
    ...(request.budget === undefined ? {} : { budget: request.budget }),
    unproven: [...provable.inexact, ...adopted].map(({ label }) => label),
    ...adoptedFacts(plan, lines, adopted),
    ...observedFacts(current, elsewhere),
    linksWithoutMetrics: linksWithoutMetrics(lines),
    ...environmentFacts(resolutions.values()),
    inexact: yield* inexactResults(place, experiment.name),
    ...(incomplete.length === 0 ? {} : { incomplete }),
    ...(broken === 0 ? {} : { gatesBroken: broken }),
    differences: differing,
  })
  return { differing, broken }
})

/** Of the experiment's runs on this store, if there is one. */
const inexactResults = Effect.fn("inexactResults")(function* ({ artifacts }: Place, experiment: string) {
  const asked = Effect.map(History, (history) => history.inexact(experiment))
  const found = yield* Effect.provide(asked, readingLayer(artifacts))
  return [...groupedBy(found, ({ numerics }) => numerics)].map(([numerics, tasks]) => ({
    numerics,
    tasks: tasks.map(({ label }) => label),
  }))
})
