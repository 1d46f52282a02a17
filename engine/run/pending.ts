// The tasks of a run that are no hits: they wait for room, are claimed, or wait for another pipeline that is at them. It starts none.

import type { Key } from "../content/digest.ts"
import type { Reason } from "../key/explain.ts"
import type { Resolution } from "../key/resolve.ts"
import type { Claims, Owner } from "../ledger/claims.ts"
import { isNamed } from "../plan/named.ts"
import type { PlannedTask } from "../plan/planned.ts"
import type { Events } from "../report/events.ts"
import type { Admission } from "./capacity/admission.ts"
import { DoesNotFit } from "./capacity/does-not-fit.ts"
import { mutexClaim } from "./capacity/mutex.ts"
import { isBounded, type Needs, needing } from "./capacity/needs.ts"
import { claimOf } from "./chain.ts"
import type { LookUp } from "./look-up.ts"
import type { RunOptions } from "./options.ts"
import { type Where, whereOf } from "./where.ts"

/** A task that is no hit: it waits for a place to run, or runs. */
export interface Pending {
  readonly task: PlannedTask
  readonly resolution: Resolution
  /** Told when it starts. */
  readonly why: () => ReadonlyArray<Reason>
}

export interface PendingServices {
  readonly options: RunOptions
  readonly lookUp: LookUp
  readonly claims: Claims["Type"]
  readonly emit: Events["Type"]["emit"]
  readonly expected: (task: PlannedTask) => number | undefined
  readonly admission: Admission<Pending>
}

export class PendingTasks {
  readonly #services: PendingServices
  readonly #settleIfHit: (pending: Pending) => boolean
  readonly #needs: ReturnType<typeof needing>
  /** What another pipeline is at, or another task of this one that shares its key or chain. */
  #elsewhere: Array<Pending> = []
  /** How many were found to be done as they were claimed. */
  #found = 0
  /** Whom each of them waits for, as far as that has been told. */
  readonly #waitsFor = new Map<PlannedTask, string>()

  /** @param settleIfHit looks a task up once more, and settles it where it is done */
  constructor(services: PendingServices, settleIfHit: (pending: Pending) => boolean) {
    this.#services = services
    this.#settleIfHit = settleIfHit
    this.#needs = needing(services.options.policies, services.options.limits ?? {})
  }

  get isWaitingForOthers(): boolean {
    return this.#elsewhere.length > 0 || this.#services.admission.isWaitingForOthers
  }

  isWaiting(where: Where): boolean {
    return this.#services.admission.isWaiting(where)
  }

  /** Why a task would wait for ever, if it would. */
  doesNotFit(task: PlannedTask, where: Where): DoesNotFit | undefined {
    const { admission } = this.#services
    const needs = this.#needs(task.node.stage, where)
    const excess = admission.excess(needs)
    return excess === undefined ? undefined : new DoesNotFit(task.stage, needs, excess, admission.all)
  }

  wait(pending: Pending): void {
    const { admission, expected } = this.#services
    admission.add(pending, this.#needsOf(pending), expected(pending.task))
  }

  /** For both places: what is found to be done as it is claimed makes others ready, wherever they run, and nothing else would start them. */
  claimAll(places: Readonly<Record<Where, number>>, isStopping: () => boolean): ReadonlyArray<Pending> {
    const claimed: Record<Where, Array<Pending>> = { "in a worker": [], here: [] }
    const claim = (where: Where, most: number): void => {
      for (const one of this.#claimSome(where, most, isStopping)) claimed[where].push(one)
    }
    for (let found = -1; found !== this.#found; ) {
      found = this.#found
      claim("in a worker", places["in a worker"] - claimed["in a worker"].length)
      if (claimed.here.length === 0) claim("here", places.here)
    }
    return [...claimed["in a worker"], ...claimed.here]
  }

  /**
   * Tasks that this run may do now: each is claimed, and has its room. As many as there are places, that fit and are not with another
   * pipeline. What takes turns with others and is bounded comes alone, so that it holds nothing while they run.
   */
  #claimSome(where: Where, places: number, isStopping: () => boolean): ReadonlyArray<Pending> {
    const claimed: Array<Pending> = []
    while (claimed.length < places && !isStopping()) {
      const next = this.#claimNext(where, claimed.length > 0)
      if (next === undefined) break
      claimed.push(next)
      if (where === "here" && isBounded(this.#needsOf(next))) break
    }
    return claimed
  }

  #claimNext(where: Where, isAmongOthers: boolean): Pending | undefined {
    const { claims, options, admission, expected } = this.#services
    for (let found = admission.next(where); found !== undefined; found = admission.next(where)) {
      if (where === "here" && isAmongOthers && isBounded(found.needs)) return undefined
      const { item: next, needs } = found
      const held = needs.mutex === undefined ? undefined : mutexClaim(needs.mutex)
      if (held !== undefined && !claims.claim(held, options.id)) {
        admission.isElsewhere(needs.mutex!)
        this.#tellWhoIsAtIt(next.task, claims.holder(held), needs.mutex)
        continue
      }
      admission.take(needs)
      if (this.#isClaimed(next)) {
        admission.started(next, needs, expected(next.task))
        return next
      }
      if (held !== undefined) claims.release(held, options.id)
    }
    return undefined
  }

  /** How many cores a task says that it takes. */
  coresOf(pending: Pending): number | undefined {
    return this.#needsOf(pending).declared
  }

  /** Another attempt at a task starts as soon as its groups let it. @returns the seconds that it is to wait */
  promiseAnother(task: PlannedTask, resolution: Resolution): number {
    return this.#services.admission.rates.promise(
      this.#needs(task.node.stage, whereOf(task, resolution)).rates,
    )
  }

  /** It runs no longer: what it took is free. Its claims stay until they are released. */
  ended(pending: Pending): void {
    this.#services.admission.ended(pending)
  }

  release(pending: Pending): void {
    const { claims, options } = this.#services
    for (const claim of this.#claimsOf(pending)) claims.release(claim, options.id)
  }

  /** Whether a task that runs is still this run's to do: while it slept, another may have done it, be at it, or hold its mutex. */
  isOurs(pending: Pending): boolean {
    const { claims, lookUp, options } = this.#services
    const { task, resolution } = pending
    const isHeld = this.#claimsOf(pending).every((claim) => claims.holder(claim)?.run === options.id)
    return isHeld && !lookUp.find(task, resolution, isNamed(options.force, task)).isHit
  }

  /** A task that ran is another's now: it is waited for like any that another is at. */
  giveUp(pending: Pending): void {
    this.#elsewhere.push(pending)
    this.lookElsewhere()
  }

  /** What other pipelines finished is a hit now; what their death left, and a mutex that they held, can be claimed again. */
  lookElsewhere(): void {
    this.#services.admission.lookElsewhere()
    const elsewhere = this.#elsewhere
    this.#elsewhere = []
    for (const each of elsewhere) if (!this.#settleIfHit(each)) this.wait(each)
  }

  /** Whether it is this run's to do. What another is at is waited for; what is done is settled. */
  #isClaimed(next: Pending): boolean {
    const { claims, options } = this.#services
    const claim = claimOf(next.task, next.resolution)
    if (!claims.claim(claim, options.id)) {
      this.#elsewhere.push(next)
      this.#tellWhoIsAtIt(next.task, claims.holder(claim))
      return false
    }
    this.#waitsFor.delete(next.task)
    // It may have been finished elsewhere since it was looked up.
    if (isNamed(options.force, next.task) || !this.#settleIfHit(next)) return true
    this.#found++
    claims.release(claim, options.id)
    return false
  }

  #needsOf({ task, resolution }: Pending): Needs {
    return this.#needs(task.node.stage, whereOf(task, resolution))
  }

  #claimsOf(pending: Pending): ReadonlyArray<Key> {
    const { mutex } = this.#needsOf(pending)
    const own = claimOf(pending.task, pending.resolution)
    return mutex === undefined ? [own] : [own, mutexClaim(mutex)]
  }

  /** Once for each that is waited for, not each time that it is looked. What this run is at itself is seen anyway. */
  #tellWhoIsAtIt(task: PlannedTask, holder: Owner | undefined, mutex?: string): void {
    const { options, emit } = this.#services
    if (holder === undefined || holder.run === options.id || this.#waitsFor.get(task) === holder.run) return
    this.#waitsFor.set(task, holder.run)
    const { run, pid, host, started } = holder
    const since = new Date(started).toISOString()
    const held = mutex === undefined ? {} : { mutex }
    emit({ event: "waiting", task: task.label, stage: task.stage, for: { run, pid, host, since }, ...held })
  }
}
