// Hit or miss: a hit needs a result and all its objects at their recorded sizes; a miss has its reasons.
import * as Effect from "effect/Effect"
import type { Digest } from "../content/digest.ts"
import { describeResult, explain, type Reason } from "../key/explain.ts"
import type { Resolution } from "../key/resolve.ts"
import { Ledger, type OutputRecords } from "../ledger/ledger.ts"
import type { PlannedTask } from "../plan/plan.ts"
import { lacks } from "./missing-objects.ts"

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

/** @returns a look-up of stage results, as they were when each stage was first asked for, for the reasons */
export const lookUps = Effect.gen(function* () {
  const lackOf = yield* lacks
  const ledger = yield* Ledger
  const earlier = new Map<string, ReadonlyArray<ReturnType<typeof describeResult>>>()

  return (task: PlannedTask, resolution: Resolution, isForced: boolean): Found => {
    const outputs = ledger.outputs(resolution.key)
    if (outputs === undefined) {
      const { stage } = resolution.fingerprint
      if (!earlier.has(stage)) earlier.set(stage, ledger.recent(stage, comparedWith).map(describeResult))
      const now = { fingerprint: resolution.fingerprint, sources: resolution.code.sources }
      return { isHit: false, why: explain(now, earlier.get(stage)!) }
    }
    if (isForced) return { isHit: false, why: [{ reason: "forced" }] }
    const lack = lackOf(task, outputs)
    if (lack === undefined) return { isHit: true, outputs }
    const { output, digest, isCorrupt } = lack
    const why: ReadonlyArray<Reason> = [{ reason: "object-missing", output, digest }]
    return isCorrupt ? { isHit: false, why, corrupt: digest } : { isHit: false, why }
  }
})
