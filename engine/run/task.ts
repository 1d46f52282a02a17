// Running one task that is not cached: attempts, then the commit. An input that is found corrupt is said in what it fails with.
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type { Digest } from "../content/digest.ts"
import { atOnce } from "../content/steps.ts"
import { probeOf } from "../declare/observed/recorded.ts"
import type { FileInputs } from "../key/file-inputs.ts"
import { inputRecords, type Resolution } from "../key/resolve.ts"
import { Observations } from "../ledger/observations.ts"
import type { OutputRecords } from "../ledger/records.ts"
import type { PlannedTask } from "../plan/planned.ts"
import { Store } from "../store/store.ts"
import type { CoreShare } from "../worker/core-share.ts"
import type { DoneFile, TaskError } from "../worker/protocol.ts"
import type { AttemptSite } from "./attempt.ts"
import { committing } from "./commit.ts"
import type { DoneAttempts } from "./log/done-attempts.ts"
import type { RunOptions } from "./options.ts"
import { keepSources } from "./programs/keep-sources.ts"
import { type BetweenAttempts, retrying } from "./retries.ts"
import { scratchFolders } from "./scratch-folders.ts"
import { orTaskError } from "./store-failures.ts"

/** A task that is to run. */
interface Work {
  readonly task: PlannedTask
  readonly resolution: Resolution
  readonly share: CoreShare | undefined
  /** Whether it makes again what was found damaged. */
  readonly isStoreDoubted: boolean
  /** What its probe is to give if what was observed is good. */
  readonly known: Digest | undefined
}

/**
 * @param between is asked before a further attempt
 * @returns an effect that runs a task and gives its outputs, or undefined where a probe says that what was observed is good; or fails with
 *   what the last attempt said
 */
export const taskRunner = (
  options: RunOptions,
  files: FileInputs,
  done: DoneAttempts,
  between: BetweenAttempts,
) =>
  Effect.gen(function* () {
    const store = yield* Store
    const attempts = yield* retrying(options, files, done, between)
    const commit = yield* committing(options.id)
    const observations = yield* Observations
    const clock = yield* Effect.clock
    /** Whether it gives what it gave when the answer was observed that counts: then it goes on counting. */
    const isStillGood = ({ resolution, known }: Work, { probed }: DoneFile): boolean => {
      if (known === undefined || probed !== known) return false
      observations.probed(resolution.key, known, new Date(clock.unsafeCurrentTimeMillis()).toISOString())
      return true
    }
    const withFolder = yield* scratchFolders
    return (work: Work): Effect.Effect<OutputRecords | undefined, TaskError> => {
      const { task, resolution, share, isStoreDoubted } = work
      const supplied = orTaskError(() => {
        for (const input of inputRecords(resolution)) files.supply(input)
        atOnce(keepSources(store, resolution.code, store.isAsStored))
      })
      const performed = withFolder(task, (folder) =>
        Effect.gen(function* () {
          const site: AttemptSite = { task, resolution, folder, share, isPortable: false, isAlone: false }
          const isProbed = probeOf(task.node.stage.definition) !== undefined
          const probed = isProbed ? yield* attempts.attempt({ ...site, isProbing: true }) : undefined
          if (probed !== undefined) {
            if (yield* orTaskError(() => isStillGood(work, probed))) return undefined
            yield* attempts.another(site)
          }
          const done = { ...(yield* attempts.attempt(site)), probed: probed?.probed }
          const made = yield* orTaskError(() => commit(task, resolution, done, folder, isStoreDoubted))
          return yield* committed(made)
        }),
      )
      return Effect.zipRight(supplied, performed)
    }
  })

/** One refusal of the ledger is no reason to lose what was made: the next try may find it free. */
const committed = (commit: () => OutputRecords): Effect.Effect<OutputRecords, TaskError> =>
  Effect.retry(orTaskError(commit), {
    times: 2,
    while: ({ tag }) => tag === "LedgerError",
    schedule: Schedule.spaced("100 millis"),
  })
