// Scratch folders for attempts. One that a task which was done left empty is used again: to make and remove a folder can take
// longer than a task does. Nobody writes into it any more: a worker has left its result last, and threads have ended by then.
import { readdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import type { PlannedTask } from "../plan/planned.ts"
import { Store } from "../store/store.ts"
import { resultFileName, type TaskError, taskFileName } from "../worker/protocol.ts"
import { orTaskError } from "./store-failures.ts"

/** Runs with a folder of the attempt's own; what is left in it afterwards goes. */
export type WithFolder = <A, R>(
  task: PlannedTask,
  use: (folder: string) => Effect.Effect<A, TaskError, R>,
) => Effect.Effect<A, TaskError, R>

/** The folders that wait to be used again go when the scope closes. */
export const scratchFolders = Effect.gen(function* () {
  const store = yield* Store
  const empty: Array<string> = []
  yield* Effect.addFinalizer(() => Effect.sync(() => empty.forEach(store.discard)))

  const take = (task: PlannedTask): string => empty.pop() ?? store.scratch(task.label)
  const giveBack = (folder: string, exit: Exit.Exit<unknown, unknown>): void => {
    if (exit._tag === "Success" && isEmptied(folder)) empty.push(folder)
    else store.discard(folder)
  }
  const withFolder: WithFolder = (task, use) =>
    Effect.acquireUseRelease(
      orTaskError(() => take(task)),
      use,
      (folder, exit) => Effect.sync(() => giveBack(folder, exit)),
    )
  return withFolder
})

/**
 * Whether nothing is left in a folder once what a worker was told and what it answered is gone. A task file that stayed would
 * be written over, for which some file systems make sure that its bytes are on the disk, and that takes milliseconds.
 */
function isEmptied(folder: string): boolean {
  try {
    const left = readdirSync(folder)
    if (left.some((name) => name !== taskFileName && name !== resultFileName)) return false
    for (const name of left) rmSync(join(folder, name))
    return true
  } catch {
    return false // the stage took it away
  }
}
