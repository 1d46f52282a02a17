// Whether the objects of a result are there, as a hit needs them. Does not hash, but for what is read while planning.
import type { Digest } from "../content/digest.ts"
import type { OutputRecords } from "../ledger/records.ts"
import type { PlannedTask } from "../plan/planned.ts"
import { missingOf } from "../store/folders.ts"
import { isIntact, type Store } from "../store/store.ts"

/** An output whose object is gone, or was quarantined just now since its bytes were wrong. */
export interface MissingObject {
  readonly output: string
  readonly digest: Digest
  readonly isCorrupt: boolean
}

/** Whether a result has every output that its task declares, of its kind: a damaged ledger may have lost one. */
export const isAsDeclared = ({ node }: PlannedTask, outputs: OutputRecords): boolean =>
  Object.entries(node.stage.definition.outputs as Readonly<Record<string, string>>).every(
    ([name, kind]) => outputs[name]?.kind === kind,
  )

/** The first output that is missing. A value that a param is bound to is read: no worker would find it corrupt. */
export function missingObject(
  store: Store["Type"],
  task: PlannedTask,
  outputs: OutputRecords,
): MissingObject | undefined {
  for (const [output, stored] of Object.entries(outputs)) {
    const missing = missingOf(store, stored)
    if (missing !== undefined) return { output, ...missing }
    const { digest } = stored
    if (task.decisive.has(output) && !isIntact(store, digest)) return { output, digest, isCorrupt: true }
  }
  return undefined
}
