// What several commands load before they start: an experiment by its name, and the code of tasks.
import { Codebase, stageCodes } from "../code/stage-code.ts"
import type { PlannedTask } from "../plan/plan.ts"
import { expectedLater } from "../session/expected.ts"
import { loadExperiment } from "../session/project.ts"

export const loadedExperiment = (root: string, name: string) =>
  expectedLater(() => loadExperiment(root, name))

export const codesOf = (root: string, tasks: ReadonlyArray<PlannedTask>, codebase = new Codebase(root)) =>
  expectedLater(() => stageCodes(tasks, codebase))
