// Reads results after a run; one whose bytes turn out to be wrong is made again by its task, and read again.
import * as Effect from "effect/Effect"
import { type Plan, restrictTo } from "../plan/plan.ts"
import { Events } from "../report/events.ts"
import type { RunSummary } from "../run/runner.ts"
import type { CorruptArtifact } from "../store/store.ts"

/**
 * @param rerun runs a part of the plan: what is sound is cached there
 * @returns what `read` gave, and the summary with the tasks that ran again; `undefined` when one of them failed
 */
export const mending = <A, E, R, E2, R2>(
  plan: Plan,
  summary: RunSummary,
  rerun: (part: Plan) => Effect.Effect<RunSummary, E2, R2>,
  read: (summary: RunSummary) => Effect.Effect<A, E | CorruptArtifact, R>,
): Effect.Effect<readonly [RunSummary, A | undefined], E | E2 | CorruptArtifact, R | R2 | Events> => {
  const attempt = (
    summary: RunSummary,
    left: number,
  ): Effect.Effect<readonly [RunSummary, A | undefined], E | E2 | CorruptArtifact, R | R2 | Events> =>
    read(summary).pipe(
      Effect.map((value) => [summary, value] as const),
      Effect.catchIf(isCorrupt, (corrupt) =>
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
          return yield* attempt(merged, left - 1)
        }),
      ),
    )
  return attempt(summary, plan.tasks.length)
}

const isCorrupt = (error: unknown): error is CorruptArtifact =>
  (error as { readonly _tag?: unknown })._tag === "CorruptArtifact"

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
  const counts = { ran: 0, cached: 0, failed: 0, skipped: 0 }
  for (const { status } of tasks.values()) counts[status]++
  return { tasks, counts }
}
