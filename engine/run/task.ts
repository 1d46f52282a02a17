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
import { scratchFolders, type WithFolder } from "./scratch-folders.ts"
import { orTaskError } from "./store-failures.ts"

/** How often one task's inputs may be healed before it gives up. */
const healings = 3

/** @returns an effect that runs a task and gives its outputs, or fails with what the last attempt said */
export const taskRunner = (
  options: RunOptions,
  files: FileInputs,
  settledOf: (task: PlannedTask) => Settled | undefined,
) =>
  Effect.gen(function* () {
    const runner = new TaskRunner({
      store: yield* Store,
      emit: (yield* Events).emit,
      files,
      settledOf,
      attempt: yield* retrying(options),
      commit: yield* committing(options.id),
      withFolder: yield* scratchFolders,
      healing: (yield* Effect.makeSemaphore(1)).withPermits(1),
    })
    return (task: PlannedTask, resolution: Resolution, share?: CoreShare) =>
      runner.run({ task, resolution, share })
  })

interface Services {
  readonly store: Store["Type"]
  readonly emit: Events["Type"]["emit"]
  readonly files: FileInputs
  readonly settledOf: (task: PlannedTask) => Settled | undefined
  readonly attempt: Effect.Effect.Success<ReturnType<typeof retrying>>
  readonly commit: Effect.Effect.Success<ReturnType<typeof committing>>
  readonly withFolder: WithFolder
  /** One at a time, as several tasks may stumble over one artifact: the first to come makes it again for all. */
  readonly healing: <A, E>(effect: Effect.Effect<A, E>) => Effect.Effect<A, E>
}

interface TaskAtHand {
  readonly task: PlannedTask
  readonly resolution: Resolution
  readonly share?: CoreShare | undefined
  /** Whether it runs to heal an input of another: then it has the right to heal already. */
  readonly isHealing?: boolean
}

class TaskRunner {
  readonly #services: Services

  constructor(services: Services) {
    this.#services = services
  }

  run(at: TaskAtHand, healed = 0): Effect.Effect<OutputRecords, TaskError> {
    return Effect.catchAll(this.#once(at), (error) => {
      if (error.corrupt === undefined || healed >= healings) return Effect.fail(error)
      const heal = this.#heal(at.task, error.corrupt)
      const healing = at.isHealing === true ? heal : this.#services.healing(heal)
      return Effect.zipRight(healing, this.run(at, healed + 1))
    })
  }

  #once({ task, resolution, share }: TaskAtHand): Effect.Effect<OutputRecords, TaskError> {
    const { files, attempt, commit, withFolder } = this.#services
    const supplied = orTaskError(() => {
      for (const { digest } of inputRecords(resolution)) files.supply(digest)
    })
    const performed = withFolder(task, (folder) =>
      Effect.flatMap(attempt({ task, resolution, folder, share }), (done) =>
        orTaskError(() => commit(task, resolution, done, folder)),
      ),
    )
    return Effect.zipRight(supplied, performed)
  }

  /** Makes an input again that was found corrupt: from a local file, or by the upstream task whose output it is. */
  #heal(task: PlannedTask, digest: Digest): Effect.Effect<void, TaskError> {
    return Effect.gen(this, function* () {
      const { store, emit, files, settledOf } = this.#services
      if (isIntact(store, digest)) return
      emit({ event: "artifact-quarantined", task: task.label, digest })
      yield* orTaskError(() => files.supply(digest))
      for (const upstream of task.upstream) {
        const { resolution, outputs = {} } = settledOf(upstream) ?? {} // the ledger may have let it go meanwhile
        if (resolution === undefined) continue
        if (Object.values(outputs).some((output) => output.digest === digest))
          yield* this.run({ task: upstream, resolution, isHealing: true })
      }
    })
  }
}
