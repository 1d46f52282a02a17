// Folders for attempts. One that a stage in the coordinator left empty is used again: to make and remove a folder can
// take longer than such a stage does, and nobody else can still be writing into it.
import { readdirSync } from "node:fs"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import type { PlannedTask } from "../plan/plan.ts"
import { Store, type StoreError } from "../store/store.ts"

/** Runs with a folder of the attempt's own; what is left in it afterwards goes. */
export type WithFolder = <A, E, R>(
  task: PlannedTask,
  use: (folder: string) => Effect.Effect<A, E, R>,
) => Effect.Effect<A, E | StoreError, R>

/** The folders that wait to be used again go when the scope closes. */
export const attemptFolders = Effect.gen(function* () {
  const store = yield* Store
  const empty: Array<string> = []
  yield* Effect.addFinalizer(() => Effect.forEach(empty, store.discard, { discard: true }))

  const isOurs = (task: PlannedTask): boolean => task.node.stage.definition.inProcess === true
  const take = (task: PlannedTask): Effect.Effect<string, StoreError> => {
    const known = isOurs(task) ? empty.pop() : undefined
    return known === undefined ? store.scratch(task.label) : Effect.succeed(known)
  }
  const giveBack = (
    task: PlannedTask,
    folder: string,
    exit: Exit.Exit<unknown, unknown>,
  ): Effect.Effect<void> => {
    if (!isOurs(task) || exit._tag === "Failure" || !isEmpty(folder)) return store.discard(folder)
    return Effect.sync(() => void empty.push(folder))
  }
  const withFolder: WithFolder = (task, use) =>
    Effect.acquireUseRelease(take(task), use, (folder, exit) => giveBack(task, folder, exit))
  return withFolder
})

function isEmpty(folder: string): boolean {
  try {
    return readdirSync(folder).length === 0
  } catch {
    return false // the stage took it away
  }
}
