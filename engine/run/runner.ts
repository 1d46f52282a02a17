// The runner: plan → key → claim → look up → run → commit → report. Knows services and pure parts, no stage by name.
import { availableParallelism } from "node:os"
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberSet from "effect/FiberSet"
import * as Queue from "effect/Queue"
import type { StageCode } from "../code/stage-code.ts"
import { boundValues } from "../key/bound-values.ts"
import { fileInputs } from "../key/file-inputs.ts"
import { Claims } from "../ledger/claims.ts"
import { History } from "../ledger/history.ts"
import type { OutputRecords } from "../ledger/records.ts"
import { Results } from "../ledger/results.ts"
import { Transactions } from "../ledger/transactions.ts"
import type { Plan } from "../plan/plan.ts"
import { Events } from "../report/events.ts"
import { Store } from "../store/store.ts"
import type { CoreShare } from "../worker/core-share.ts"
import type { TaskError } from "../worker/protocol.ts"
import { CoreShares } from "./cores.ts"
import { expectedSeconds } from "./expected-seconds.ts"
import { LookUp } from "./look-up.ts"
import type { RunOptions, RunSummary } from "./options.ts"
import { presence } from "./presence.ts"
import { taskRunner } from "./task.ts"
import { type Pending, Tasks } from "./tasks.ts"
import { TurnTaker } from "./turns.ts"

/** What the runner waits for: that a task ended, or that it is time to look what other pipelines did. */
type Word = { readonly word: "ended"; readonly ended: Ended } | { readonly word: "look elsewhere" }

interface Ended {
  readonly pending: Pending
  readonly share: CoreShare
  readonly seconds: number
  readonly exit: Exit.Exit<OutputRecords, TaskError>
}

/** Between two looks at a task that another pipeline is at. */
const lookAgain = Duration.millis(200)

/**
 * Runs what of the plan is not cached. A task is looked up as soon as its upstream is settled, so that upstream which
 * gives the same bytes as before stops the wave there.
 *
 * @param codes the code of every stage, by name: those of the plan, and of whatever tasks it grows by
 */
export const runPlan = Effect.fn("runPlan")(function* (
  plan: Plan,
  codes: ReadonlyMap<string, StageCode>,
  options: RunOptions,
) {
  const claims = yield* Claims
  const history = yield* History
  const transactions = yield* Transactions
  const { emit } = yield* Events
  const store = yield* Store
  const files = yield* fileInputs(options.root, plan.files)
  const expected = expectedSeconds(history)
  const lookUp = new LookUp(store, yield* Results)
  const value = boundValues(store)
  const tasks = new Tasks({ options, codes, files, value, lookUp, claims, emit, expected })
  const record = (): void => {
    const unrecorded = tasks.takeUnrecorded()
    if (unrecorded.length > 0) history.recordTasks(options.id, unrecorded)
  }
  emit(started(plan, options, expected))

  const loop = Effect.gen(function* () {
    yield* presence(options.id)
    const runTask = yield* taskRunner(options, files, (task) => tasks.settled(task))
    const words = yield* Queue.unbounded<Word>()
    const running = yield* FiberSet.make()
    const cores = new CoreShares(Math.min(options.jobs, availableParallelism()))
    const turns = new TurnTaker()
    let active = 0
    let isStopping = false
    let isLooking = false
    let released: ReadonlyArray<Pending> = []

    /** Claims what may run now; what ended before is released and recorded in the same transaction. */
    const claim = (): ReadonlyArray<Pending> =>
      transactions.write(() => {
        for (const pending of released) tasks.release(pending)
        released = []
        const claimed: Array<Pending> = []
        while (!isStopping && active + claimed.length < options.jobs) {
          const next = tasks.claimNext()
          if (next === undefined) break
          claimed.push(next)
        }
        record()
        return claimed
      })
    const launch = (pending: Pending) => {
      const { task, resolution, why } = pending
      const began = performance.now()
      const share = cores.join(task.node.stage.definition.thread !== undefined)
      active++
      emit({ event: "task-started", task: task.label, stage: task.stage, key: resolution.key, why })
      const ended = (exit: Ended["exit"]) =>
        Queue.offer(words, {
          word: "ended",
          ended: { pending, share, seconds: (performance.now() - began) / 1000, exit },
        })
      return FiberSet.run(running, Effect.flatMap(Effect.exit(runTask(task, resolution, share)), ended))
    }
    const lookLater = () => {
      isLooking = true
      return FiberSet.run(running, Effect.delay(Queue.offer(words, { word: "look elsewhere" }), lookAgain))
    }
    const settle = ({ pending, share, seconds, exit }: Ended): Effect.Effect<void> => {
      active--
      cores.leave(share)
      released = [pending]
      if (Exit.isSuccess(exit)) {
        tasks.finish(pending, "ran", { outputs: exit.value, seconds })
        return Effect.void
      }
      if (Cause.failureOption(exit.cause)._tag === "None")
        return Effect.failCause(exit.cause as Cause.Cause<never>)
      isStopping ||= !options.keepGoing
      tasks.finish(pending, "failed", { seconds, error: Cause.squash(exit.cause) as TaskError })
      return Effect.void
    }

    transactions.read(() => tasks.join(plan.tasks))
    while (true) {
      for (const pending of claim()) yield* launch(pending)
      cores.divide()
      const isWaiting = tasks.isWaitingForOthers && !isStopping
      if (active === 0 && !isWaiting) break
      if (tasks.isWaitingForOthers && !isLooking) yield* lookLater()
      yield* turns.take
      const word = yield* Queue.take(words)
      if (word.word === "ended") {
        yield* settle(word.ended)
        continue
      }
      isLooking = false
      tasks.lookElsewhere()
    }
  })
  yield* Effect.scoped(loop)
  const summary: RunSummary = tasks.end()
  record()
  return summary
})

const started = (
  plan: Plan,
  options: RunOptions,
  expected: (task: Plan["tasks"][number]) => number | undefined,
) =>
  ({
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
  }) as const
