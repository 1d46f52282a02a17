// The frontier of a plan: which tasks have all their upstream settled. Pure bookkeeping; it runs nothing.
import type { PlannedTask } from "./plan.ts"

export class Frontier {
  readonly #settled = new Set<PlannedTask>()
  readonly #waiting = new Map<PlannedTask, number>()
  readonly #dependents = new Map<PlannedTask, Array<PlannedTask>>()

  /** Tasks join, upstream first. @returns those that wait for nothing, in their order */
  add(tasks: ReadonlyArray<PlannedTask>): ReadonlyArray<PlannedTask> {
    return tasks.filter((task) => {
      const unsettled = task.upstream.filter((upstream) => !this.#settled.has(upstream))
      for (const upstream of unsettled) {
        const dependents = this.#dependents.get(upstream)
        if (dependents === undefined) this.#dependents.set(upstream, [task])
        else dependents.push(task)
      }
      if (unsettled.length > 0) this.#waiting.set(task, unsettled.length)
      return unsettled.length === 0
    })
  }

  /** Says that a task is settled. @returns the tasks that this makes ready */
  settle(task: PlannedTask): ReadonlyArray<PlannedTask> {
    this.#settled.add(task)
    const dependents = this.#dependents.get(task) ?? []
    this.#dependents.delete(task)
    return dependents.filter((dependent) => {
      const left = this.#waiting.get(dependent)! - 1
      if (left > 0) this.#waiting.set(dependent, left)
      else this.#waiting.delete(dependent)
      return left === 0
    })
  }
}
