// Tasks that are performed outside a run, such as those that a verification computes again: each as it finds room, by the same
// admission as a run's. It knows no key and no result.
import { availableParallelism } from "node:os"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as FiberSet from "effect/FiberSet"
import * as Queue from "effect/Queue"
import type { Limits } from "../../declare/policy/limits.ts"
import type { Policies } from "../../declare/policy/policy.ts"
import { Claims } from "../../ledger/claims.ts"
import type { PlannedTask } from "../../plan/planned.ts"
import { Events } from "../../report/events.ts"
import type { CoreShare } from "../../worker/core-share.ts"
import { Admission } from "./admission.ts"
import { CoreShares } from "./cores.ts"
import { doesNotFit } from "./does-not-fit.ts"
import { mutexClaim, nextWithMutex } from "./mutex.ts"
import { type Needs, needing, type StageAbout } from "./needs.ts"
import { Waits } from "./waits.ts"

export interface Capacity {
  readonly jobs: number
  /** What counts most comes first. */
  readonly policies: ReadonlyArray<Policies>
  readonly limits: Limits
}

/** Between two looks at a mutex that another pipeline holds, in seconds. */
const lookAgain = 0.2

const where = "in a worker"

/** @param run under whose name mutexes are held: it is present in the store */
export const admitting = Effect.fn("admitting")(function* <A>(
  run: string,
  capacity: Capacity,
  taskOf: (item: A) => PlannedTask,
  perform: (item: A, share: CoreShare) => Effect.Effect<void, Error>,
) {
  const clock = yield* Effect.clock
  const now = (): number => Number(clock.unsafeCurrentTimeNanos()) / 1e9
  return new Admitted(run, capacity, taskOf, perform, {
    admission: new Admission<A>(capacity.jobs, capacity.limits, now),
    claims: yield* Claims,
    waits: new Waits(run, (yield* Events).emit),
    fibers: yield* FiberSet.make(),
    ended: yield* Queue.unbounded<Exit.Exit<void, Error>>(),
  })
})

interface Services<A> {
  readonly admission: Admission<A>
  readonly claims: Claims["Type"]
  readonly waits: Waits
  readonly fibers: FiberSet.FiberSet
  readonly ended: Queue.Queue<Exit.Exit<void, Error>>
}

export class Admitted<A> {
  readonly #run: string
  readonly #jobs: number
  readonly #needs: ReturnType<typeof needing>
  readonly #cores: CoreShares
  readonly #taskOf: (item: A) => PlannedTask
  readonly #perform: (item: A, share: CoreShare) => Effect.Effect<void, Error>
  readonly #services: Services<A>
  #waiting = 0
  #running = 0

  constructor(
    run: string,
    { jobs, policies, limits }: Capacity,
    taskOf: (item: A) => PlannedTask,
    perform: (item: A, share: CoreShare) => Effect.Effect<void, Error>,
    services: Services<A>,
  ) {
    this.#run = run
    this.#jobs = jobs
    this.#needs = needing(policies, limits)
    this.#cores = new CoreShares(Math.min(jobs, availableParallelism()))
    this.#taskOf = taskOf
    this.#perform = perform
    this.#services = services
  }

  /** @throws DoesNotFit where a task takes more than there is, and would wait for ever */
  check(task: PlannedTask): void {
    const { admission } = this.#services
    const needsOf = (stage: StageAbout): Needs => this.#needs(stage, where)
    const tooLarge = doesNotFit(task.node.stage, { admission, needsOf })
    if (tooLarge !== undefined) throw tooLarge
  }

  /** @throws DoesNotFit */
  add(item: A): void {
    const task = this.#taskOf(item)
    this.check(task)
    this.#services.admission.add(item, this.#needs(task.node.stage, where), undefined)
    this.#waiting++
  }

  /** Whether another may find a place at once. */
  get hasPlace(): boolean {
    return this.#running + this.#waiting < this.#jobs
  }

  /** Starts what finds room, and waits until one has ended. Fails with what one failed with. @returns whether there was any */
  readonly turn: Effect.Effect<boolean, Error> = Effect.gen(this, function* () {
    if (this.#running + this.#waiting === 0) return false
    for (let next = this.#next(); next !== undefined; next = this.#next())
      yield* this.#start(next.item, next.needs)
    this.#cores.divide()
    const { admission, ended } = this.#services
    const later = Math.min(
      admission.wait ?? Number.POSITIVE_INFINITY,
      admission.isWaitingForOthers ? lookAgain : Number.POSITIVE_INFINITY,
    )
    const taking = Effect.flatten(Queue.take(ended))
    if (Number.isFinite(later)) yield* Effect.timeoutOption(taking, Duration.millis(Math.ceil(later * 1000)))
    else yield* taking
    admission.wake()
    admission.lookElsewhere()
    return true
  })

  #next() {
    const { admission, claims, waits } = this.#services
    return nextWithMutex(admission, where, { claims, run: this.#run }, (item, holder, mutex) =>
      waits.tell(this.#taskOf(item), holder, mutex),
    )
  }

  #start(item: A, needs: Needs): Effect.Effect<unknown> {
    const { admission, claims, waits, fibers, ended } = this.#services
    const task = this.#taskOf(item)
    const share = this.#cores.join(task.node.stage.definition.thread !== undefined, needs.declared)
    admission.take(needs)
    admission.started(item, needs, undefined)
    waits.isOver(task)
    this.#waiting--
    this.#running++
    const over = (exit: Exit.Exit<void, Error>): Effect.Effect<unknown> => {
      admission.ended(item)
      this.#cores.leave(share)
      if (needs.mutex !== undefined) claims.release(mutexClaim(needs.mutex), this.#run)
      this.#running--
      return Queue.offer(ended, exit)
    }
    return FiberSet.run(fibers, Effect.onExit(this.#perform(item, share), over))
  }
}
