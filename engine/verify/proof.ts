// How much a verification proved: digests that were compared, of all that could be, and what adopted results leave open. Pure.
import { isObserved } from "../declare/observed/observed.ts"
import type { Resolution } from "../key/resolve.ts"
import { digestsOf, type Lines } from "../lock/compare-locks.ts"
import type { Current } from "../lock/current.ts"
import { isEnvironmentUnknown, uncheckedEnvironment, uncheckedVariables } from "../lock/environments.ts"
import type { Plan } from "../plan/plan.ts"
import { isGroup, type PlannedStep, type PlannedTask } from "../plan/planned.ts"
import type { Difference } from "../report/differences.ts"

/** By task, the names of the lock's digests that were compared. */
type Compared = ReadonlyMap<PlannedTask, ReadonlySet<string>>

/** @param provable the tasks that could be recomputed; what was compared of others counts for nothing */
export function comparedOf(lines: Lines, provable: ReadonlyArray<PlannedTask>, compared: Compared) {
  let [all, seen] = [0, 0]
  for (const task of provable) {
    all += allOf(lines, task)
    seen += compared.get(task)?.size ?? 0
  }
  return { all, compared: seen, escapes: all === 0 ? 1 : 1 - seen / all }
}

const allOf = (lines: Lines, { label }: PlannedTask): number => {
  const locked = lines[label]
  return locked === undefined ? 0 : Object.keys(digestsOf(locked)).length
}

/** Tasks whose results were adopted from other code, but for those of which every digest was compared now. */
export const adoptedTasks = (
  { tasks }: Plan,
  lines: Lines,
  compared: Compared = new Map(),
): ReadonlyArray<PlannedTask> =>
  tasks.filter(
    (task) =>
      lines[task.label]?.adopted !== undefined && (compared.get(task)?.size ?? 0) < allOf(lines, task),
  )

/** The same as data, with what rests on them; nothing where there are none. */
export function adoptedFacts({ steps, opened }: Plan, lines: Lines, adopted: ReadonlyArray<PlannedTask>) {
  if (adopted.length === 0) return {}
  const own = new Set<PlannedStep>(adopted)
  const resting = new Set<PlannedStep>()
  for (const step of steps) {
    // Upstream first, and a group behind what it is made of.
    const ends = (isGroup(step) ? opened(step)?.ends : undefined) ?? []
    if ([...step.upstream, ...ends].some((other) => own.has(other) || resting.has(other))) resting.add(step)
  }
  return {
    adopted: adopted.map(({ label }) => ({ task: label, mark: lines[label]!.adopted })),
    restsOnAdopted: [...resting].filter((step) => !isGroup(step) && !own.has(step)).map(({ label }) => label),
  }
}

/** What programs run in, and variables that stages declare: which of it was taken from the lock, and why, and which nobody knows. By stage; nothing where there are none. */
export function environmentFacts(resolutions: Iterable<Resolution>) {
  const notChecked = new Map<string, string>()
  const unknown = new Set<string>()
  for (const resolution of resolutions) {
    const { stage } = resolution.fingerprint
    const why = uncheckedEnvironment(resolution) ?? uncheckedVariables(resolution)
    if (why !== undefined) notChecked.set(stage, why)
    if (isEnvironmentUnknown(resolution)) unknown.add(stage)
  }
  return {
    ...(notChecked.size === 0
      ? {}
      : { environmentsNotChecked: [...notChecked].map(([stage, why]) => ({ stage, why })) }),
    ...(unknown.size === 0 ? {} : { environmentsUnknown: [...unknown] }),
  }
}

/** What was observed and not computed, which nothing can prove: when, by the lock, and how much of it is not in the store. */
export function observedFacts(
  { plan, lines, unchecked }: Pick<Current, "plan" | "lines" | "unchecked">,
  elsewhere: ReadonlyArray<Difference>,
) {
  const times = plan.tasks.flatMap(({ label, node }) =>
    isObserved(node.stage) ? [lines[label]?.observed?.at ?? ""] : [],
  )
  const known = times.filter((at) => at !== "").sort()
  if (times.length === 0) return {}
  return {
    observed: {
      tasks: times.length,
      first: known[0] ?? null,
      last: known.at(-1) ?? null,
      elsewhere: elsewhere.length,
      unchecked: unchecked.map(({ label }) => label),
    },
  }
}
