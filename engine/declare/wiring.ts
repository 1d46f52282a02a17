// What the wiring at hand has declared: every task, group and local file, whether something is wired to it or not, and how many tasks
// there are by now.
import { DeclarationError } from "./declaration-error.ts"
import type { FileNode, GroupNode, TaskNode } from "./task.ts"

/** More would take gigabytes to plan: a grid that no machine could hold is refused before memory ends. */
export const mostTasks = 1_000_000

/** In order of declaration. */
export interface Declared {
  readonly tasks: ReadonlyArray<TaskNode>
  readonly groups: ReadonlyArray<GroupNode>
  readonly files: ReadonlyArray<FileNode>
}

export interface Wired<A> {
  readonly value: A
  readonly declared: Declared
}

/** Outside a wiring, nobody asks. */
let declared:
  | { readonly tasks: Array<TaskNode>; readonly groups: Array<GroupNode>; readonly files: Array<FileNode> }
  | undefined

/** @returns what `wire` returns, and what it declares. @throws DeclarationError for too many tasks */
export function wired<A>(wire: () => A): Wired<A> {
  const before = declared
  const noted = { tasks: [], groups: [], files: [] }
  declared = noted
  try {
    return { value: wire(), declared: noted }
  } finally {
    declared = before
  }
}

/** @throws DeclarationError for one too many */
export function noteTask(task: TaskNode): void {
  if (declared === undefined || declared.tasks.push(task) <= mostTasks) return
  throw new DeclarationError(
    `more than ${mostTasks.toLocaleString("en")} tasks are wired, the last of them of ${task.stage.stageName}: shorten the lists and counts that they come from`,
  )
}

export function noteGroup(group: GroupNode): void {
  declared?.groups.push(group)
}

export function noteFile(file: FileNode): void {
  declared?.files.push(file)
}
