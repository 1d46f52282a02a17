// How long a run may take: it is gone through by a clock that jumps from one end to the next, with the admission that a run has and
// the seconds that earlier attempts took. Pure.
import { Frontier } from "../../plan/frontier.ts"
import type { Plan } from "../../plan/plan.ts"
import { isGroup, type PlannedGroup, type PlannedStep, type PlannedTask } from "../../plan/planned.ts"
import type { Admission } from "../capacity/admission.ts"
import type { Where } from "../capacity/where.ts"
import type { PlannedRoom } from "./planned-room.ts"
import type { Preview, Previews } from "./previewed.ts"

/** Seconds at least, where the undecided stay cached, and at most; undefined when no attempt tells. */
export function expectedRange(
  { tasks, plan }: Pick<Previews, "tasks" | "plan">,
  room: PlannedRoom,
): { readonly least: number; readonly most: number } | undefined {
  if (tasks.some(({ status, expected }) => status === "will-run" && expected === undefined)) return undefined
  const waitsFor = upstreamOf(plan)
  const span = (statuses: ReadonlyArray<Preview["status"]>): number => {
    const running = tasks.filter(({ status }) => statuses.includes(status))
    const seconds = new Map(running.map(({ task, expected = 0 }) => [task, expected]))
    return new Simulation(room, seconds).run(plan.steps, waitsFor)
  }
  return { least: span(["will-run"]), most: span(["will-run", "undecided"]) }
}

/** What each step waits for: a task of a group also for what gives the list, and a group for what it is made of. */
function upstreamOf(plan: Plan): (step: PlannedStep) => ReadonlyArray<PlannedStep> {
  const lists = new Map<PlannedGroup, ReadonlyArray<PlannedStep>>()
  const around = new Map<PlannedStep, Array<PlannedStep>>()
  for (const group of plan.steps.filter(isGroup).reverse()) {
    // Items go along with those of the group that theirs are of: all of that need not be done.
    const list = [
      ...group.upstream.flatMap((step) => (isGroup(step) ? listOf(step) : [step])),
      ...(around.get(group) ?? []),
    ]
    lists.set(group, list)
    for (const step of plan.opened(group)?.steps ?? [])
      around.set(step, [...(around.get(step) ?? []), ...list])
  }
  function listOf(group: PlannedGroup): ReadonlyArray<PlannedStep> {
    return lists.get(group) ?? group.upstream.flatMap((step) => (isGroup(step) ? listOf(step) : [step]))
  }
  return (step) =>
    isGroup(step)
      ? [...lists.get(step)!, ...(plan.opened(step)?.ends ?? [])]
      : [...step.upstream, ...(around.get(step) ?? [])]
}

class Simulation {
  readonly #admission: Admission<PlannedTask>
  readonly #room: PlannedRoom
  /** Of what runs; all else is settled as soon as what it waits for is. */
  readonly #seconds: ReadonlyMap<PlannedStep, number>
  readonly #frontier = new Frontier<PlannedStep>()
  /** With the time at which each ends, and whether in the coordinator, which has one at a time. */
  readonly #running = new Map<PlannedTask, { readonly ends: number; readonly where: Where }>()
  #now = 0

  constructor(room: PlannedRoom, seconds: ReadonlyMap<PlannedStep, number>) {
    this.#admission = room.admission(() => this.#now)
    this.#room = room
    this.#seconds = seconds
  }

  /** @param steps upstream first. @returns the seconds until all have run */
  run(
    steps: ReadonlyArray<PlannedStep>,
    waitsFor: (step: PlannedStep) => ReadonlyArray<PlannedStep>,
  ): number {
    for (const step of steps) if (this.#frontier.add(step, waitsFor(step))) this.#arrive(step)
    for (;;) {
      this.#start()
      const wait = this.#admission.wait
      let next = wait === undefined ? Number.POSITIVE_INFINITY : this.#now + wait
      for (const { ends } of this.#running.values()) next = Math.min(next, ends)
      if (next === Number.POSITIVE_INFINITY) return this.#now
      this.#pass(next)
    }
  }

  #start(): void {
    const begin = (where: Where): boolean => {
      const next = this.#admission.next(where)
      if (next === undefined) return false
      const seconds = this.#seconds.get(next.item)!
      this.#admission.take(next.needs)
      this.#admission.started(next.item, next.needs, seconds)
      this.#running.set(next.item, { ends: this.#now + seconds, where })
      return true
    }
    while (begin("in a worker")) {}
    if (![...this.#running.values()].some(({ where }) => where === "here")) begin("here")
  }

  /** @param at when something ends, or more of a group may start */
  #pass(at: number): void {
    this.#now = Math.max(at, this.#now + (this.#running.size === 0 ? leastWait : 0))
    for (const [task, { ends }] of this.#running) {
      if (ends > this.#now) continue
      this.#running.delete(task)
      this.#admission.ended(task)
      for (const ready of this.#frontier.settle(task)) this.#arrive(ready)
    }
    this.#admission.wake()
  }

  /** All that it waits for is settled. */
  #arrive(first: PlannedStep): void {
    const ready = [first]
    for (let step = ready.pop(); step !== undefined; step = ready.pop()) {
      const seconds = this.#seconds.get(step)
      if (isGroup(step) || seconds === undefined)
        for (const next of this.#frontier.settle(step)) ready.push(next)
      else this.#admission.add(step, this.#room.needsOf(step), seconds)
    }
  }
}

/** Seconds: a sum that rounds down must not let time stand still. */
const leastWait = 0.001
