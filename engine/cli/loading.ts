// What several commands load before they start: an experiment by its name, and the code of tasks.
import * as Effect from "effect/Effect"
import type * as Either from "effect/Either"
import { Codebase, stageCodes } from "../code/stage-code.ts"
import type { Plan } from "../plan/plan.ts"
import { expectedLater } from "../session/expected.ts"
import { loadExperiment } from "../session/project.ts"

export const loadedExperiment = (root: string, name: string) =>
  expectedLater(() => loadExperiment(root, name))

export const codesOf = (
  root: string,
  plan: Pick<Plan, "tasks" | "reachable">,
  codebase = new Codebase(root),
) => expectedLater(() => stageCodes(plan, codebase))

/** For one of several that must not break the others: whatever goes wrong with it, bugs of its own too, is a value. */
export const settled = <A, R>(
  effect: Effect.Effect<A, Error, R>,
): Effect.Effect<Either.Either<A, Error>, never, R> =>
  Effect.either(Effect.catchAllDefect(effect, (defect) => Effect.fail(defect as Error)))
