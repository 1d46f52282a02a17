// The runner: plan → key → claim → look up → run → commit → report. Knows services and pure parts, no stage by name.
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import * as Queue from "effect/Queue"
import type { StageCode } from "../code/stage-code.ts"
import type { Steps } from "../content/steps.ts"
import type { DeclarationError } from "../declare/declaration-error.ts"
import { EarlierResults } from "../key/earlier-result.ts"
import { fileInputs, listing } from "../key/file-inputs.ts"
import { numericsOf } from "../key/numerics.ts"
import { foldersIn, smallContents } from "../key/small-contents.ts"
import { Claims } from "../ledger/claims.ts"
import { History } from "../ledger/history.ts"
import { Observations } from "../ledger/observations.ts"
import { Results } from "../ledger/results.ts"
import { Transactions } from "../ledger/transactions.ts"
import type { Plan } from "../plan/plan.ts"
import { isGroup } from "../plan/planned.ts"
import { type EventOf, Events } from "../report/events.ts"
import { Store } from "../store/store.ts"
import { Admission } from "./capacity/admission.ts"
import type { DoesNotFit } from "./capacity/does-not-fit.ts"
import { countEarlier } from "./capacity/earlier-attempts.ts"
import { DamagedInputs } from "./healing/damaged-inputs.ts"
import { Healing } from "./healing/healing.ts"
import { DoneAttempts } from "./log/done-attempts.ts"
import { LookUp } from "./look-up.ts"
import type { Notice } from "./notices.ts"
import { Observing } from "./observed/observing.ts"
import { Requests } from "./observed/requests.ts"
import type { RunOptions, RunSummary } from "./options.ts"
import type { Pending } from "./pending.ts"
import { presence } from "./presence.ts"
import { expectedSeconds } from "./preview/expected-seconds.ts"
import { keepingSources } from "./programs/keep-sources.ts"
import { Running } from "./running.ts"
import { taskRunner } from "./task.ts"
import { Tasks } from "./tasks.ts"
import { inTurns, TurnTaker } from "./turns.ts"

/**
 * Runs what of the plan is not cached. A task is looked up as soon as its upstream is settled, so that upstream which
 * gives the same bytes as before stops the wave there.
 *
 * @param codes the code of every stage, by its full name: those of the plan, and of whatever tasks it grows by
 */
export const runPlan = Effect.fn("runPlan")(function* (
  plan: Plan,
  codes: ReadonlyMap<string, StageCode>,
  options: RunOptions,
) {
  const store = yield* Store
  const history = yield* History
  const transactions = yield* Transactions
  const claims = yield* Claims
  const { emit } = yield* Events
  const files = yield* fileInputs(options.root, plan.files, inTurns)
  yield* Effect.try({
    try: () => {
      for (const { node } of plan.tasks) numericsOf(node.stage, options.numerics) // before anything runs
    },
    catch: (failure) => failure as DeclarationError,
  })
  const expected = expectedSeconds(history)
  const results = yield* Results
  const observations = yield* Observations
  const clock = yield* Effect.clock
  const earlier = new EarlierResults(plan.experiment, results, history, listing(store, files))
  const now = (): number => clock.unsafeCurrentTimeMillis()
  const observing = new Observing({ store, observations, locked: options.locked, now })
  const lookUp = new LookUp({ store, results, earlier, observing, observations })
  const requests = new Requests({
    bundle: plan.bundle,
    content: (digest) => files.content(digest) ?? store.read(digest),
    known: observations,
  })
  const seconds = (): number => Number(clock.unsafeCurrentTimeNanos()) / 1e9
  const admission = new Admission<Pending>(options.jobs, options.limits ?? {}, seconds)
  countEarlier(admission.rates, options.limits ?? {}, history, Date.now)
  const tasks = new Tasks({
    plan,
    options,
    admission,
    codes,
    files,
    value: smallContents(store, files),
    folder: foldersIn(store, files),
    keyed: requests.keyed,
    lookUp,
    claims,
    emit,
    expected,
  })
  const done = new DoneAttempts()
  emit(started(plan, options, expected))

  const loop = Effect.gen(function* () {
    const notices = yield* Queue.unbounded<Notice>()
    yield* presence(options.id, Queue.offer(notices, { notice: "taken for dead" }))
    yield* keepingSources(store, codes) // `gc` spares what arrives from here on
    const turns = new TurnTaker()
    const fibers = yield* FiberSet.make()
    const healing = new Healing({
      ...{ store, emit, files },
      settled: (task) => tasks.settled(task),
      upstream: (task) => tasks.upstream(task),
    })
    const damaged = new DamagedInputs(tasks, { healing, notices, fibers })
    const running = new Running(tasks, options, {
      done,
      history,
      transactions,
      emit,
      notices,
      fibers,
      admission,
      damaged,
      runTask: yield* taskRunner(options, files, done, {
        attemptOver: (task, resolution) => tasks.pending.attemptOver(task, resolution),
        promiseAnother: (task, resolution) => tasks.pending.promiseAnother(task, resolution),
      }),
    })
    yield* inTurns(() => tasks.join(), transactions.read)
    yield* Effect.try({ try: () => tasks.begin(), catch: (failure) => failure as DoesNotFit })
    while (true) {
      yield* running.start
      if (running.isOver) break
      yield* turns.take
      for (const notice of yield* Queue.takeBetween(notices, 1, Number.POSITIVE_INFINITY))
        yield* running.hear(notice)
    }
  })
  yield* Effect.ensuring(
    Effect.scoped(loop),
    Effect.sync(() => {
      done.tell(history)
      requests.tell(observations)
    }),
  )
  const summary: RunSummary = tasks.end()
  yield* inTurns(() => recording(tasks, options.id, history))
  return summary
})

/** What the history was not told yet. */
function* recording(tasks: Tasks, run: string, history: History["Type"]): Steps<void> {
  for (let some = tasks.takeUnrecorded(); some.length > 0; some = tasks.takeUnrecorded()) {
    history.recordTasks(run, some)
    yield
  }
}

/** Those that are not open yet. */
function groupsOf({ steps, opened }: Plan): { readonly groups?: ReadonlyArray<string> } {
  const groups = steps.filter((step) => isGroup(step) && opened(step) === undefined)
  return groups.length === 0 ? {} : { groups: groups.map(({ label }) => label) }
}

const started = (
  plan: Plan,
  { id, jobs, backend, kernels }: RunOptions,
  expected: (task: Plan["tasks"][number]) => number | undefined,
): EventOf<"run-started"> => ({
  event: "run-started",
  experiment: plan.experiment,
  run: id,
  jobs,
  ...(backend === undefined ? {} : { backend }),
  ...(kernels == null ? {} : { kernels }),
  ...groupsOf(plan),
  plan: plan.tasks.map((task) => ({ task: task.label, stage: task.stage, expected: expected(task) ?? null })),
})
