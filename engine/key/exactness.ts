// Which tasks promise equal bits on every machine: those that compute so, on inputs that are made so. Pure.
import type { Plan } from "../plan/plan.ts"
import { isGroup, type PlannedStep, type PlannedTask } from "../plan/planned.ts"
import type { NumericsRegistry } from "./numerics.ts"

/**
 * Whether a task's own numerics are not bit-exact, or something that it depends on is among `inexact`; of a group, whether what it is
 * made of or over is.
 *
 * @param ends of a group that is open, what gives its outputs
 */
export function isInexact(
  step: PlannedStep,
  numerics: NumericsRegistry,
  inexact: ReadonlySet<PlannedStep>,
  ends: ReadonlyArray<PlannedTask> = [],
): boolean {
  const name = isGroup(step) ? undefined : step.node.stage.definition.numerics
  const isOwn = name !== undefined && numerics[name]?.exact === false
  return isOwn || [...step.upstream, ...ends].some((other) => inexact.has(other))
}

/** The tasks of a plan whose own numerics are not bit-exact, and all that depend on them: upstream first. */
export function inexactTasks(
  { steps, opened }: Pick<Plan, "steps" | "opened">,
  numerics: NumericsRegistry,
): ReadonlySet<PlannedTask> {
  const found = new Set<PlannedStep>()
  for (const step of steps)
    if (isInexact(step, numerics, found, isGroup(step) ? opened(step)?.ends : [])) found.add(step)
  return new Set([...found].filter((step): step is PlannedTask => !isGroup(step)))
}

/** What people are told that computed them. */
export const inexactNames = (numerics: NumericsRegistry): string =>
  [
    ...new Set(
      Object.values(numerics).flatMap(({ exact, name }) => (exact ? [] : [name ?? "other numerics"])),
    ),
  ].join(", ")
