// Hit or miss: a hit needs a result and all its objects at their recorded sizes; a miss has its reasons.
import type { Digest } from "../content/digest.ts"
import type { EarlierResults } from "../key/earlier-result.ts"
import type { Reason } from "../key/explain.ts"
import type { Resolution } from "../key/resolve.ts"
import type { OutputRecords } from "../ledger/records.ts"
import type { Results } from "../ledger/results.ts"
import type { PlannedTask } from "../plan/planned.ts"
import type { Store } from "../store/store.ts"
import { isAsDeclared, missingObject } from "./missing-objects.ts"

export type Found =
  | { readonly isHit: true; readonly outputs: OutputRecords }
  | {
      readonly isHit: false
      /** Its reasons are found when they are told, for what runs alone. */
      readonly why: () => ReadonlyArray<Reason>
      /** The object that was found corrupt, and quarantined. */
      readonly corrupt?: Digest
    }

/** Looks tasks up for one run. */
export class LookUp {
  readonly #store: Store["Type"]
  readonly #results: Results["Type"]
  readonly #earlier: EarlierResults

  constructor(store: Store["Type"], results: Results["Type"], earlier: EarlierResults) {
    this.#store = store
    this.#results = results
    this.#earlier = earlier
  }

  find(task: PlannedTask, resolution: Resolution, isForced: boolean): Found {
    const outputs = this.#results.outputs(resolution.key)
    if (outputs === undefined || !isAsDeclared(task, outputs))
      return { isHit: false, why: () => this.#earlier.whyMissing(task.label, resolution) }
    if (isForced) return { isHit: false, why: () => [{ reason: "forced" }] }
    const missing = missingObject(this.#store, task, outputs)
    if (missing === undefined) return { isHit: true, outputs }
    const { output, digest, isCorrupt } = missing
    const why = (): ReadonlyArray<Reason> => [{ reason: "object-missing", output, digest }]
    return isCorrupt ? { isHit: false, why, corrupt: digest } : { isHit: false, why }
  }
}
