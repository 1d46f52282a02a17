// Scratch folders for attempts. One that a stage in the coordinator left empty is used again: to make and remove a folder
// can take longer than such a stage does, and nobody else can still be writing into it.
import { readdirSync } from "node:fs"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import type { PlannedTask } from "../plan/plan.ts"
import { Store } from "../store/store.ts"
import type { TaskError } from "../worker/protocol.ts"
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

  const isOurs = (task: PlannedTask): boolean => task.node.stage.definition.inProcess === true
  const take = (task: PlannedTask): string =>
    (isOurs(task) ? empty.pop() : undefined) ?? store.scratch(task.label)
  const giveBack = (task: PlannedTask, folder: string, exit: Exit.Exit<unknown, unknown>): void => {
    if (isOurs(task) && exit._tag === "Success" && isEmpty(folder)) empty.push(folder)
    else store.discard(folder)
  }
  const withFolder: WithFolder = (task, use) =>
    Effect.acquireUseRelease(
      orTaskError(() => take(task)),
      use,
      (folder, exit) => Effect.sync(() => giveBack(task, folder, exit)),
    )
  return withFolder
})

function isEmpty(folder: string): boolean {
  try {
    return readdirSync(folder).length === 0
  } catch {
    return false // the stage took it away
  }
}
