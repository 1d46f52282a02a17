// Running one task that is not cached: attempts, then the commit; an input found corrupt is made again first.
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Schedule from "effect/Schedule"
import type { Digest } from "../content/digest.ts"
import { isFolder } from "../content/kind.ts"
import type { FileInputs } from "../key/file-inputs.ts"
import { inputRecords, type Resolution } from "../key/resolve.ts"
import type { OutputRecord, OutputRecords } from "../ledger/records.ts"
import type { PlannedTask } from "../plan/planned.ts"
import { Events } from "../report/events.ts"
import { checkingAll, knownFiles } from "../store/folders.ts"
import { CorruptArtifact, Store } from "../store/store.ts"
import type { CoreShare } from "../worker/core-share.ts"
import type { TaskError } from "../worker/protocol.ts"
import { committing } from "./commit.ts"
import type { DoneAttempts } from "./log/done-attempts.ts"
import { damagedObservation } from "./observed/observing.ts"
import type { RunOptions, Settled } from "./options.ts"
import { retrying } from "./retries.ts"
import { scratchFolders, type WithFolder } from "./scratch-folders.ts"
import { orTaskError } from "./store-failures.ts"
import { inTurns } from "./turns.ts"

/** @returns an effect that runs a task and gives its outputs, or fails with what the last attempt said */
export const taskRunner = (options: RunOptions, files: FileInputs, done: DoneAttempts, tasks: KnownTasks) =>
  Effect.gen(function* () {
    const runner = new TaskRunner({
      store: yield* Store,
      emit: (yield* Events).emit,
      files,
      tasks,
      attempt: yield* retrying(options, files, done, tasks.promiseAnother),
      commit: yield* committing(options.id),
      withFolder: yield* scratchFolders,
      healing: (yield* Effect.makeSemaphore(1)).withPermits(1),
    })
    return (task: PlannedTask, resolution: Resolution, share?: CoreShare) =>
      runner.run({ task, resolution, share })
  })

/** What is asked of the other tasks of the run. */
interface KnownTasks {
  readonly settled: (task: PlannedTask) => Settled | undefined
  /** Those that a task takes outputs of. */
  readonly upstream: (task: PlannedTask) => ReadonlyArray<PlannedTask>
  /** Another attempt is to be made. @returns in how many seconds its groups let it */
  readonly promiseAnother: (task: PlannedTask, resolution: Resolution) => number
}

interface Services {
  readonly store: Store["Type"]
  readonly emit: Events["Type"]["emit"]
  readonly files: FileInputs
  readonly tasks: KnownTasks
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
}

class TaskRunner {
  readonly #services: Services
  /** What was made again in this run: what is damaged once more will stay so. */
  readonly #madeAgain = new Set<Digest>()
  /** What was told of as damaged. */
  readonly #told = new Set<Digest>()

  constructor(services: Services) {
    this.#services = services
  }

  /** However many inputs are damaged, and inputs of what makes them: each is made again once in a run. */
  run(at: TaskAtHand): Effect.Effect<OutputRecords, TaskError> {
    return Effect.gen(this, function* () {
      for (const met = new Set<Digest>(); ; ) {
        const ended = yield* Effect.either(this.#once(at))
        if (Either.isRight(ended)) return ended.right
        const { corrupt } = ended.left
        if (corrupt === undefined || met.has(corrupt)) return yield* Effect.fail(ended.left)
        met.add(corrupt)
        yield* this.#services.healing(this.#heal(at))
      }
    })
  }

  /** @param isStoreDoubted whether it makes again what was found damaged */
  #once(
    { task, resolution, share }: TaskAtHand,
    isStoreDoubted = false,
  ): Effect.Effect<OutputRecords, TaskError> {
    const { files, attempt, commit, withFolder } = this.#services
    const supplied = orTaskError(() => {
      for (const input of inputRecords(resolution)) files.supply(input)
    })
    const performed = withFolder(task, (folder) =>
      Effect.flatMap(attempt({ task, resolution, folder, share, isPortable: false }), (done) =>
        Effect.flatMap(
          orTaskError(() => commit(task, resolution, done, folder, isStoreDoubted)),
          committed,
        ),
      ),
    )
    return Effect.zipRight(supplied, performed)
  }

  /** Makes all inputs of a task sound: upstream tasks run again, those first whose outputs others of them need. */
  #heal(wanting: TaskAtHand): Effect.Effect<void, TaskError> {
    return Effect.gen(this, function* () {
      /** From the task at hand down to the deepest whose inputs are damaged: no recursion, as chains of tasks are long. */
      const way: Array<TaskAtHand> = [wanting]
      const ran = new Set<PlannedTask>()
      const met = new Set<Digest>()
      for (let at = way.at(-1); at !== undefined; at = way.at(-1)) {
        const makers = ran.has(at.task) ? [] : yield* this.#makers(at)
        for (const maker of makers) way.push(maker)
        if (makers.length > 0) continue
        if (at === wanting || ran.has(at.task)) {
          way.pop()
          continue
        }
        const ended = yield* Effect.either(this.#once(at, true))
        if (Either.isRight(ended)) {
          for (const { digest } of this.#outputsOf(at.task)) this.#madeAgain.add(digest)
          ran.add(at.task)
        } else {
          const { corrupt } = ended.left
          if (corrupt === undefined || met.has(corrupt)) return yield* notHealed(wanting, at, ended.left)
          met.add(corrupt) // it was damaged since it was looked at
        }
      }
    })
  }

  /** The tasks that are to run again for the damaged inputs of one; what comes from local files is put back at once. */
  #makers({ task, resolution }: TaskAtHand): Effect.Effect<ReadonlyArray<TaskAtHand>, TaskError> {
    return Effect.gen(this, function* () {
      const makers = new Map<PlannedTask, TaskAtHand>()
      const inputs = new Map(inputRecords(resolution).map((input) => [input.digest, input]))
      for (const [digest, input] of inputs) {
        if (yield* this.#isSound(task, input)) continue
        const maker = this.#services.tasks
          .upstream(task)
          .find((other) => this.#outputsOf(other).some((output) => this.#holds(output, digest)))
        const { resolution } = (maker && this.#services.tasks.settled(maker)) ?? {}
        if (maker === undefined || resolution === undefined || this.#madeAgain.has(digest)) {
          const why = this.#madeAgain.has(digest)
            ? "is so again after it was made again"
            : "is made by no task"
          return yield* Effect.fail({
            tag: "CorruptArtifact",
            message: `artifact ${digest}, an input of ${task.label}, is missing or damaged and ${why}`,
          })
        }
        const { observed } = this.#services.tasks.settled(maker)!
        if (observed !== undefined)
          return yield* Effect.fail(damagedObservation(maker, observed, "an output", digest))
        makers.set(maker, { task: maker, resolution })
      }
      return [...makers.values()]
    })
  }

  /** Whether an input holds what its digest promises, now that it was put back if it comes from a local file. */
  #isSound(task: PlannedTask, input: OutputRecord): Effect.Effect<boolean, TaskError> {
    const { emit, files } = this.#services
    const { digest } = input
    return Effect.gen(this, function* () {
      if (files.isReadInPlace(input)) return true // whoever reads it looks
      if (yield* this.#isIntact(input)) return true
      if (!this.#told.has(digest)) emit({ event: "artifact-quarantined", task: task.label, digest })
      this.#told.add(digest)
      yield* orTaskError(() => files.supply(input))
      return files.isReadInPlace(input) || (yield* this.#isIntact(input))
    })
  }

  /** In turns: there may be gigabytes. */
  #isIntact(input: OutputRecord): Effect.Effect<boolean> {
    const { store } = this.#services
    return inTurns(function* () {
      try {
        yield* checkingAll(store, input)
        return true
      } catch (failure) {
        if (failure instanceof CorruptArtifact) return false
        throw failure
      }
    })
  }

  /** Whether an output is an artifact, or a folder with it. */
  #holds(output: OutputRecord, digest: Digest): boolean {
    if (output.digest === digest) return true
    return (
      isFolder(output.kind) &&
      knownFiles(this.#services.store, output.digest).some((file) => file.digest === digest)
    )
  }

  #outputsOf(task: PlannedTask): ReadonlyArray<OutputRecord> {
    return Object.values(this.#services.tasks.settled(task)?.outputs ?? {})
  }
}

/** One refusal of the ledger is no reason to lose what was made: the next try may find it free. */
const committed = (commit: () => OutputRecords): Effect.Effect<OutputRecords, TaskError> =>
  Effect.retry(orTaskError(commit), {
    times: 2,
    while: ({ tag }) => tag === "LedgerError",
    schedule: Schedule.spaced("100 millis"),
  })

function notHealed({ task }: TaskAtHand, maker: TaskAtHand, { corrupt: _, ...error }: TaskError) {
  const message = `${maker.task.label}, run again for damaged inputs of ${task.label}, failed: ${error.message}`
  return Effect.fail({ ...error, message })
}
