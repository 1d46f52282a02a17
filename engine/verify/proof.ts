// How much a verification proved: digests that were compared, of all that could be, and what adopted results leave open. Pure.
import { digestsOf } from "../lock/compare-locks.ts"
import type { Lock } from "../lock/lock-file.ts"
import type { Plan } from "../plan/plan.ts"
import type { PlannedStep, PlannedTask } from "../plan/planned.ts"

/** By task, the names of the lock's digests that were compared. */
type Compared = ReadonlyMap<PlannedTask, ReadonlySet<string>>

/** @param provable the tasks that could be recomputed; what was compared of others counts for nothing */
export function comparedOf(lock: Lock, provable: ReadonlyArray<PlannedTask>, compared: Compared) {
  let [all, seen] = [0, 0]
  for (const task of provable) {
    all += allOf(lock, task)
    seen += compared.get(task)?.size ?? 0
  }
  return { all, compared: seen, escapes: all === 0 ? 1 : 1 - seen / all }
}

const allOf = (lock: Lock, { label }: PlannedTask): number => {
  const locked = lock.tasks[label]
  return locked === undefined ? 0 : Object.keys(digestsOf(locked)).length
}

/** Tasks whose results were adopted from other code, but for those of which every digest was compared now. */
export const adoptedTasks = (
  { tasks }: Plan,
  lock: Lock,
  compared: Compared = new Map(),
): ReadonlyArray<PlannedTask> =>
  tasks.filter(
    (task) =>
      lock.tasks[task.label]?.adopted !== undefined && (compared.get(task)?.size ?? 0) < allOf(lock, task),
  )

/** The same as data, with what rests on them; nothing where there are none. */
export function adoptedFacts({ tasks }: Plan, lock: Lock, adopted: ReadonlyArray<PlannedTask>) {
  if (adopted.length === 0) return {}
  const own = new Set<PlannedStep>(adopted)
  const resting = new Set<PlannedStep>()
  for (const task of tasks) // upstream first
    if (task.upstream.some((other) => own.has(other) || resting.has(other))) resting.add(task)
  return {
    adopted: adopted.map(({ label }) => ({ task: label, mark: lock.tasks[label]!.adopted })),
    restsOnAdopted: [...resting].filter((task) => !own.has(task)).map(({ label }) => label),
  }
}
