// Running one task that is not cached: attempts, then the commit. An input that is found corrupt is said in what it fails with.
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { atOnce } from "../content/steps.ts"
import type { FileInputs } from "../key/file-inputs.ts"
import { inputRecords, type Resolution } from "../key/resolve.ts"
import type { OutputRecords } from "../ledger/records.ts"
import type { PlannedTask } from "../plan/planned.ts"
import { Store } from "../store/store.ts"
import type { CoreShare } from "../worker/core-share.ts"
import type { TaskError } from "../worker/protocol.ts"
import { committing } from "./commit.ts"
import type { DoneAttempts } from "./log/done-attempts.ts"
import type { RunOptions } from "./options.ts"
import { keepSources } from "./programs/keep-sources.ts"
import { type BetweenAttempts, retrying } from "./retries.ts"
import { scratchFolders } from "./scratch-folders.ts"
import { orTaskError } from "./store-failures.ts"

/**
 * @param between is asked before a further attempt
 * @returns an effect that runs a task and gives its outputs, or fails with what the last attempt said; it is told whether the task makes
 *   again what was found damaged
 */
export const taskRunner = (
  options: RunOptions,
  files: FileInputs,
  done: DoneAttempts,
  between: BetweenAttempts,
) =>
  Effect.gen(function* () {
    const store = yield* Store
    const attempt = yield* retrying(options, files, done, between)
    const commit = yield* committing(options.id)
    const withFolder = yield* scratchFolders
    return (
      task: PlannedTask,
      resolution: Resolution,
      share: CoreShare | undefined,
      isStoreDoubted: boolean,
    ): Effect.Effect<OutputRecords, TaskError> => {
      const supplied = orTaskError(() => {
        for (const input of inputRecords(resolution)) files.supply(input)
        atOnce(keepSources(store, resolution.code, store.isAsStored))
      })
      const performed = withFolder(task, (folder) =>
        Effect.flatMap(
          attempt({ task, resolution, folder, share, isPortable: false, isAlone: false }),
          (done) =>
            Effect.flatMap(
              orTaskError(() => commit(task, resolution, done, folder, isStoreDoubted)),
              committed,
            ),
        ),
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
