// What a declaration, a lock file or a module may make throw is a refusal, not a crash.
import * as Effect from "effect/Effect"
import { Codebase, stageCodes } from "../code/stage-code.ts"
import type { PlannedTask } from "../plan/plan.ts"
import { loadExperiment } from "../session/project.ts"
import { refusalOf } from "./failures.ts"

/** Runs what a declaration may make throw. */
export const refusing = <A>(run: () => A) => Effect.try({ try: run, catch: refusalOf })

/** The same of what takes its time. */
const refusingLater = <A>(run: () => Promise<A>) => Effect.tryPromise({ try: run, catch: refusalOf })

export const loadedExperiment = (root: string, name: string) =>
  refusingLater(() => loadExperiment(root, name))

export const codesOf = (root: string, tasks: ReadonlyArray<PlannedTask>, codebase = new Codebase(root)) =>
  refusingLater(() => stageCodes(tasks, codebase))
