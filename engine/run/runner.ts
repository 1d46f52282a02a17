// The runner: plan → key → claim → look up → run → commit → report. Knows services and pure parts, no stage by name.
import { availableParallelism } from "node:os"
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberSet from "effect/FiberSet"
import * as Queue from "effect/Queue"
import type { Codebase, StageCode } from "../code/stage-code.ts"
import type { Backend } from "../key/backend.ts"
import { valueReader } from "../key/bound-values.ts"
import { inexactTasks } from "../key/exactness.ts"
import type { Reason } from "../key/explain.ts"
import { fileInputs } from "../key/file-inputs.ts"
import { type NumericsRegistry, type Resolution, resolve } from "../key/resolve.ts"
import { Ledger, type OutputRecords, type TaskRecord, type TaskStatus } from "../ledger/ledger.ts"
import { frontier } from "../plan/frontier.ts"
import type { Plan, PlannedTask } from "../plan/plan.ts"
import { Events } from "../report/events.ts"
import type { TaskError } from "../worker/protocol.ts"
import { claimOf } from "./chain-links.ts"
import { CoreShares, type Share } from "./cores.ts"
import { expectedSeconds } from "./expected-seconds.ts"
import { lookUps } from "./look-up.ts"
import { partake } from "./presence.ts"
import { LongestFirst } from "./queue.ts"
import { performer } from "./task.ts"

export interface RunOptions {
  readonly id: string
  readonly jobs: number
  /** Go on with what does not depend on a failed task. */
  readonly keepGoing: boolean
  /** Stages whose tasks run although they are cached. */
  readonly force: ReadonlySet<string>
  readonly numerics: NumericsRegistry
  /** What a user chose to compute with, for whoever is told of the run. */
  readonly backend?: Backend | undefined
  readonly settings: Readonly<Record<string, string>>
}

export interface Settled {
  readonly status: TaskStatus
  readonly resolution: Resolution | undefined
  readonly outputs: OutputRecords
}

export interface RunSummary {
  readonly tasks: ReadonlyMap<PlannedTask, Settled>
  readonly counts: Readonly<Record<TaskStatus, number>>
}

/** A task that is no hit. */
interface Pending {
  readonly task: PlannedTask
  readonly resolution: Resolution
  readonly why: ReadonlyArray<Reason>
}

interface Completion {
  readonly pending: Pending
  readonly share: Share
  readonly seconds: number
  readonly exit: Exit.Exit<OutputRecords, TaskError>
}

/** Milliseconds after which timers and signals get a turn: tasks in this process may leave them none. */
const turnEach = 50

/** Between two looks at a task that another pipeline is at. */
const lookAgain = Duration.millis(200)

/**
 * Runs what of the plan is not cached. A task is looked up as soon as its upstream is settled, so that upstream which
 * gives the same bytes as before stops the wave there.
 */
export const runPlan = Effect.fn("runPlan")(function* (plan: Plan, codebase: Codebase, options: RunOptions) {
  const ledger = yield* Ledger
  const { emit } = yield* Events
  const codes = yield* stageCodes(plan, codebase)
  const files = yield* fileInputs(codebase.root, plan.files)
  const values = yield* valueReader
  const lookUp = yield* lookUps
  const settled = new Map<PlannedTask, Settled>()
  const expected = expectedSeconds(ledger, plan.tasks)
  const inexact = inexactTasks(plan, options.numerics)
  emit({
    event: "run-started",
    experiment: plan.experiment,
    run: options.id,
    jobs: options.jobs,
    ...(options.backend === undefined ? {} : { backend: options.backend }),
    plan: plan.tasks.map((task) => ({
      task: task.label,
      stage: task.stage,
      expected: expected(task) ?? null,
    })),
  })

  const known = {
    outputs: (node: PlannedTask["node"]) => settled.get(plan.task(node))!.outputs,
    file: files.record,
    value: values,
    numerics: options.numerics,
  }
  const front = frontier(plan)
  const pending = new LongestFirst<Pending>()
  const wait = (each: Pending): void => pending.add(each, expected(each.task))
  /** Tasks that another pipeline is at, or another task of this one that shares their key or chain. */
  const elsewhere: Array<Pending> = []
  const unrecorded: Array<TaskRecord> = []

  const settle = (
    task: PlannedTask,
    status: TaskStatus,
    rest: Partial<Settled> & { readonly seconds?: number; readonly error?: TaskError },
  ): void => {
    const { resolution, outputs = {}, seconds = 0, error } = rest
    const key = resolution?.key ?? null
    settled.set(task, { status, resolution, outputs })
    unrecorded.push({ label: task.label, stage: task.stage, key, status, exact: !inexact.has(task) })
    emit({
      event: "task-finished",
      task: task.label,
      stage: task.stage,
      status,
      key,
      outputs: Object.fromEntries(Object.entries(outputs).map(([name, { digest }]) => [name, digest])),
      seconds,
      ...(error === undefined ? {} : { error: { tag: error.tag, message: error.message } }),
    })
  }

  /** Settles what needs no work, and all that this makes ready, without leaving this turn of the event loop. */
  const advance = (ready: Array<PlannedTask>): void => {
    for (let i = 0; i < ready.length; i++) {
      const task = ready[i]!
      const isBlocked = task.upstream.some((other) =>
        ["failed", "skipped"].includes(settled.get(other)!.status),
      )
      if (isBlocked) {
        settle(task, "skipped", {})
      } else {
        const resolution = resolve(task, codes.get(task.stage)!, known)
        const found = lookUp(task, resolution, options.force.has(task.stage))
        if (!found.isHit) {
          if (found.corrupt !== undefined)
            emit({ event: "artifact-quarantined", task: task.label, digest: found.corrupt })
          wait({ task, resolution, why: found.why })
          continue
        }
        settle(task, "cached", { resolution, outputs: found.outputs })
      }
      for (const next of front.settle(task)) ready.push(next)
    }
  }

  /** What other pipelines finished is a hit now; what their death left is pending again. */
  const lookElsewhere = (): void => {
    for (const each of elsewhere.splice(0)) {
      const found = lookUp(each.task, each.resolution, options.force.has(each.task.stage))
      if (!found.isHit) {
        wait(each)
        continue
      }
      settle(each.task, "cached", { resolution: each.resolution, outputs: found.outputs })
      advance([...front.settle(each.task)])
    }
  }

  const record = (): void => {
    if (unrecorded.length > 0) ledger.recordTasks(options.id, unrecorded.splice(0))
  }

  yield* Effect.scoped(
    Effect.gen(function* () {
      yield* partake(options.id)
      const perform = yield* performer(options, files, (task) => settled.get(task))
      const completions = yield* Queue.unbounded<Completion | "look again">()
      const running = yield* FiberSet.make()
      const cores = new CoreShares(Math.min(options.jobs, availableParallelism()))
      let active = 0
      let turned = performance.now()
      let hasFailed = false
      let isLooking = false

      const launch = (next: Pending) => {
        const started = performance.now()
        const share = cores.join(next.task.node.stage.definition.thread !== undefined)
        return FiberSet.run(
          running,
          perform(next.task, next.resolution, share).pipe(
            Effect.exit,
            Effect.flatMap((exit) =>
              Queue.offer(completions, {
                pending: next,
                share,
                seconds: (performance.now() - started) / 1000,
                exit,
              }),
            ),
          ),
        )
      }
      /** Claims what may run now. */
      const claimNext = (): ReadonlyArray<Pending> => {
        const claimed: Array<Pending> = []
        while (active < options.jobs) {
          const next = pending.take()
          if (next === undefined) break
          const { task, resolution, why } = next
          if (!ledger.claim(claimOf(task, resolution), options.id)) {
            elsewhere.push(next)
            continue
          }
          const found = options.force.has(task.stage) ? undefined : lookUp(task, resolution, false)
          if (found?.isHit) {
            ledger.release(claimOf(task, resolution), options.id) // finished elsewhere since it was looked up
            settle(task, "cached", { resolution, outputs: found.outputs })
            advance([...front.settle(task)])
            continue
          }
          active++
          emit({ event: "task-started", task: task.label, stage: task.stage, key: resolution.key, why })
          claimed.push(next)
        }
        return claimed
      }
      const ended: Array<Pending> = []

      ledger.together(() => advance([...front.first]))
      while (true) {
        const claimed = ledger.atOnce(() => {
          for (const { task, resolution } of ended.splice(0))
            ledger.release(claimOf(task, resolution), options.id)
          record()
          return !hasFailed || options.keepGoing ? claimNext() : []
        })
        for (const next of claimed) yield* launch(next)
        cores.divide()
        if (active === 0 && (elsewhere.length === 0 || (hasFailed && !options.keepGoing))) break
        if (elsewhere.length > 0 && !isLooking) {
          isLooking = true
          yield* FiberSet.run(
            running,
            Effect.delay(Queue.offer(completions, "look again" as const), lookAgain),
          )
        }
        if (performance.now() - turned > turnEach) {
          yield* Effect.promise(() => new Promise((resume) => setImmediate(resume)))
          turned = performance.now()
        }
        const completion = yield* Queue.take(completions)
        if (completion === "look again") {
          isLooking = false
          lookElsewhere()
          continue
        }
        active--
        const { pending, share, seconds, exit } = completion
        cores.leave(share)
        ended.push(pending)
        const { task, resolution } = pending
        if (Exit.isSuccess(exit)) {
          settle(task, "ran", { resolution, outputs: exit.value, seconds })
        } else if (Cause.failureOption(exit.cause)._tag === "Some") {
          hasFailed = true
          settle(task, "failed", { resolution, seconds, error: Cause.squash(exit.cause) as TaskError })
        } else {
          return yield* Effect.failCause(exit.cause as Cause.Cause<never>)
        }
        advance([...front.settle(task)])
        lookElsewhere()
      }
    }),
  )
  for (const task of plan.tasks) if (!settled.has(task)) settle(task, "skipped", {})
  record()
  const counts = { ran: 0, cached: 0, failed: 0, skipped: 0 }
  for (const { status } of settled.values()) counts[status]++
  const summary: RunSummary = { tasks: settled, counts }
  return summary
})

/** The code of every stage of the plan, each bundled at most once. */
export const stageCodes = (
  plan: Plan,
  codebase: Codebase,
): Effect.Effect<ReadonlyMap<string, StageCode>, Error> =>
  Effect.tryPromise({
    try: async () => {
      const stages = new Map(plan.tasks.map((task) => [task.stage, task.node.stage]))
      return new Map(
        await Promise.all(
          [...stages].map(async ([name, stage]) => [name, await codebase.code(stage)] as const),
        ),
      )
    },
    catch: (failure) => failure as Error,
  })
