// Which tasks promise equal bits on every machine: those that compute so, on inputs that are made so. Pure.
import type { PlannedTask } from "../plan/plan.ts"
import type { NumericsRegistry } from "./numerics.ts"

/** Whether a task's own numerics are not bit-exact, or something that it depends on is among `inexact`. */
export function isInexact(
  task: PlannedTask,
  numerics: NumericsRegistry,
  inexact: ReadonlySet<PlannedTask>,
): boolean {
  const name = task.node.stage.definition.numerics
  const isOwn = name !== undefined && numerics[name]?.exact === false
  return isOwn || task.upstream.some((other) => inexact.has(other))
}

/** The tasks of a plan whose own numerics are not bit-exact, and all that depend on them: upstream first. */
export function inexactTasks(
  { tasks }: { readonly tasks: ReadonlyArray<PlannedTask> },
  numerics: NumericsRegistry,
): ReadonlySet<PlannedTask> {
  const found = new Set<PlannedTask>()
  for (const task of tasks) if (isInexact(task, numerics, found)) found.add(task)
  return found
}

/** What people are told that computed them. */
export const inexactNames = (numerics: NumericsRegistry): string =>
  [
    ...new Set(
      Object.values(numerics).flatMap(({ exact, name }) => (exact ? [] : [name ?? "other numerics"])),
    ),
  ].join(", ")
