// What a person means by the name of a task: a task's label, its stage, or a group that it stands in. Pure.
import { groupIn } from "./labels.ts"
import type { Plan } from "./plan.ts"
import { isGroup, type PlannedStep, type PlannedTask } from "./planned.ts"

/** Whether a task is meant by one of several names. */
export function isNamed(names: ReadonlySet<string>, task: PlannedTask): boolean {
  if (names.size === 0) return false
  return names.has(task.stage) || names.has(task.label) || groupsOf(task).some((group) => names.has(group))
}

/** The groups that a task stands in, by their names and by their labels. */
function groupsOf({ inside }: PlannedTask): ReadonlyArray<string> {
  const scope = Object.entries(inside?.scope ?? {})
  return scope.flatMap(([group], i) => [group, groupIn(group, Object.fromEntries(scope.slice(0, i)))])
}

/** Steps by a name: a task or a group by its label, tasks by their stage. */
export const stepsNamed = ({ steps }: Pick<Plan, "steps">, name: string): ReadonlyArray<PlannedStep> =>
  steps.filter((step) => step.label === name || (!isGroup(step) && step.stage === name))
