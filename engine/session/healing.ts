// Reads results after a run; one whose bytes turn out to be wrong is made again by its task, and read again.
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type { Steps } from "../content/steps.ts"
import type { Plan } from "../plan/plan.ts"
import type { PlannedTask } from "../plan/planned.ts"
import { restrictTo } from "../plan/restrict.ts"
import { Events } from "../report/events.ts"
import { countsOf, type RunSummary } from "../run/options.ts"
import { inTurns } from "../run/turns.ts"
import { CorruptArtifact } from "../store/store.ts"

/** Reads from the store, in steps that let others have their turn; what is found corrupt is an expected failure. */
export const orCorruptInTurns = <A>(begin: () => Steps<A>): Effect.Effect<A, CorruptArtifact> =>
  Effect.catchSomeDefect(inTurns(begin), (failure) =>
    failure instanceof CorruptArtifact ? Option.some(Effect.fail(failure)) : Option.none(),
  )

/**
 * @param rerun runs a part of the plan: what is sound is cached there
 * @returns what `read` gave, and the summary with the tasks that ran again; `undefined` when one of them failed
 */
export const healing = <A, E, R, E2, R2>(
  plan: Plan,
  first: RunSummary,
  rerun: (part: Plan) => Effect.Effect<RunSummary, E2, R2>,
  read: (summary: RunSummary) => Effect.Effect<A, E | CorruptArtifact, R>,
): Effect.Effect<readonly [RunSummary, A | undefined], E | E2 | CorruptArtifact, R | R2 | Events> =>
  Effect.gen(function* () {
    const events = yield* Events
    let summary = first
    /** Tasks that ran again: what they made and is corrupt once more will stay so. */
    const ran = new Set<PlannedTask>()
    for (;;) {
      const found = yield* Effect.either(read(summary))
      if (Either.isRight(found)) return [summary, found.right] as const
      const corrupt = found.left
      if (!(corrupt instanceof CorruptArtifact)) return yield* Effect.fail(corrupt)
      const maker = plan.tasks.find((task) =>
        Object.values(summary.tasks.get(task)!.outputs).some(({ digest }) => digest === corrupt.digest),
      )
      if (maker === undefined || ran.has(maker)) return yield* Effect.fail(corrupt)
      ran.add(maker)
      events.emit({ event: "artifact-quarantined", task: maker.label, digest: corrupt.digest })
      const again = yield* rerun(restrictTo(plan, maker.label)).pipe(
        Effect.provideService(Events, { emit: quietly(events.emit) }),
      )
      summary = merge(summary, again)
      if (again.counts.failed + again.counts.skipped > 0) return [summary, undefined] as const
    }
  })

/** The run has started already, and what is cached has been told. */
const quietly =
  (emit: Events["Type"]["emit"]): Events["Type"]["emit"] =>
  (event) => {
    if (event.event === "run-started" || (event.event === "task-finished" && event.status === "cached"))
      return
    emit(event)
  }

function merge(summary: RunSummary, again: RunSummary): RunSummary {
  const ranAgain = [...again.tasks].filter(([, { status }]) => status !== "cached")
  const tasks = new Map([...summary.tasks, ...ranAgain])
  return { ...summary, tasks, counts: countsOf(tasks.values(), summary.groups.values()) }
}
