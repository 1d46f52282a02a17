// Which tasks of a plan promise equal bits on every machine: those that compute so, on inputs that are made so. Pure.
import type { Plan, PlannedTask } from "../plan/plan.ts"
import type { NumericsRegistry } from "./resolve.ts"

/** The tasks whose own numerics are not bit-exact, and all that depend on them: upstream first. */
export function inexactTasks({ tasks }: Plan, numerics: NumericsRegistry): ReadonlySet<PlannedTask> {
  const found = new Set<PlannedTask>()
  for (const task of tasks) {
    const name = task.node.stage.definition.numerics
    const isOwn = name !== undefined && numerics[name]?.exact === false
    if (isOwn || task.upstream.some((other) => found.has(other))) found.add(task)
  }
  return found
}

/** What people are told that computed them. */
export const inexactNames = (numerics: NumericsRegistry): string =>
  [
    ...new Set(
      Object.values(numerics).flatMap(({ exact, name }) => (exact ? [] : [name ?? "other numerics"])),
    ),
  ].join(", ")
