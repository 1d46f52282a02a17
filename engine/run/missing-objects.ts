// Whether the objects of a result are there, as a hit needs them. Does not hash, but for what is read while planning.
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { Digest } from "../content/digest.ts"
import type { OutputRecords } from "../ledger/ledger.ts"
import type { PlannedTask } from "../plan/plan.ts"
import { Store } from "../store/store.ts"

/** An output whose object is gone, or was quarantined just now since its bytes were wrong. */
export interface Lack {
  readonly output: string
  readonly digest: Digest
  readonly isCorrupt: boolean
}

/**
 * @returns a function that gives the first output that is lacking. A value that a param is bound to is read: there is no
 * worker that would find it corrupt.
 */
export const lacks = Effect.map(
  Store,
  (store) =>
    (task: PlannedTask, outputs: OutputRecords): Lack | undefined => {
      for (const [output, { digest, size }] of Object.entries(outputs)) {
        if (!store.has(digest, size)) return { output, digest, isCorrupt: false }
        if (task.decisive.has(output) && Exit.isFailure(Effect.runSync(Effect.exit(store.read(digest)))))
          return { output, digest, isCorrupt: true }
      }
      return undefined
    },
)
