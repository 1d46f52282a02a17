// What fails a task and not the run: a failure of the store is said of the task that met it.
import * as Effect from "effect/Effect"
import { CorruptArtifact, StoreError } from "../store/store.ts"
import type { TaskError } from "../worker/protocol.ts"

/** Does something to the store; what it cannot do fails the task, anything else is a defect. */
export const orTaskError = <A>(act: () => A): Effect.Effect<A, TaskError> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(act())
    } catch (failure) {
      if (failure instanceof StoreError || failure instanceof CorruptArtifact)
        return Effect.fail({ tag: failure._tag, message: failure.message })
      return Effect.die(failure)
    }
  })
