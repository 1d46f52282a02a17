// Attempts at a task until one succeeds or no more may help, each in an empty folder, after a growing wait.
import { mkdirSync, rmSync } from "node:fs"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { policyOf } from "../declare/policy/policy.ts"
import type { FileInputs } from "../key/file-inputs.ts"
import type { Resolution } from "../key/resolve.ts"
import type { PlannedTask } from "../plan/planned.ts"
import { Events } from "../report/events.ts"
import type { DoneFile, TaskError } from "../worker/protocol.ts"
import { type AttemptSite, attempting, hadAccelerator } from "./attempt.ts"
import { errorFacts } from "./authored-error.ts"
import { whereOf } from "./capacity/where.ts"
import type { DoneAttempts } from "./log/done-attempts.ts"
import type { RunOptions } from "./options.ts"

/** Before the second attempt; each further wait is twice as long. */
const firstWait = Duration.millis(200)

/** Of what is asked, between two looks whether its groups let it: those that are under way say nothing of when they end. */
const lookAgain = Duration.millis(250)

/** Seconds that a server may have an attempt wait: what is told to come later than that has failed for now. */
const longestWait = 3600

/** Of what was lost in company, so many are tried alone at once: each takes a process. */
const aloneAtOnce = 4

/** What is asked between two attempts. */
export interface BetweenAttempts {
  /** One is over, and another is to be made. */
  readonly attemptOver: (task: PlannedTask, resolution: Resolution) => void
  /** In how many seconds its groups let it: see `PendingTasks`. */
  readonly promiseAnother: (task: PlannedTask, resolution: Resolution) => number
}

/**
 * @returns `attempt`, an effect that attempts a task and fails with the last attempt's error; and `another`, which waits until its groups
 *   let a further one start, and empties its folder
 */
export const retrying = (
  options: RunOptions,
  files: FileInputs,
  done: DoneAttempts,
  between: BetweenAttempts,
) =>
  Effect.gen(function* () {
    const { emit } = yield* Events
    const attempt = yield* attempting(options, files, done)
    const alone = yield* Effect.makeSemaphore(aloneAtOnce)
    const attempted = (site: AttemptSite) =>
      site.isAlone ? alone.withPermits(1)(attempt(site)) : attempt(site)

    /** Until the groups of a task let another attempt at it start. */
    const turn = (site: AttemptSite): Effect.Effect<void> =>
      Effect.suspend(() => {
        const wait = between.promiseAnother(site.task, site.resolution)
        if (wait === 0) return Effect.void
        const slept = Effect.sleep(Number.isFinite(wait) ? Duration.seconds(wait) : lookAgain)
        return isAsked(site) ? Effect.zipRight(slept, turn(site)) : slept
      })

    const another = (site: AttemptSite, wait?: Duration.Duration): Effect.Effect<void> =>
      Effect.suspend(() => {
        between.attemptOver(site.task, site.resolution)
        emptied(site.folder)
        return wait === undefined ? turn(site) : Effect.zipRight(Effect.sleep(wait), turn(site))
      })

    const tried = (site: AttemptSite, before: number): Effect.Effect<DoneFile, TaskError> =>
      Effect.catchAll(attempted(site), (failure) => {
        const error = orTooLate(failure)
        const { retries } = policyOf(site.task.node.stage, options.policies)
        // Where others waited too, it was as likely one of them: tried alone, each fails by itself.
        const isOthers = error.inCompany === true
        const again = isOthers || before < retriesAfter(error, retries)
        // What ends a process may be what is not proven there, and must not end it again.
        const without = again && error.tag === "WorkerLost" ? hadAccelerator(site) : undefined
        emit({
          event: "attempt-failed",
          task: site.task.label,
          error: errorFacts(error),
          again,
          ...(without === undefined ? {} : { without }),
        })
        if (!again) return Effect.fail(error)
        const next = {
          ...site,
          isPortable: site.isPortable || without !== undefined,
          isAlone: site.isAlone || isOthers,
        }
        const wait = another(site, waitBefore(before, error, site))
        return Effect.zipRight(wait, tried(next, isOthers ? before : before + 1))
      })
    return { attempt: (site: AttemptSite) => tried(site, 0), another: (site: AttemptSite) => another(site) }
  })

/** A server that wants nothing for hours has given no answer for now, and the run does not stand still for it. */
const orTooLate = (error: TaskError): TaskError =>
  (error.retryAfter ?? 0) <= longestWait
    ? error
    : {
        ...error,
        message: `${error.message}; it is not to be asked again for ${hours(error.retryAfter!)}, which nothing waits for: run again then`,
        isFinal: true,
      }

const hours = (seconds: number): string => `${Math.ceil(seconds / 3600)} hours`

const isAsked = ({ task, resolution }: AttemptSite): boolean => whereOf(task, resolution) === "together"

/**
 * Twice as long before each further one. What is asked waits as long as it was told at least, and not all of it comes again at
 * the same time: half as long to half as long again, by chance.
 */
function waitBefore(before: number, { retryAfter = 0 }: TaskError, site: AttemptSite): Duration.Duration {
  const wait = Duration.times(firstWait, 2 ** before)
  if (!isAsked(site)) return wait
  return Duration.sum(Duration.seconds(retryAfter), Duration.times(wait, 0.5 + Math.random()))
}

/**
 * A lost worker says nothing about the stage, so it is always worth one more try; a corrupt input is healed first. A link
 * that gave another state than before was forgotten: the next try makes it anew.
 */
export function retriesAfter(error: TaskError, retries: number): number {
  if (
    error.corrupt !== undefined ||
    error.isFinal === true ||
    ["TimeLimit", "HeapExhausted", "SecretRefused", "SecretInResult"].includes(error.tag)
  )
    return 0
  return error.tag === "WorkerLost" || error.differs !== undefined ? Math.max(1, retries) : retries
}

/** Nothing of an earlier attempt may be taken for this one's. */
function emptied(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  mkdirSync(folder, { recursive: true })
}
