// Performs one task that is not cached: attempts, then commits; an input found corrupt is made again first.
import * as Effect from "effect/Effect"
import type { Digest } from "../content/digest.ts"
import type { FileInputs } from "../key/file-inputs.ts"
import { isRecord, type Resolution } from "../key/resolve.ts"
import type { OutputRecord, OutputRecords } from "../ledger/ledger.ts"
import type { PlannedTask } from "../plan/plan.ts"
import { Events } from "../report/events.ts"
import { Store, StoreError } from "../store/store.ts"
import type { TaskError } from "../worker/protocol.ts"
import { attempts } from "./attempts.ts"
import { commits } from "./commit.ts"
import type { Share } from "./cores.ts"
import type { RunOptions, Settled } from "./runner.ts"
import { attemptFolders } from "./scratch-folders.ts"

/** How often one task's inputs may be healed before it gives up. */
const healings = 3

type Lock = <A, E>(effect: Effect.Effect<A, E>) => Effect.Effect<A, E>

/** @returns an effect that runs a task and gives its outputs, or fails with what the last attempt said */
export const performer = (
  options: RunOptions,
  files: FileInputs,
  settledOf: (task: PlannedTask) => Settled | undefined,
) =>
  Effect.gen(function* () {
    const store = yield* Store
    const { emit } = yield* Events
    const attempt = yield* attempts(options)
    const commit = yield* commits(options.id)
    const withFolder = yield* attemptFolders
    const oneAtATime = (yield* Effect.makeSemaphore(1)).withPermits(1)

    const supply = (digest: Digest) => Effect.mapError(files.supply(digest), storeFailure)

    const perform = (
      task: PlannedTask,
      resolution: Resolution,
      lock: Lock,
      healed: number,
      share?: Share,
    ): Effect.Effect<OutputRecords, TaskError> =>
      Effect.gen(function* () {
        for (const { digest } of recordsIn(resolution)) yield* supply(digest)
        return yield* withFolder(task, (folder) =>
          Effect.flatMap(attempt(task, resolution, folder, share), (done) =>
            commit(task, resolution, done, folder),
          ),
        ).pipe(Effect.mapError((error) => (error instanceof StoreError ? storeFailure(error) : error)))
      }).pipe(
        Effect.catchAll((error) => {
          if (error.corrupt === undefined || healed >= healings) return Effect.fail(error)
          return Effect.zipRight(
            lock(heal(task, error.corrupt)),
            perform(task, resolution, lock, healed + 1, share),
          )
        }),
      )

    /** Under the lock, as several tasks may stumble over one artifact; the first to come mends it for all. */
    const heal = (task: PlannedTask, digest: Digest): Effect.Effect<void, TaskError> =>
      Effect.gen(function* () {
        if ((yield* Effect.exit(store.read(digest)))._tag === "Success") return
        emit({ event: "artifact-quarantined", task: task.label, digest })
        yield* supply(digest)
        for (const upstream of task.upstream) {
          const { resolution, outputs = {} } = settledOf(upstream) ?? {} // the ledger may have let it go meanwhile
          if (resolution === undefined) continue
          if (Object.values(outputs).some((output) => output.digest === digest))
            yield* perform(upstream, resolution, (nested) => nested, 0)
        }
      })

    return (task: PlannedTask, resolution: Resolution, share?: Share) =>
      perform(task, resolution, oneAtATime, 0, share)
  })

const storeFailure = (error: StoreError): TaskError => ({ tag: error._tag, message: error.message })

const recordsIn = (resolution: Resolution): ReadonlyArray<OutputRecord> =>
  Object.values(resolution.inputs).flatMap((given) => (isRecord(given) ? [given] : Object.values(given)))
