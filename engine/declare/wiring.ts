// What the wiring at hand has declared: every task, whether something is wired to it or not, and how many there are by now.
import { DeclarationError } from "./declaration-error.ts"
import type { TaskNode } from "./task.ts"

/** More would take gigabytes to plan: a grid that no machine could hold is refused before memory ends. */
export const mostTasks = 1_000_000

export interface Wired<A> {
  readonly value: A
  /** In order of declaration. */
  readonly declared: ReadonlyArray<TaskNode>
}

/** Outside a wiring, nobody asks. */
let declared: Array<TaskNode> | undefined

/** @returns what `wire` returns, and the tasks that it declares. @throws DeclarationError for too many of them */
export function wired<A>(wire: () => A): Wired<A> {
  const before = declared
  const noted: Array<TaskNode> = []
  declared = noted
  try {
    return { value: wire(), declared: noted }
  } finally {
    declared = before
  }
}

/** @throws DeclarationError for one too many */
export function noteTask(task: TaskNode): void {
  if (declared === undefined || declared.push(task) <= mostTasks) return
  throw new DeclarationError(
    `more than ${mostTasks.toLocaleString("en")} tasks are wired, the last of them of ${task.stage.stageName}: shorten the lists and counts that they come from`,
  )
}
