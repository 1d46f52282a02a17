// The frontier of a plan: which tasks have all their upstream settled. Pure bookkeeping; it runs nothing.
import type { Plan, PlannedTask } from "./plan.ts"

export interface Frontier {
  /** Tasks that wait for nothing, in the order of declaration. */
  readonly first: ReadonlyArray<PlannedTask>
  /** Says that a task is settled. @returns the tasks that this makes ready */
  readonly settle: (task: PlannedTask) => ReadonlyArray<PlannedTask>
}

export function frontier({ tasks }: Plan): Frontier {
  const waiting = new Map(tasks.map((task) => [task, task.upstream.length]))
  const dependents = new Map<PlannedTask, Array<PlannedTask>>(tasks.map((task) => [task, []]))
  for (const task of tasks) for (const upstream of task.upstream) dependents.get(upstream)!.push(task)
  return {
    first: tasks.filter((task) => task.upstream.length === 0),
    settle: (task) =>
      dependents.get(task)!.filter((dependent) => {
        const left = waiting.get(dependent)! - 1
        waiting.set(dependent, left)
        return left === 0
      }),
  }
}
