// What a lock names, results and what other experiments' locks give, against today's plan. Pure.
import { lockedInputs } from "../plan/locked-inputs.ts"
import type { Plan } from "../plan/plan.ts"
import type { Difference } from "../report/differences.ts"
import type { Lock } from "./lock-file.ts"
import { lockedResults } from "./lock-of.ts"

/** What other experiments' lock files give, and gave. */
export function lockedElsewhere(lock: Lock, plan: Plan): ReadonlyArray<Difference> {
  const today = lockedInputs(plan.tasks)
  return [...new Set([...Object.keys(lock.locked), ...today.keys()])].flatMap((name) => {
    const [locked, found] = [lock.locked[name] ?? null, today.get(name)?.digest ?? null]
    if (locked === found) return []
    const [experiment, ...result] = name.split(" ")
    return [{ what: "locked", experiment: experiment!, result: result.join(" "), locked, found }]
  })
}

/** Which outputs the named results are; nothing of a lock that names none, as older ones do. */
export function resultNames({ results }: Lock, plan: Plan): ReadonlyArray<Difference> {
  if (Object.keys(results).length === 0) return []
  const today = lockedResults(plan)
  const told = (from: Lock["results"], name: string): string | null =>
    Object.hasOwn(from, name) ? `${from[name]!.task} ${from[name]!.output}` : null
  return [...new Set([...Object.keys(results), ...Object.keys(today)])].flatMap((name) => {
    const [locked, found] = [told(results, name), told(today, name)]
    return locked === found ? [] : [{ what: "result", name, locked, found }]
  })
}
