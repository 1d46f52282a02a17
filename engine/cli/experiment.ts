// Loading an experiment for a command: whatever its module or wiring throws is a refusal, not a crash.
import * as Effect from "effect/Effect"
import { loadExperiment } from "../session/project.ts"
import { refusalOf } from "./failure.ts"

export const loadedExperiment = (root: string, name: string) =>
  Effect.tryPromise({ try: () => loadExperiment(root, name), catch: refusalOf })

/** Runs what a declaration may make throw. */
export const refusing = <A>(run: () => A) => Effect.try({ try: run, catch: refusalOf })
