// A run that its disk, or its ledger, cut off: tasks ran, and what came of them could not be written down. The next run goes on from
// there.
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import { diskMessageOf } from "../content/disk-failure.ts"
import { LedgerError } from "../ledger/records.ts"
import { StoreError } from "../store/store.ts"

/** Exit 1, with the remedy. */
export class RunCutOff extends Error {
  readonly _tag = "RunCutOff"
}

/** What a disk refuses, or a ledger that is no damaged one, ends the run with words for a person; anything else stays what it is. */
export const orCutOff = <A, E, R>(
  running: Effect.Effect<A, E, R>,
  artifacts: string,
): Effect.Effect<A, E | RunCutOff, R> =>
  Effect.catchAllCause(running, (cause): Effect.Effect<never, E | RunCutOff> => {
    const message = Cause.isInterrupted(cause) ? undefined : messageIn(Cause.squash(cause), artifacts)
    return message === undefined
      ? Effect.failCause(cause)
      : Effect.fail(
          new RunCutOff(`the run was cut off: ${message}`, {
            cause: Cause.squash(cause),
          }),
        )
  })

function messageIn(failure: unknown, artifacts: string): string | undefined {
  if (failure instanceof LedgerError) return failure.reason === "damaged" ? undefined : failure.message
  const { cause } = failure as { readonly cause?: unknown }
  if (failure instanceof StoreError)
    return diskMessageOf(cause, artifacts) === undefined ? undefined : failure.message
  return diskMessageOf(failure, artifacts)
}
