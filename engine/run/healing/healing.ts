// Inputs that turned out damaged are made again: which tasks run again for them, and in which order. Where and when these run it leaves
// to the runner, as they take as much of the machine as any task.
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { Digest } from "../../content/digest.ts"
import { isFolder } from "../../content/kind.ts"
import type { FileInputs } from "../../key/file-inputs.ts"
import { inputRecords, type Resolution } from "../../key/resolve.ts"
import type { OutputRecord, OutputRecords } from "../../ledger/records.ts"
import type { PlannedTask } from "../../plan/planned.ts"
import type { Events } from "../../report/events.ts"
import { checkingAll, knownFiles } from "../../store/folders.ts"
import { CorruptArtifact, type Store } from "../../store/store.ts"
import type { TaskError } from "../../worker/protocol.ts"
import { damagedObservation } from "../observed/observing.ts"
import type { Settled } from "../options.ts"
import { orTaskError } from "../store-failures.ts"
import { inTurns } from "../turns.ts"

export interface TaskAtHand {
  readonly task: PlannedTask
  readonly resolution: Resolution
}

/** Runs a task that is settled once more, as soon as there is room for it. */
export type RunAgain = (at: TaskAtHand) => Effect.Effect<OutputRecords, TaskError>

interface Services {
  readonly store: Store["Type"]
  readonly emit: Events["Type"]["emit"]
  readonly files: FileInputs
  readonly settled: (task: PlannedTask) => Settled | undefined
  /** The tasks that one takes outputs of. */
  readonly upstream: (task: PlannedTask) => ReadonlyArray<PlannedTask>
}

export class Healing {
  readonly #services: Services
  /** One at a time, as several tasks may stumble over one artifact: the first to come makes it again for all. */
  readonly #inTurn = Effect.unsafeMakeSemaphore(1).withPermits(1)
  /** What was made again in this run: what is damaged once more will stay so. */
  readonly #madeAgain = new Set<Digest>()
  /** What was told of as damaged. */
  readonly #told = new Set<Digest>()
  /** What each task has stumbled over so far. */
  readonly #met = new Map<PlannedTask, Set<Digest>>()

  constructor(services: Services) {
    this.#services = services
  }

  /** Whether a task failed of an input that may be made again: however many are, each is once. */
  mayHelp(task: PlannedTask, { corrupt }: TaskError): boolean {
    if (corrupt === undefined) return false
    const met = this.#met.get(task) ?? new Set()
    if (met.has(corrupt)) return false
    this.#met.set(task, met.add(corrupt))
    return true
  }

  /** Makes all inputs of a task sound. */
  heal(wanting: TaskAtHand, again: RunAgain): Effect.Effect<void, TaskError> {
    return this.#inTurn(this.#makeSound(wanting, again))
  }

  /** Upstream tasks run again, those first whose outputs others of them need. */
  #makeSound(wanting: TaskAtHand, again: RunAgain): Effect.Effect<void, TaskError> {
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
        const ended = yield* Effect.either(again(at))
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
        const maker = this.#services
          .upstream(task)
          .find((other) => this.#outputsOf(other).some((output) => this.#holds(output, digest)))
        const { resolution } = (maker && this.#services.settled(maker)) ?? {}
        if (maker === undefined || resolution === undefined || this.#madeAgain.has(digest)) {
          const why = this.#madeAgain.has(digest)
            ? "is so again after it was made again"
            : "is made by no task"
          return yield* Effect.fail({
            tag: "CorruptArtifact",
            message: `artifact ${digest}, an input of ${task.label}, is missing or damaged and ${why}`,
          })
        }
        const { observed } = this.#services.settled(maker)!
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
    return Object.values(this.#services.settled(task)?.outputs ?? {})
  }
}

function notHealed({ task }: TaskAtHand, maker: TaskAtHand, { corrupt: _, ...error }: TaskError) {
  const message = `${maker.task.label}, run again for damaged inputs of ${task.label}, failed: ${error.message}`
  return Effect.fail({ ...error, message })
}
