// Hit or miss: a hit needs a result and all its objects at their recorded sizes; a miss has its reasons.
import type { Digest } from "../content/digest.ts"
import { describeResult, explain, type Reason } from "../key/explain.ts"
import type { Resolution } from "../key/resolve.ts"
import type { OutputRecords } from "../ledger/records.ts"
import type { Results } from "../ledger/results.ts"
import type { PlannedTask } from "../plan/plan.ts"
import type { Store } from "../store/store.ts"
import { isAsDeclared, missingObject } from "./missing-objects.ts"

export type Found =
  | { readonly isHit: true; readonly outputs: OutputRecords }
  | {
      readonly isHit: false
      readonly why: ReadonlyArray<Reason>
      /** The object that was found corrupt, and quarantined. */
      readonly corrupt?: Digest
    }

/** How many earlier results of a stage a miss is compared with. */
const comparedWith = 200

/** Looks tasks up for one run; a stage's earlier results are those of when it was first asked for, for the reasons. */
export class LookUp {
  readonly #store: Store["Type"]
  readonly #results: Results["Type"]
  readonly #earlier = new Map<string, ReadonlyArray<ReturnType<typeof describeResult>>>()

  constructor(store: Store["Type"], results: Results["Type"]) {
    this.#store = store
    this.#results = results
  }

  find(task: PlannedTask, resolution: Resolution, isForced: boolean): Found {
    const outputs = this.#results.outputs(resolution.key)
    if (outputs === undefined || !isAsDeclared(task, outputs))
      return { isHit: false, why: this.#reasons(resolution) }
    if (isForced) return { isHit: false, why: [{ reason: "forced" }] }
    const missing = missingObject(this.#store, task, outputs)
    if (missing === undefined) return { isHit: true, outputs }
    const { output, digest, isCorrupt } = missing
    const why: ReadonlyArray<Reason> = [{ reason: "object-missing", output, digest }]
    return isCorrupt ? { isHit: false, why, corrupt: digest } : { isHit: false, why }
  }

  #reasons({ fingerprint, code }: Resolution): ReadonlyArray<Reason> {
    const { stage } = fingerprint
    let earlier = this.#earlier.get(stage)
    if (earlier === undefined) {
      earlier = this.#results.recent(stage, comparedWith).map(describeResult)
      this.#earlier.set(stage, earlier)
    }
    return explain({ fingerprint, sources: code.sources }, earlier)
  }
}
