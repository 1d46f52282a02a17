// One attempt at a task: executed somewhere, listened to, its links kept as they come, and into the history once it has ended.
import { hostname } from "node:os"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { policyOf } from "../declare/policy/policy.ts"
import type { FileInputs } from "../key/file-inputs.ts"
import type { Resolution } from "../key/resolve.ts"
import { History } from "../ledger/history.ts"
import type { Attempt } from "../ledger/records.ts"
import type { PlannedTask } from "../plan/planned.ts"
import { Events } from "../report/events.ts"
import { Store } from "../store/store.ts"
import type { CoreShare } from "../worker/core-share.ts"
import { Executor, type News, orLost } from "../worker/executor.ts"
import type { DoneFile, ResultFile, TaskError } from "../worker/protocol.ts"
import { authored, errorFacts } from "./authored-error.ts"
import { whereOf } from "./capacity/where.ts"
import { type ChainLinks, chainLinks } from "./links/chain-links.ts"
import { LinkKeeping } from "./links/link-keeping.ts"
import type { DoneAttempts } from "./log/done-attempts.ts"
import { logNames, Printout } from "./log/printout.ts"
import type { RunOptions } from "./options.ts"
import { orTaskError } from "./store-failures.ts"
import { placing, taskFile } from "./task-file.ts"

/** A task that is to be attempted, and where. */
export interface AttemptSite {
  readonly task: PlannedTask
  readonly resolution: Resolution
  readonly folder: string
  readonly share: CoreShare | undefined
  /** Whether it is to compute with nothing but what its key names: after a try that was lost with more. */
  readonly isPortable: boolean
  /** Of what only waits, whether it does so in a worker of its own: after one was lost in which it waited with others. */
  readonly isAlone: boolean
  /** Whether its probe alone is asked. */
  readonly isProbing?: boolean
}

interface Services {
  readonly place: ReturnType<typeof placing>
  readonly history: History["Type"]
  readonly executor: Executor["Type"]
  readonly emit: Events["Type"]["emit"]
  readonly linksOf: Effect.Effect.Success<ReturnType<typeof chainLinks>>
  readonly logNameOf: ReturnType<typeof logNames>
  readonly done: DoneAttempts
}

/** @returns an effect that attempts a task once, and fails with what went wrong */
export const attempting = (options: RunOptions, files: FileInputs, done: DoneAttempts) =>
  Effect.gen(function* () {
    const services: Services = {
      place: placing(yield* Store, files),
      history: yield* History,
      executor: yield* Executor,
      emit: (yield* Events).emit,
      linksOf: yield* chainLinks(options.id, options.force),
      logNameOf: logNames(options.id),
      done,
    }
    return (site: AttemptSite) => attemptAt(site, options, services)
  })

function attemptAt(
  site: AttemptSite,
  options: RunOptions,
  services: Services,
): Effect.Effect<DoneFile, TaskError> {
  return Effect.gen(function* () {
    const { task, resolution, folder } = site
    const { unit = "step" } = task.node.stage.definition
    const started = new Date()
    const clock = performance.now()
    const seconds = (): number => (performance.now() - clock) / 1000
    const links = services.linksOf(task, resolution, folder)
    const keeping = links === undefined ? undefined : new LinkKeeping(links, unit)
    const logName = services.logNameOf(task.label)
    const printout = new Printout(task.label, services.emit, logName, options.artifacts)
    let isStuck = false
    const hear = (news: News): void => {
      if (news.nudge === "printed") printout.take(news.text)
      else if (news.nudge === "progress") {
        const { done, total, metrics } = news
        services.emit({ event: "progress", task: task.label, unit, done, total, metrics, seconds: seconds() })
      } else if (news.nudge === "stuck") isStuck = true
      else if (news.status === "cached") links?.count(news.n)
      else keeping?.take(news.n)
    }
    const executing = execute(site, options, services, links, hear)
    const kept = keeping === undefined ? executing : keeping.whileKept(executing)
    const attemptOf = (outcome: Attempt["outcome"], error: Attempt["error"]): Attempt => ({
      run: options.id,
      label: task.label,
      stage: task.stage,
      key: resolution.key,
      started: started.toISOString(),
      seconds: seconds(),
      host: hostname(),
      outcome,
      error,
      log: printout.log,
      accelerator: hadAccelerator(site) ?? null,
    })
    // What cannot be noted is over all the same.
    const record = (attempt: Attempt): Effect.Effect<void> =>
      Effect.ignore(orTaskError(() => services.history.attempt(attempt)))
    const executed = yield* kept.pipe(
      Effect.ensuring(Effect.sync(() => printout.end())),
      Effect.onInterrupt(() => Effect.suspend(() => record(attemptOf("interrupted", null)))),
    )
    const result = yield* authored(
      isStuck ? failed(stuckInCompany(task.label)) : executed,
      resolution.code,
      options.root,
      task,
    )
    if (result.status === "done") {
      if (site.isProbing !== true)
        // how long a probe takes says nothing of how long the task does
        services.done.add({ ...attemptOf("done", null), accelerator: result.accelerator ?? null })
      return result
    }
    yield* record(attemptOf("failed", errorFacts(result.error)))
    if (result.error.differs !== undefined) links?.forgetFrom(result.error.differs)
    return yield* Effect.fail(result.error)
  })
}

/** The name of what computes the same faster, if the attempt has it. */
export const hadAccelerator = ({ task, resolution, isPortable }: AttemptSite): string | undefined =>
  isPortable || whereOf(task, resolution) === "here" ? undefined : resolution.numerics?.accelerator?.name

function execute(
  site: AttemptSite,
  { settings, policies }: RunOptions,
  { place, executor }: Services,
  links: ChainLinks | undefined,
  hear: (news: News) => void,
): Effect.Effect<ResultFile> {
  const { task, resolution, folder, share } = site
  const isPortable = hadAccelerator(site) === undefined
  const { timeout } = policyOf(task.node.stage, policies)
  const executed = Effect.flatMap(
    orTaskError(() =>
      taskFile(task, resolution, {
        settings,
        folder,
        isPortable,
        isProbing: site.isProbing === true,
        place,
        links: links?.known,
      }),
    ),
    (file) =>
      orLost(
        whereOf(task, resolution) === "here"
          ? executor.executeHere(file, folder, hear)
          : executor.execute(file, folder, hear, share, site.isAlone),
      ),
  ).pipe(Effect.catchAll((error) => Effect.succeed(failed(error))))
  return limited(executed, timeout, task.stage)
}

/** Whichever of them it was: what was over its time may only have waited for that. */
const stuckInCompany = (label: string): TaskError => ({
  tag: "WorkerLost",
  message: `the worker in which ${label} waited with others did not listen any more when its time was over, and was stopped`,
  inCompany: true,
})

const failed = (error: TaskError): ResultFile => ({ status: "failed", error, seconds: 0 })

/** What runs past its time limit is stopped, and has failed. */
export const limited = (
  executed: Effect.Effect<ResultFile>,
  seconds: number,
  stage: string,
): Effect.Effect<ResultFile> =>
  !Number.isFinite(seconds)
    ? executed
    : Effect.timeoutTo(executed, {
        duration: Duration.seconds(seconds),
        onSuccess: (result) => result,
        onTimeout: () =>
          failed({
            tag: "TimeLimit",
            message: `it ran past its time limit of ${seconds} s and was stopped; --policy ${stage}.timeout=SECONDS sets another, and no key moves`,
          }),
      })
