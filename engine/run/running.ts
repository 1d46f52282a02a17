// What of a run is under way: tasks are claimed and started as places fall free, and the runner hears how they end.
import { availableParallelism } from "node:os"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FiberSet from "effect/FiberSet"
import * as Queue from "effect/Queue"
import type { History } from "../ledger/history.ts"
import { LedgerError } from "../ledger/records.ts"
import type { Transactions } from "../ledger/transactions.ts"
import type { Events } from "../report/events.ts"
import type { CoreShare } from "../worker/core-share.ts"
import type { Admission } from "./capacity/admission.ts"
import { CoreShares } from "./capacity/cores.ts"
import { askedAtMost, hereAtOnce, type Where, whereOf } from "./capacity/where.ts"
import type { DamagedInputs } from "./healing/damaged-inputs.ts"
import type { DoneAttempts } from "./log/done-attempts.ts"
import { type Ended, errorOf, isDefect, isForGood, type Notice } from "./notices.ts"
import type { RunOptions } from "./options.ts"
import type { Pending } from "./pending.ts"
import type { taskRunner } from "./task.ts"
import type { Tasks } from "./tasks.ts"
import { TurnTaker } from "./turns.ts"

/** What runs, and on what. */
interface Active {
  readonly where: Where
  /** Of what runs in a worker. */
  readonly share: CoreShare | undefined
  readonly fiber: Fiber.Fiber<unknown>
  isGivenUp: boolean
}

/** Between two looks at a task that another pipeline is at. */
const lookAgain = Duration.millis(200)

interface Services {
  readonly done: DoneAttempts
  readonly history: History["Type"]
  readonly transactions: Transactions["Type"]
  readonly admission: Admission<Pending>
  readonly emit: Events["Type"]["emit"]
  readonly notices: Queue.Enqueue<Notice>
  readonly damaged: DamagedInputs
  /** Where tasks run: interrupted with the run. */
  readonly fibers: FiberSet.FiberSet
  readonly runTask: Effect.Effect.Success<ReturnType<typeof taskRunner>>
}

export class Running {
  readonly #tasks: Tasks
  readonly #options: RunOptions
  readonly #services: Services
  readonly #cores: CoreShares
  readonly #active = new Map<Pending, Active>()
  readonly #count: Record<Where, number> = { here: 0, "in a worker": 0, together: 0 }
  #isLooking = false
  #isTimed = false
  /** What ended and has not been released yet. */
  #ended: Array<Pending> = []
  /** The ledger refused what was claimed, and nobody knows what of it holds: nothing more starts. */
  #refused: LedgerError | undefined

  constructor(tasks: Tasks, options: RunOptions, services: Services) {
    this.#tasks = tasks
    this.#options = options
    this.#services = services
    this.#cores = new CoreShares(Math.min(options.jobs, availableParallelism()))
  }

  /** A task failed, and nothing new is to start. */
  get #isStopping(): boolean {
    return this.#tasks.hasFailed && !this.#options.keepGoing
  }

  /** Nothing runs, and nothing is waited for. */
  get isOver(): boolean {
    const { admission, damaged } = this.#services
    const waits = damaged.isBusy || this.#tasks.pending.isWaitingForOthers || admission.wait !== undefined
    return this.#active.size === 0 && (this.#isStopping || !waits)
  }

  /** Starts what may run now. */
  readonly start: Effect.Effect<void> = Effect.suspend(() =>
    this.#launch(this.#isDue ? this.#claim() : []).pipe(
      Effect.andThen(() => {
        this.#cores.divide()
        return this.isOver ? Effect.void : Effect.zipRight(this.#lookLater(), this.#lookInTime())
      }),
    ),
  )

  /** Takes in what happened; fails with a defect of whatever ran. */
  hear(notice: Notice): Effect.Effect<void> {
    switch (notice.notice) {
      case "ended":
        return this.#end(notice)
      case "healed":
        return this.#services.damaged.goOn(notice)
      case "not begun":
      case "given up":
        this.#leave(notice.pending)
        if (notice.notice === "given up") this.#tasks.pending.giveUp(notice.pending)
        return Effect.void
      case "taken for dead":
        return this.#giveUpWhatIsAnothers()
      case "look elsewhere":
        this.#isLooking = false
        this.#tasks.pending.lookElsewhere()
        return Effect.void
      case "time has come":
        this.#isTimed = false
        this.#services.admission.wake()
        return Effect.void
      case "another waits":
        return Effect.void
    }
  }

  /** Whether anything may be claimed, or is to be released: what runs here is released with the last that was claimed with it. */
  get #isDue(): boolean {
    const [{ pending }, count] = [this.#tasks, this.#count]
    return (
      count.here === 0 ||
      (count.together < askedAtMost && pending.isWaiting("together")) ||
      (count["in a worker"] < this.#options.jobs && pending.isWaiting("in a worker")) ||
      this.#ended.some(({ task, resolution }) => whereOf(task, resolution) !== "here")
    )
  }

  /**
   * Claims what may run. A ledger that takes nothing ends the run only once nothing runs any more: what runs is done and kept
   * if it can be. Where it was merely held by another for too long, it is asked again each time something ends.
   */
  #claim(): ReadonlyArray<Pending> {
    let isBegun = false
    try {
      if (this.#refused !== undefined) throw this.#refused
      return this.#services.transactions.write(() => {
        isBegun = true
        return this.#claimed()
      })
    } catch (failure) {
      if (!(failure instanceof LedgerError) || this.#active.size === 0) throw failure
      if (isBegun) this.#refused = failure
      return []
    }
  }

  /** What ended before is released, and all that is settled recorded, in the same transaction. */
  #claimed(): ReadonlyArray<Pending> {
    const { history, emit, done } = this.#services
    const { pending } = this.#tasks
    const isStopping = (): boolean => this.#isStopping
    for (const each of this.#ended) pending.release(each)
    this.#ended = []
    const places = {
      "in a worker": this.#options.jobs - this.#count["in a worker"],
      together: askedAtMost - this.#count.together,
      here: this.#count.here === 0 ? hereAtOnce : 0,
    }
    const claimed = pending.claimAll(places, isStopping)
    for (const { task, resolution, why } of claimed.filter(({ isBegun }) => isBegun !== true))
      emit({ event: "task-started", task: task.label, stage: task.stage, key: resolution.key, why: why() })
    done.tell(history)
    history.recordTasks(this.#options.id, this.#tasks.takeUnrecorded())
    return claimed
  }

  #launch(claimed: ReadonlyArray<Pending>): Effect.Effect<void> {
    const isHere = ({ task, resolution }: Pending): boolean => whereOf(task, resolution) === "here"
    const here = claimed.filter(isHere)
    const inWorkers = claimed.filter((pending) => !isHere(pending))
    return Effect.zipRight(
      Effect.forEach(inWorkers, (pending) => this.#launchInWorker(pending), { discard: true }),
      here.length === 0 ? Effect.void : this.#launchHere(here),
    )
  }

  /** What only waits has no share of the cores. */
  #launchInWorker(pending: Pending): Effect.Effect<void> {
    const where = whereOf(pending.task, pending.resolution)
    const several = pending.task.node.stage.definition.thread !== undefined
    const cores = this.#tasks.pending.coresOf(pending)
    const share = where === "together" ? undefined : this.#cores.join(several, cores)
    const enter = (fiber: Active["fiber"]) => this.#enter(pending, { where, share, fiber, isGivenUp: false })
    return Effect.map(FiberSet.run(this.#services.fibers, this.#run(pending, share)), enter)
  }

  /** One after the other, with turns in between; once one has failed for good, those after it are not begun. */
  #launchHere(batch: ReadonlyArray<Pending>): Effect.Effect<void> {
    const { notices, fibers } = this.#services
    const turns = new TurnTaker()
    let isOver = false
    const next = (pending: Pending): Effect.Effect<unknown> => {
      if (isOver) return Queue.offer(notices, { notice: "not begun", pending })
      const ran = Effect.tap(this.#run(pending, undefined), (exit) => {
        isOver = !this.#options.keepGoing && pending.again === undefined && isForGood(exit)
        return turns.take
      })
      return ran
    }
    const running = Effect.forEach(batch, (pending) => Effect.suspend(() => next(pending)), { discard: true })
    return Effect.map(FiberSet.run(fibers, running), (fiber) => {
      for (const pending of batch)
        this.#enter(pending, { where: "here", share: undefined, fiber, isGivenUp: false })
    })
  }

  /** Runs a task, and gives notice of its end. */
  #run(pending: Pending, share: CoreShare | undefined): Effect.Effect<Ended["exit"]> {
    const { runTask, notices } = this.#services
    const { task, resolution } = pending
    return Effect.suspend(() => {
      const began = performance.now()
      const isStoreDoubted = pending.again !== undefined
      const ran = runTask({ task, resolution, share, isStoreDoubted, known: pending.known })
      return Effect.tap(Effect.exit(ran), (exit) =>
        Queue.offer(notices, {
          notice: "ended",
          pending,
          seconds: (performance.now() - began) / 1000,
          exit,
        }),
      )
    })
  }

  #enter(pending: Pending, active: Active): void {
    this.#active.set(pending, active)
    this.#count[active.where]++
  }

  /** While this run slept, another may have taken its tasks over: what that has done is a hit, what it is at is waited for. */
  #giveUpWhatIsAnothers(): Effect.Effect<void> {
    const { notices, fibers } = this.#services
    const others = [...this.#active].filter(
      ([pending, { where, isGivenUp }]) =>
        where !== "here" && !isGivenUp && !this.#tasks.pending.isOurs(pending),
    )
    const giveUp = ([pending, active]: (typeof others)[number]) => {
      active.isGivenUp = true
      const stopped = Effect.flatMap(Fiber.interrupt(active.fiber), (exit) =>
        Exit.isInterrupted(exit) ? Queue.offer(notices, { notice: "given up", pending }) : Effect.void,
      )
      return FiberSet.run(fibers, stopped)
    }
    return Effect.forEach(others, giveUp, { discard: true })
  }

  #lookLater(): Effect.Effect<unknown> {
    const { notices, fibers } = this.#services
    if (this.#isLooking || !this.#tasks.pending.isWaitingForOthers) return Effect.void
    this.#isLooking = true
    return FiberSet.run(fibers, Effect.delay(Queue.offer(notices, { notice: "look elsewhere" }), lookAgain))
  }

  /** When tasks are held back since too many of their group started within a minute. */
  #lookInTime(): Effect.Effect<unknown> {
    const { notices, fibers } = this.#services
    const { wait } = this.#services.admission
    if (this.#isTimed || wait === undefined) return Effect.void
    this.#isTimed = true
    const later = Duration.millis(Math.ceil(wait * 1000))
    return FiberSet.run(fibers, Effect.delay(Queue.offer(notices, { notice: "time has come" }), later))
  }

  /** A place is free again. */
  #leave(pending: Pending): void {
    this.#tasks.pending.ended(pending)
    const { where, share } = this.#active.get(pending)!
    if (share !== undefined) this.#cores.leave(share)
    this.#active.delete(pending)
    this.#count[where]--
    this.#ended.push(pending)
  }

  #end({ pending, seconds, exit }: Ended): Effect.Effect<void> {
    this.#leave(pending)
    if (isDefect(exit)) return exit
    if (pending.again !== undefined) {
      pending.again(Exit.map(exit, (outputs) => outputs!)) // what was observed is never made again
      this.#tasks.pending.lookElsewhere()
    } else if (Exit.isSuccess(exit)) {
      if (exit.value === undefined) this.#tasks.confirm(pending)
      else this.#tasks.finish(pending, "ran", { outputs: exit.value, seconds })
    } else {
      const error = errorOf(exit)
      const healing = this.#services.damaged.heal(pending, error)
      if (healing !== undefined) return healing
      this.#tasks.finish(pending, "failed", { seconds, error })
    }
    return Effect.void
  }
}
