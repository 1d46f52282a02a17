// Reads results after a run; one whose bytes turn out to be wrong is made again by its task, and read again.
import * as Effect from "effect/Effect"
import type { Plan } from "../plan/plan.ts"
import { restrictTo } from "../plan/restrict.ts"
import { Events } from "../report/events.ts"
import { countsOf, type RunSummary } from "../run/options.ts"
import { CorruptArtifact } from "../store/store.ts"

/** Reads from the store; what is found corrupt is an expected failure. */
export const orCorrupt = <A>(read: () => A): Effect.Effect<A, CorruptArtifact> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(read())
    } catch (failure) {
      return failure instanceof CorruptArtifact ? Effect.fail(failure) : Effect.die(failure)
    }
  })

/**
 * @param rerun runs a part of the plan: what is sound is cached there
 * @returns what `read` gave, and the summary with the tasks that ran again; `undefined` when one of them failed
 */
export const healing = <A, E, R, E2, R2>(
  plan: Plan,
  first: RunSummary,
  rerun: (part: Plan) => Effect.Effect<RunSummary, E2, R2>,
  read: (summary: RunSummary) => Effect.Effect<A, E | CorruptArtifact, R>,
): Effect.Effect<readonly [RunSummary, A | undefined], E | E2 | CorruptArtifact, R | R2 | Events> => {
  const healed = (corrupt: CorruptArtifact, summary: RunSummary, left: number) =>
    Effect.gen(function* () {
      const events = yield* Events
      const maker = plan.tasks.find((task) =>
        Object.values(summary.tasks.get(task)!.outputs).some(({ digest }) => digest === corrupt.digest),
      )
      if (maker === undefined || left === 0) return yield* Effect.fail(corrupt)
      events.emit({ event: "artifact-quarantined", task: maker.label, digest: corrupt.digest })
      const again = yield* rerun(restrictTo(plan, maker.label)).pipe(
        Effect.provideService(Events, { emit: quietly(events.emit) }),
      )
      const merged = merge(summary, again)
      if (again.counts.failed + again.counts.skipped > 0) return [merged, undefined] as const
      return yield* tried(merged, left - 1)
    })
  const tried = (
    summary: RunSummary,
    left: number,
  ): Effect.Effect<readonly [RunSummary, A | undefined], E | E2 | CorruptArtifact, R | R2 | Events> =>
    read(summary).pipe(
      Effect.map((value) => [summary, value] as const),
      Effect.catchIf(
        (error): error is CorruptArtifact => error instanceof CorruptArtifact,
        (corrupt) => healed(corrupt, summary, left),
      ),
    )
  return tried(first, plan.tasks.length)
}

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
  return { tasks, counts: countsOf(tasks.values()) }
}
