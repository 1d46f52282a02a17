// Running one task that is not cached: attempts, then the commit; an input found corrupt is made again first.
import * as Effect from "effect/Effect"
import type { Digest } from "../content/digest.ts"
import type { FileInputs } from "../key/file-inputs.ts"
import { inputRecords, type Resolution } from "../key/resolve.ts"
import type { OutputRecords } from "../ledger/records.ts"
import type { PlannedTask } from "../plan/plan.ts"
import { Events } from "../report/events.ts"
import { isIntact, Store } from "../store/store.ts"
import type { CoreShare } from "../worker/core-share.ts"
import type { TaskError } from "../worker/protocol.ts"
import { committing } from "./commit.ts"
import type { RunOptions, Settled } from "./options.ts"
import { retrying } from "./retries.ts"
import { scratchFolders } from "./scratch-folders.ts"
import { orTaskError } from "./task-error.ts"

/** How often one task's inputs may be healed before it gives up. */
const healings = 3

type Exclusively = <A, E>(effect: Effect.Effect<A, E>) => Effect.Effect<A, E>
const alreadyExclusive: Exclusively = (effect) => effect

/** @returns an effect that runs a task and gives its outputs, or fails with what the last attempt said */
export const taskRunner = (
  options: RunOptions,
  files: FileInputs,
  settledOf: (task: PlannedTask) => Settled | undefined,
) =>
  Effect.gen(function* () {
    const store = yield* Store
    const { emit } = yield* Events
    const attempt = yield* retrying(options)
    const commit = yield* committing(options.id)
    const withFolder = yield* scratchFolders
    const oneAtATime: Exclusively = (yield* Effect.makeSemaphore(1)).withPermits(1)

    const once = (task: PlannedTask, resolution: Resolution, share: CoreShare | undefined) =>
      Effect.gen(function* () {
        yield* orTaskError(() => {
          for (const { digest } of inputRecords(resolution)) files.supply(digest)
        })
        return yield* withFolder(task, (folder) =>
          Effect.flatMap(attempt({ task, resolution, folder, share }), (done) =>
            orTaskError(() => commit(task, resolution, done, folder)),
          ),
        )
      })

    const healing = (
      task: PlannedTask,
      resolution: Resolution,
      exclusively: Exclusively,
      share?: CoreShare,
      healed = 0,
    ): Effect.Effect<OutputRecords, TaskError> =>
      Effect.catchAll(once(task, resolution, share), (error) => {
        if (error.corrupt === undefined || healed >= healings) return Effect.fail(error)
        return Effect.zipRight(
          exclusively(heal(task, error.corrupt)),
          healing(task, resolution, exclusively, share, healed + 1),
        )
      })

    /** One at a time, as several tasks may stumble over one artifact; the first to come makes it again for all. */
    const heal = (task: PlannedTask, digest: Digest): Effect.Effect<void, TaskError> =>
      Effect.gen(function* () {
        if (isIntact(store, digest)) return
        emit({ event: "artifact-quarantined", task: task.label, digest })
        yield* orTaskError(() => files.supply(digest))
        for (const upstream of task.upstream) {
          const { resolution, outputs = {} } = settledOf(upstream) ?? {} // the ledger may have let it go meanwhile
          if (resolution === undefined) continue
          if (Object.values(outputs).some((output) => output.digest === digest))
            yield* healing(upstream, resolution, alreadyExclusive)
        }
      })

    return (task: PlannedTask, resolution: Resolution, share?: CoreShare) =>
      healing(task, resolution, oneAtATime, share)
  })
