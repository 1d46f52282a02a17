// What a person means by the name of a task: a task's label, its stage, or a group that it stands in. Pure.
import { groupIn } from "./labels.ts"
import type { Plan } from "./plan.ts"
import { isGroup, type PlannedStep, type PlannedTask } from "./planned.ts"

/** Whether a task is meant by one of several names. */
export function isNamed(names: ReadonlySet<string>, task: PlannedTask): boolean {
  if (names.size === 0) return false
  const isGiven = (sort: string, name: string): boolean => names.has(name) || names.has(`${sort}:${name}`)
  return (
    isGiven("stage", task.stage) ||
    names.has(task.label) ||
    groupsOf(task).some((group) => isGiven("group", group))
  )
}

/** The groups that a task stands in, by their names and by their labels. */
function groupsOf({ inside }: PlannedTask): ReadonlyArray<string> {
  const scope = Object.entries(inside?.scope ?? {})
  return scope.flatMap(([group], i) => [group, groupIn(group, Object.fromEntries(scope.slice(0, i)))])
}

/** Steps by a name: a task or a group by its label, tasks by their stage; `stage:NAME` and `group:NAME` say which. */
export const stepsNamed = ({ steps }: Pick<Plan, "steps">, name: string): ReadonlyArray<PlannedStep> =>
  steps.filter(
    (step) =>
      step.label === name ||
      (isGroup(step)
        ? `group:${step.label}` === name
        : step.stage === name || `stage:${step.stage}` === name),
  )

/** Why a name says too little, if it does: a stage and a group have it, and other tasks. */
export function ambiguous({ steps }: Pick<Plan, "steps">, name: string): string | undefined {
  const tasks = steps.filter((step): step is PlannedTask => !isGroup(step))
  const ofStage = tasks.filter(({ stage }) => stage === name)
  const isGroups = steps.some((step) => isGroup(step) && (step.label === name || step.node.name === name))
  if (!isGroups || ofStage.length === 0) return undefined
  const inGroup = tasks.filter((task) => groupsOf(task).includes(name))
  const areSame = ofStage.length === inGroup.length && ofStage.every((task) => inGroup.includes(task))
  return areSame
    ? undefined
    : `"${name}" is a stage and a group, and they have other tasks: say stage:${name} or group:${name}`
}
