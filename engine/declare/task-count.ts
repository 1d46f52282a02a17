// How many tasks the wiring at hand has declared: a grid that no machine could hold is refused before memory ends.
import { DeclarationError } from "./declaration-error.ts"

/** More would take gigabytes to plan. */
export const mostTasks = 1_000_000

let declared = 0

/** @returns what `wire` wires; counts its tasks from none. @throws DeclarationError for too many */
export function countingTasks<A>(wire: () => A): A {
  declared = 0
  return wire()
}

/** @throws DeclarationError for one too many */
export function countTask(stage: string): void {
  if (++declared <= mostTasks) return
  throw new DeclarationError(
    `more than ${mostTasks.toLocaleString("en")} tasks are wired, the last of them of ${stage}: shorten the lists and counts that they come from`,
  )
}
