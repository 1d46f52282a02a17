// What fails a task and not the run: a failure of the store or the ledger is said of the task that met it.
import * as Effect from "effect/Effect"
import { FileChanged } from "../key/file-inputs.ts"
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
        failure instanceof FileChanged
      )
        return Effect.fail({ tag: failure._tag, message: failure.message })
      const { message } = failure as Error
      if (/^SQLITE_/.test(codeOf(failure) ?? "")) return Effect.fail({ tag: "LedgerError", message })
      return Effect.die(failure)
    }
  })

/** Whether whatever failed will go on failing until a person does something: a full disk, one that is read-only, a ruined ledger. */
export function takesNoMore(failure: unknown): boolean {
  for (let at = failure, depth = 0; at instanceof Error && depth < 10; at = at.cause, depth++)
    if (lasting.test(codeOf(at) ?? "")) return true
  return false
}

const lasting = /^(ENOSPC|EDQUOT|EROFS|SQLITE_(FULL|READONLY|CORRUPT|NOTADB).*)$/

const codeOf = (failure: unknown): string | undefined => (failure as { readonly code?: string } | null)?.code
