// Hit or miss: a hit needs a result and all its objects at their recorded sizes; a miss has its reasons.
import type { Digest } from "../content/digest.ts"
import { isObserved } from "../declare/observed/observed.ts"
import type { EarlierResults } from "../key/earlier-result.ts"
import type { Reason } from "../key/explain.ts"
import type { Resolution } from "../key/resolve.ts"
import type { Observations, ObservedAt } from "../ledger/observations.ts"
import type { OutputRecords } from "../ledger/records.ts"
import type { Results } from "../ledger/results.ts"
import type { PlannedTask } from "../plan/planned.ts"
import type { Store } from "../store/store.ts"
import type { TaskError } from "../worker/protocol.ts"
import { isAsDeclared, missingObject } from "./missing-objects.ts"
import type { FoundObservation, Observing } from "./observed/observing.ts"

export type Found =
  | ({ readonly isHit: true; readonly outputs: OutputRecords } & Partial<
      Pick<Extract<FoundObservation, { readonly isHit: true }>, "observed" | "instead">
    >)
  | {
      readonly isHit: false
      /** Its reasons are found when they are told, for what runs alone. */
      readonly why: () => ReadonlyArray<Reason>
      /** The object that was found corrupt, and quarantined. */
      readonly corrupt?: Digest
      /** What its probe is to give if what was observed is good. */
      readonly known?: Digest
      /** It does not run either, for what this says. */
      readonly refused?: TaskError
    }

/** Looks tasks up for one run. */
export class LookUp {
  readonly #store: Store["Type"]
  readonly #results: Results["Type"]
  readonly #earlier: EarlierResults
  readonly #observing: Observing
  readonly #observations: Observations["Type"]

  constructor({ store, results, earlier, observing, observations }: LookUpServices) {
    this.#store = store
    this.#results = results
    this.#earlier = earlier
    this.#observing = observing
    this.#observations = observations
  }

  /** When what a task gave just now was observed, if it was. */
  observed(task: PlannedTask, { key }: Resolution): ObservedAt | undefined {
    return isObserved(task.node.stage) ? this.#observing.newest(key) : undefined
  }

  find(task: PlannedTask, resolution: Resolution, isForced: boolean): Found {
    if (isObserved(task.node.stage)) return this.#observation(task, resolution, isForced)
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

  /** What the lock names and this ledger did not know is known from now on. */
  #observation(task: PlannedTask, resolution: Resolution, isForced: boolean): Found {
    const { key, code } = resolution
    const found = this.#observing.find(task, resolution, isForced)
    if (found.isHit) {
      const { outputs, observed, isNew, instead } = found
      if (!isNew) return { isHit: true, outputs, observed, ...(instead && { instead }) }
      const { nth } = observed
      const known = this.#observations.add(key, { ...observed, outputs, code: code.digest }, nth)
      return { isHit: true, outputs, observed: known }
    }
    if ("refused" in found) return { isHit: false, why: () => [], refused: found.refused }
    const { ask } = found
    if ("probe" in found) {
      const { probe, isNew } = found
      if (isNew) this.#observations.add(key, { ...probe, code: code.digest }, probe.nth)
      return { isHit: false, why: () => [ask!], known: probe.probe }
    }
    return {
      isHit: false,
      why: () => (ask === undefined ? this.#earlier.whyMissing(task.label, resolution) : [ask]),
    }
  }
}

interface LookUpServices {
  readonly store: Store["Type"]
  readonly results: Results["Type"]
  readonly earlier: EarlierResults
  readonly observing: Observing
  readonly observations: Observations["Type"]
}
