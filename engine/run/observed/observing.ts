// Looks up what was observed under a key, for a run or for what says what one would do. It observes nothing itself.
import type { Digest, Key } from "../../content/digest.ts"
import { freshnessOf } from "../../declare/observed/observed.ts"
import type { Reason } from "../../key/explain.ts"
import type { Resolution } from "../../key/resolve.ts"
import type { Observations, ObservedAt } from "../../ledger/observations.ts"
import type { OutputRecord, OutputRecords } from "../../ledger/records.ts"
import type { PlannedTask } from "../../plan/planned.ts"
import { isWhole } from "../../store/folders.ts"
import { intactSize, type Store } from "../../store/store.ts"
import type { TaskError } from "../../worker/protocol.ts"
import { isAsDeclared, missingObject } from "../missing-objects.ts"
import { countedOf, type LockedObservation, momentOf } from "./counted.ts"

/** What a run has to do with what its lock says was observed. */
export interface LockedObservations {
  /** What it holds of a task whose key is this one. */
  readonly of: (task: PlannedTask, key: Key) => LockedObservation | undefined
  /** Whether that alone counts, and nothing is observed: `--locked`. */
  readonly isHeld: boolean
  /** The command's words for the lock file. */
  readonly path: string
}

/** What is told of an observation that counts. */
export interface AboutObservation extends Pick<ObservedAt, "at" | "nth" | "probed"> {
  /** How many its key has. */
  readonly of: number
  /** Whether the lock names it. */
  readonly isPinned: boolean
  /** Whether it was asked by other code than today's, as far as this ledger knows. */
  readonly isOtherCode: boolean
}

/** A key's observation that counts, or what is to be done. */
export type FoundObservation =
  | {
      readonly isHit: true
      readonly outputs: OutputRecords
      readonly observed: ObservedAt
      /** The lock's, whose bytes are here and which the ledger does not know yet. */
      readonly isNew: boolean
      /** The lock's, which is not here: this one counts in its place. */
      readonly instead?: ObservedAt
      readonly about: AboutObservation
    }
  | { readonly isHit: false; readonly ask: Reason | undefined }
  /** Its probe is to be asked whether this one is still good. */
  | {
      readonly isHit: false
      readonly ask: Reason
      readonly probe: ObservedAt & { readonly outputs: OutputRecords; readonly probe: Digest }
      readonly isNew: boolean
    }
  /** It is damaged, or elsewhere, and nobody asked that it be made again. */
  | { readonly isHit: false; readonly refused: TaskError }

interface Services {
  readonly store: Store["Type"]
  readonly observations: Pick<Observations["Type"], "of">
  readonly locked: LockedObservations | undefined
  /** Milliseconds. */
  readonly now: () => number
}

export class Observing {
  readonly #services: Services
  readonly #began: number

  constructor(services: Services) {
    this.#services = services
    this.#began = services.now()
  }

  find(task: PlannedTask, { key, code }: Resolution, isForced: boolean): FoundObservation {
    const { store, observations, locked, now } = this.#services
    const isHeld = locked?.isHeld === true
    if (isForced && !isHeld) return { isHit: false, ask: { reason: "forced" } }
    const lockedOne = locked?.of(task, key)
    const all = observations.of(key).filter(({ outputs }) => isAsDeclared(task, outputs))
    const found = countedOf({
      all,
      locked: lockedOne,
      held: lockedOne && this.#held(task, lockedOne.outputs),
      fresh: freshnessOf(task.node.stage),
      now: now(),
      began: this.#began,
      isHeld,
    })
    if ("missing" in found) return { isHit: false, refused: notHere(task, found.missing, locked!) }
    if ("ask" in found)
      return isHeld ? { isHit: false, refused: notLocked(task, locked) } : { isHit: false, ask: found.ask }
    const counting = "probe" in found ? found.probe : found.counts
    const { outputs } = counting
    const missing = missingObject(store, task, outputs)
    if (missing !== undefined)
      return { isHit: false, refused: damagedObservation(task, counting, missing.output, missing.digest) }
    const { isNew } = found
    if ("probe" in found) return { isHit: false, ask: found.why, probe: found.probe, isNew }
    const { instead } = found
    const { at, nth, probed } = counting
    const asked = all.find((one) => one.nth === nth)
    const about: AboutObservation = {
      ...{ at, nth, ...(probed === undefined ? {} : { probed }) },
      of: Math.max(all.length, nth),
      isPinned: lockedOne?.at === at,
      isOtherCode: asked !== undefined && asked.code !== code.digest,
    }
    return { isHit: true, outputs, observed: momentOf(counting), isNew, about, ...(instead && { instead }) }
  }

  /** What was observed last. */
  newest(key: Key): ObservedAt | undefined {
    const last = this.#services.observations.of(key).at(-1)
    return last && momentOf(last)
  }

  /** What a lock names, where all of it is here, each hashed. */
  #held({ node }: PlannedTask, digests: LockedObservation["outputs"]): OutputRecords | undefined {
    const { store } = this.#services
    const found: Array<readonly [string, OutputRecord]> = []
    for (const [name, kind] of Object.entries(node.stage.definition.outputs as Record<string, string>)) {
      const digest = digests[name]
      const size = digest === undefined ? undefined : intactSize(store, digest)
      if (digest === undefined || size === undefined) return undefined
      if (!isWhole(store, { kind, digest, size })) return undefined
      found.push([name, { kind, digest, size }])
    }
    return Object.fromEntries(found)
  }
}

const notHere = (
  { label, stage }: PlannedTask,
  { at }: ObservedAt,
  { path, isHeld }: LockedObservations,
): TaskError => ({
  tag: "ObservationMissing",
  message: `what ${label} observed at ${at}, as ${path} pins it, is not in this store, and is not asked again by itself: name the store that has it with --artifacts, or copy its objects here${isHeld ? "" : `; --force ${label} asks again (--force ${stage} all of its stage)`}`,
})

const notLocked = ({ label }: PlannedTask, locked: LockedObservations | undefined): TaskError => ({
  tag: "ObservationMissing",
  message: `${locked?.path ?? "the lock file"} has no observation of ${label}, and --locked observes nothing: run without --locked, then --update-lock`,
})

/** Another erased it, or the clock went back. */
export const goneMeanwhile = ({ label }: PlannedTask): TaskError => ({
  tag: "ObservationMissing",
  message: `what ${label} observed was let go of while its probe was asked: run it again`,
})

/** Such as one whose object was quarantined. */
export const damagedObservation = (
  { label }: Pick<PlannedTask, "label">,
  { at }: Pick<ObservedAt, "at">,
  output: string,
  digest: Digest,
): TaskError => ({
  tag: "ObservationDamaged",
  message: `what ${label} observed at ${at} is damaged or gone (${output}, ${digest}), and is not asked again by itself: put the object back from a store that has it, or ask again with --force ${label} or after \`forget ${label}\``,
})
