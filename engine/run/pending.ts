// The tasks of a run that are no hits: they wait for room, are claimed, or wait for another pipeline that is at them. It starts none.

import type * as Exit from "effect/Exit"
import type { Digest, Key } from "../content/digest.ts"
import type { Reason } from "../key/explain.ts"
import type { Resolution } from "../key/resolve.ts"
import type { Claims } from "../ledger/claims.ts"
import type { OutputRecords } from "../ledger/records.ts"
import { isNamed } from "../plan/named.ts"
import type { Plan } from "../plan/plan.ts"
import type { PlannedStep, PlannedTask } from "../plan/planned.ts"
import type { Events } from "../report/events.ts"
import type { TaskError } from "../worker/protocol.ts"
import type { Admission } from "./capacity/admission.ts"
import { type DoesNotFit, doesNotFit, firstTooLarge, type Room } from "./capacity/does-not-fit.ts"
import { mutexClaim, nextWithMutex } from "./capacity/mutex.ts"
import { isBounded, type Needs, needing } from "./capacity/needs.ts"
import { Waits } from "./capacity/waits.ts"
import { type Where, whereOf } from "./capacity/where.ts"
import { claimOf } from "./chain.ts"
import type { TaskAtHand } from "./healing/healing.ts"
import type { LookUp } from "./look-up.ts"
import type { RunOptions } from "./options.ts"

/** A task that is no hit: it waits for a place to run, or runs. */
export interface Pending {
  readonly task: PlannedTask
  readonly resolution: Resolution
  /** Told when it starts first. */
  readonly why: () => ReadonlyArray<Reason>
  /** What its probe is to give if what was observed is good. */
  readonly known?: Digest | undefined
  /** Whether it started before, and waits for room again as inputs of it had to be made again. */
  readonly isBegun?: boolean
  /** Of a task that is settled and runs once more, for another whose inputs are damaged: who hears how it ends. */
  readonly again?: (exit: Exit.Exit<OutputRecords, TaskError>) => void
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
  readonly #waits: Waits

  /** @param settleIfHit looks a task up once more, and settles it, or tells who waits for it, where it is done */
  constructor(services: PendingServices, settleIfHit: (pending: Pending) => boolean) {
    this.#services = services
    this.#settleIfHit = settleIfHit
    const { options, emit } = services
    this.#needs = needing(options.policies, options.limits ?? {})
    this.#waits = new Waits(options.id, emit)
  }

  get isWaitingForOthers(): boolean {
    return this.#elsewhere.length > 0 || this.#services.admission.isWaitingForOthers
  }

  isWaiting(where: Where): boolean {
    return this.#services.admission.isWaiting(where)
  }

  /** Why a task would wait for ever, if it would. */
  doesNotFit(task: PlannedTask, where: Where): DoesNotFit | undefined {
    return doesNotFit(task.node.stage, this.#room(where))
  }

  /** Why one of those that may still run would, or that may join with a group: see `firstTooLarge`. */
  firstTooLarge(plan: Plan, mayRun: (step: PlannedStep) => boolean, codes: ReadonlyMap<string, unknown>) {
    return firstTooLarge(plan, mayRun, codes, this.#room("in a worker"))
  }

  #room(where: Where): Room {
    return { admission: this.#services.admission, needsOf: (stage) => this.#needs(stage, where) }
  }

  wait(pending: Pending): void {
    const { admission, expected } = this.#services
    admission.add(pending, this.#needsOf(pending), expected(pending.task))
  }

  /** For both places: what is found to be done as it is claimed makes others ready, wherever they run, and nothing else would start them. */
  claimAll(places: Readonly<Record<Where, number>>, isStopping: () => boolean): ReadonlyArray<Pending> {
    const claimed: Record<Where, Array<Pending>> = { "in a worker": [], together: [], here: [] }
    const claim = (where: Where, most: number): void => {
      for (const one of this.#claimSome(where, most, isStopping)) claimed[where].push(one)
    }
    for (let found = -1; found !== this.#found; ) {
      found = this.#found
      claim("in a worker", places["in a worker"] - claimed["in a worker"].length)
      claim("together", places.together - claimed.together.length)
      if (claimed.here.length === 0) claim("here", places.here)
    }
    return [...claimed["in a worker"], ...claimed.together, ...claimed.here]
  }

  /**
   * A task that is settled waits for room to run once more.
   *
   * @param ended hears how it ends
   * @returns why it never would, as what it takes is more than there is: cached as it was, it was not asked for that before
   */
  runAgain({ task, resolution }: TaskAtHand, ended: NonNullable<Pending["again"]>): TaskError | undefined {
    const tooLarge = this.doesNotFit(task, whereOf(task, resolution))
    if (tooLarge !== undefined) return { tag: tooLarge._tag, message: tooLarge.message }
    this.wait({ task, resolution, why: () => [], isBegun: true, again: ended })
    return undefined
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
    const owner = { claims, run: options.id }
    const isHeld: Parameters<typeof nextWithMutex<Pending>>[3] = ({ task }, holder, mutex) =>
      this.#waits.tell(task, holder, mutex)
    const isWelcome = (needs: Needs): boolean => !(where === "here" && isAmongOthers && isBounded(needs))
    for (;;) {
      const found = nextWithMutex(admission, where, owner, isHeld, isWelcome)
      if (found === undefined) return undefined
      const { item: next, needs } = found
      admission.take(needs)
      if (this.#isClaimed(next)) {
        admission.started(next, needs, expected(next.task))
        return next
      }
      if (needs.mutex !== undefined) claims.release(mutexClaim(needs.mutex), options.id)
    }
  }

  /** How many cores a task says that it takes. */
  coresOf(pending: Pending): number | undefined {
    return this.#needsOf(pending).declared
  }

  /** An attempt at a task is over, and another is to be made. */
  attemptOver(task: PlannedTask, resolution: Resolution): void {
    const { where, rates } = this.#needs(task.node.stage, whereOf(task, resolution))
    if (where === "together") this.#services.admission.rates.letGo(rates)
  }

  /**
   * Another attempt at a task starts as soon as its groups let it.
   *
   * @returns the seconds that it is to wait; of what is asked it then asks again, until it is 0: Infinity where nobody knows how long
   */
  promiseAnother(task: PlannedTask, resolution: Resolution): number {
    const { where, rates } = this.#needs(task.node.stage, whereOf(task, resolution))
    const known = this.#services.admission.rates
    if (where !== "together") return known.promise(rates)
    const wait = known.wait(rates)
    if (wait === 0) known.hold(rates)
    return wait
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
      this.#waits.tell(next.task, claims.holder(claim))
      return false
    }
    this.#waits.isOver(next.task)
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
}
