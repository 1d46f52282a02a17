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
import type { DoneAttempts } from "./log/done-attempts.ts"
import type { RunOptions } from "./options.ts"

/** Before the second attempt; each further wait is twice as long. */
const firstWait = Duration.millis(200)

/**
 * @param promiseAnother says in how many seconds a further attempt may start, which counts from then on
 * @returns an effect that attempts a task; it fails with the last attempt's error
 */
export const retrying = (
  options: RunOptions,
  files: FileInputs,
  done: DoneAttempts,
  promiseAnother: (task: PlannedTask, resolution: Resolution) => number,
) =>
  Effect.gen(function* () {
    const { emit } = yield* Events
    const attempt = yield* attempting(options, files, done)

    const tried = (site: AttemptSite, before: number): Effect.Effect<DoneFile, TaskError> =>
      Effect.catchAll(attempt(site), (error) => {
        const { retries } = policyOf(site.task.node.stage, options.policies)
        const again = before < retriesAfter(error, retries)
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
        const wait = Effect.zipRight(
          Effect.sleep(Duration.times(firstWait, 2 ** before)),
          Effect.suspend(() => Effect.sleep(Duration.seconds(promiseAnother(site.task, site.resolution)))),
        )
        emptied(site.folder)
        const next = without === undefined ? site : { ...site, isPortable: true }
        return Effect.zipRight(wait, tried(next, before + 1))
      })
    return (site: AttemptSite) => tried(site, 0)
  })

/**
 * A lost worker says nothing about the stage, so it is always worth one more try; a corrupt input is healed first. A link
 * that gave another state than before was forgotten: the next try makes it anew.
 */
export function retriesAfter(error: TaskError, retries: number): number {
  if (
    error.corrupt !== undefined ||
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
