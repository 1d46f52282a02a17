// Which of the tasks that wait starts next: longest first, as soon as what it takes is free. One that does not fit has its place
// reserved, so that smaller ones, however many, cannot keep it waiting. It knows no ledger and no task but as an item.
import { groupsOf, type Limits } from "../../declare/policy/limits.ts"
import { bytesOf } from "../../declare/policy/size.ts"
import { type Amounts, covers, Free, minus, plus } from "./free.ts"
import { machineMemory } from "./machine.ts"
import { type Needs, tokenOf } from "./needs.ts"
import { LongestFirst } from "./queue.ts"
import { Rates } from "./rates.ts"

interface Waiting<A> {
  readonly item: A
  /** That it is expected to take; undefined where nobody knows. */
  readonly seconds: number | undefined
  /** The how manieth that was added. */
  readonly nth: number
}

interface Running {
  readonly needs: Needs
  /** When it is expected to end. */
  readonly ends: number
}

/** When what has a place reserved can start, as far as is known, and what is left beside it then. */
interface Reservation {
  readonly from: number
  readonly beside: Amounts
}

export class Admission<A> {
  readonly #now: () => number
  readonly #free: Free
  readonly rates: Rates
  /** Tasks that take the same are as good as each other: of each kind only the first in order is looked at. */
  readonly #waiting = new Map<Needs, LongestFirst<Waiting<A>>>()
  readonly #running = new Map<A, Running>()
  /** Mutexes that another pipeline holds, as far as was seen when it was last looked. */
  readonly #elsewhere = new Set<string>()
  /** What did not fit when its turn had come. Nothing takes from it until it has started. */
  #reserved: Needs | undefined
  /** Of kinds of which too many started within a minute, when the next may. */
  readonly #due = new Map<Needs, number>()
  #added = 0

  /** @param now seconds on a clock that never goes back */
  constructor(cores: number, limits: Limits, now: () => number) {
    this.#now = now
    const memory = limits.memory === undefined ? machineMemory() : bytesOf(limits.memory)!
    const groups = groupsOf(limits)
    const bounds = (of: "atOnce" | "perMinute") =>
      groups.flatMap(([name, { [of]: most }]) => (most === undefined ? [] : [[name, most] as const]))
    this.#free = new Free(
      { cores, memory },
      bounds("atOnce").map(([name, most]) => [tokenOf.group(name), most] as const),
    )
    this.rates = new Rates(bounds("perMinute"), now)
  }

  /** What a task takes that is more than there is, if anything is. */
  excess({ cores, memory }: Needs): "cores" | "memory" | undefined {
    const { all } = this.#free
    return cores > all.cores ? "cores" : memory > all.memory ? "memory" : undefined
  }

  get all(): Amounts {
    return this.#free.all
  }

  add(item: A, needs: Needs, seconds: number | undefined): void {
    let queue = this.#waiting.get(needs)
    if (queue === undefined) {
      queue = new LongestFirst()
      this.#waiting.set(needs, queue)
    }
    queue.add({ item, seconds, nth: this.#added++ }, seconds)
  }

  isWaiting(where: Needs["where"]): boolean {
    for (const [needs, queue] of this.#waiting) if (needs.where === where && !queue.isEmpty) return true
    return false
  }

  /** What may start now, if anything may. It still waits: it is to be taken, or what it lacks named. */
  next(where: Needs["where"]): { readonly item: A; readonly needs: Needs } | undefined {
    const free = this.#free.amounts
    if (where === "in a worker" && free.cores < 1) return undefined
    const given = (needs: Needs) => ({ item: this.#waiting.get(needs)!.first!.item, needs })
    const reserved = this.#reserved
    if (reserved?.where === where && covers(free, reserved) && this.#isReady(reserved)) return given(reserved)
    let reservation = reserved === undefined ? undefined : this.#reservationOf(reserved)
    for (const needs of this.#inOrder(where)) {
      if (needs === this.#reserved) continue
      if (!covers(free, needs)) {
        if (this.#reserved !== undefined) continue
        this.#reserved = needs
        reservation = this.#reservationOf(needs)
      } else if (reservation === undefined || this.#mayPass(needs, reservation)) return given(needs)
    }
    return undefined
  }

  /** It starts, or need not: it waits no longer. */
  take(needs: Needs): void {
    this.#waiting.get(needs)!.take()
    if (this.#reserved === needs) this.#reserved = undefined
  }

  started(item: A, needs: Needs, seconds: number | undefined): void {
    this.#free.take(needs)
    if (needs.where === "together") this.rates.hold(needs.rates)
    else if (needs.rates.length > 0) this.rates.promise(needs.rates)
    const ends = seconds === undefined ? Number.POSITIVE_INFINITY : this.#now() + seconds
    this.#running.set(item, { needs, ends })
  }

  ended(item: A): void {
    const running = this.#running.get(item)
    if (running === undefined) return
    this.#running.delete(item)
    this.#free.give(running.needs)
    if (running.needs.where === "together") this.rates.letGo(running.needs.rates)
  }

  /** Another pipeline holds a mutex: none of its tasks starts until it is looked again. */
  isElsewhere(mutex: string): void {
    this.#elsewhere.add(mutex)
    if (this.#reserved?.mutex === mutex) this.#reserved = undefined
  }

  get isWaitingForOthers(): boolean {
    return this.#elsewhere.size > 0
  }

  lookElsewhere(): void {
    this.#elsewhere.clear()
  }

  /** Seconds until something may start that was held back as too many of its group had; undefined where nothing was. */
  get wait(): number | undefined {
    let first: number | undefined
    for (const [needs, due] of this.#due)
      if (!this.#waiting.get(needs)!.isEmpty) first = Math.min(first ?? due, due)
    return first === undefined ? undefined : Math.max(0, first - this.#now())
  }

  /** What was held back until now is looked at again when it is asked what is next. */
  wake(): void {
    for (const [needs, due] of this.#due) if (due <= this.#now()) this.#due.delete(needs)
  }

  /** Kinds of which one could start as far as mutexes, limits and rates go, by the one that comes first. */
  #inOrder(where: Needs["where"]): ReadonlyArray<Needs> {
    const ready: Array<Needs> = []
    for (const [needs, queue] of this.#waiting)
      if (needs.where === where && !queue.isEmpty && this.#isReady(needs)) ready.push(needs)
    if (ready.length < 2) return ready // as most often
    const first = (needs: Needs): Waiting<A> => this.#waiting.get(needs)!.first!
    const long = ({ seconds = Number.MAX_VALUE }: Waiting<A>): number => seconds
    const order = (a: Waiting<A>, b: Waiting<A>): number => long(b) - long(a) || a.nth - b.nth
    return ready.sort((a, b) => order(first(a), first(b)))
  }

  #isReady(needs: Needs): boolean {
    const { mutex, tokens, rates } = needs
    if (mutex !== undefined && this.#elsewhere.has(mutex)) return false
    if (tokens.some((token) => this.#free.tokens(token) < 1)) return false
    if (rates.length === 0) return true
    const wait = this.rates.wait(rates)
    if (wait > 0 && Number.isFinite(wait)) this.#due.set(needs, this.#now() + wait)
    else this.#due.delete(needs)
    return wait === 0
  }

  /** As what runs is expected to end: one after the other, until it fits. What has run longer than expected may end at once. */
  #reservationOf(needs: Needs): Reservation {
    let free = this.#free.amounts
    let from = this.#now()
    for (const { needs: held, ends } of [...this.#running.values()].sort((a, b) => order(a.ends, b.ends))) {
      if (covers(free, needs)) break
      free = plus(free, held)
      from = Math.max(from, ends)
    }
    return { from, beside: minus(free, needs) }
  }

  /** Whether what is reserved starts no later for it: it ends before, or takes what is left beside. */
  #mayPass(needs: Needs, { from, beside }: Reservation): boolean {
    const { tokens, rates } = this.#reserved!
    const takesToken = needs.tokens.some((token) => tokens.includes(token) && this.#free.tokens(token) < 2)
    const takesRate = needs.rates.some((group) => rates.includes(group) && this.rates.left(group) < 2)
    if (takesToken || takesRate) return false
    const { seconds = Number.POSITIVE_INFINITY } = this.#waiting.get(needs)!.first!
    return covers(beside, needs) || this.#now() + seconds < from
  }
}

const order = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0)
