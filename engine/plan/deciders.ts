// Which tasks that will run decide whether another does: they are handed down a plan, and must not grow with it. Pure.
import type { PlannedTask } from "./planned.ts"

/** Of a task that will run: itself. Of one that is undecided: whatever it waits for. */
export type Deciders = ReadonlyArray<PlannedTask>

/**
 * As many are handed on from further up: each task of a long chain would else name all before it. What a task takes directly
 * is named whole.
 */
export const handedOn = 100

/** What decides on a task, from what decides on each that it takes, in their order. */
export function decidersOf(upstream: ReadonlyArray<Deciders>): Deciders {
  const given = [...new Set(upstream)].filter((deciders) => deciders.length > 0)
  if (given.length === 0) return []
  if (given.length === 1) return given[0]!.length > handedOn ? given[0]!.slice(0, handedOn) : given[0]!
  const all = new Set<PlannedTask>()
  let more = 0
  for (const deciders of given) {
    if (deciders.length === 1) all.add(deciders[0]!)
    else
      for (const decider of deciders) {
        if (more === handedOn) break
        if (!all.has(decider)) more++
        all.add(decider)
      }
  }
  return [...all]
}
