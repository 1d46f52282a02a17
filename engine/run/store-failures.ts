// What fails a task and not the run: a failure of the store or the ledger is said of the task that met it.
import * as Effect from "effect/Effect"
import { FileChanged } from "../code/local-file.ts"
import { EnvironmentMissing } from "../code/programs/missing.ts"
import { LedgerError } from "../ledger/records.ts"
import { CorruptArtifact, StoreError } from "../store/store.ts"
import type { TaskError } from "../worker/protocol.ts"

/** Does something to store or ledger; what they cannot do fails the task, anything else is a defect. */
export const orTaskError = <A>(act: () => A): Effect.Effect<A, TaskError> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(act())
    } catch (failure) {
      if (
        failure instanceof StoreError ||
        failure instanceof CorruptArtifact ||
        failure instanceof LedgerError ||
        failure instanceof FileChanged ||
        failure instanceof EnvironmentMissing
      )
        return Effect.fail({
          tag: failure._tag,
          message: failure.message,
          ...(failure instanceof CorruptArtifact ? { corrupt: failure.digest } : {}),
        })
      return Effect.die(failure)
    }
  })

/** Whether whatever failed will go on failing until a person does something: a full disk, one that is read-only, a ruined ledger. */
export function takesNoMore(failure: Error): boolean {
  if (failure instanceof LedgerError) return failure.reason !== undefined
  const { code } = (failure.cause ?? failure) as { readonly code?: unknown }
  return ["ENOSPC", "EDQUOT", "EROFS"].includes(String(code))
}
