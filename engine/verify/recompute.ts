// Whether tasks reproduce: runs them again, in a folder of their own, and compares bits with the lock.
import { randomBytes } from "node:crypto"
import { mkdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Digest } from "../content/digest.ts"
import { metricsDigest } from "../content/link-metrics.ts"
import { isObserved } from "../declare/observed/observed.ts"
import { policyOf } from "../declare/policy/policy.ts"
import { type FileInputs, fileInputs } from "../key/file-inputs.ts"
import { inputRecords, type Resolution } from "../key/resolve.ts"
import { foldersOf } from "../lock/path-lines.ts"
import { filesOfLine } from "../lock/quoted-folder.ts"
import type { PlannedTask } from "../plan/planned.ts"
import type { Difference } from "../report/differences.ts"
import { Events } from "../report/events.ts"
import { limited } from "../run/attempt.ts"
import { authored, errorFacts, withPlace } from "../run/authored-error.ts"
import { admitting } from "../run/capacity/admitted.ts"
import { chainOf } from "../run/chain.ts"
import { presence } from "../run/presence.ts"
import { retriesAfter } from "../run/retries.ts"
import { placing, taskFile } from "../run/task-file.ts"
import { inTurns } from "../run/turns.ts"
import { expected } from "../session/expected.ts"
import { isIntact, Store } from "../store/store.ts"
import type { CoreShare } from "../worker/core-share.ts"
import { Executor, orLost } from "../worker/executor.ts"
import type { DoneFile, TaskError, TaskFile } from "../worker/protocol.ts"
import type { Chosen } from "./choose.ts"
import { comparison } from "./comparison.ts"
import { knownChain } from "./known-chain.ts"
import type { Traced } from "./opened-paths.ts"
import type { RecomputeOptions } from "./options.ts"
import { tracedOf, watched } from "./watched.ts"
import { Whereabouts } from "./whereabouts.ts"
import { type Piece, Work } from "./work.ts"

export interface Recomputed {
  readonly differences: ReadonlyArray<Difference>
  /** By task, the names of the lock's digests that were really compared, as in `digestsOf`; of a task that failed none. */
  readonly compared: ReadonlyMap<PlannedTask, ReadonlySet<string>>
}

/** Runs what was chosen, in that order, and before it what of its ancestors is in no store. */
export const recompute = Effect.fn("recompute")(function* (
  chosen: ReadonlyArray<Chosen>,
  options: RecomputeOptions,
) {
  const store = yield* Store
  const run = `verify-${randomBytes(4).toString("hex")}`
  yield* presence(run) // `gc` spares what it reads and makes
  const recomputation = new Recomputation(options, {
    run,
    store,
    executor: yield* Executor,
    emit: (yield* Events).emit,
    files: yield* fileInputs(options.root, options.plan.files, inTurns),
    scratch: yield* Effect.acquireRelease(
      expected(() => store.scratch("verify")),
      (folder) => Effect.sync(() => store.discard(folder)),
    ),
  })
  const working = Effect.scoped(recomputation.run(chosen))
  const { budget } = options
  yield* budget === undefined ? working : Effect.timeoutOption(working, Duration.seconds(budget))
  const recomputed: Recomputed = recomputation
  return recomputed
})

interface Services {
  /** Whose mutexes are held. */
  readonly run: string
  readonly store: Store["Type"]
  readonly executor: Executor["Type"]
  readonly emit: Events["Type"]["emit"]
  readonly files: FileInputs
  /** A folder whose folders are those of the tasks. */
  readonly scratch: string
}

class Recomputation implements Recomputed {
  readonly differences: Array<Difference> = []
  readonly compared = new Map<PlannedTask, Set<string>>()
  readonly #options: RecomputeOptions
  readonly #services: Services
  readonly #work: Work
  readonly #where: Whereabouts
  #makers: ReadonlyMap<Digest, PlannedTask> | undefined
  /** How often each piece has failed. */
  readonly #tries = new Map<Piece, number>()
  #folders = 0

  constructor(options: RecomputeOptions, services: Services) {
    this.#options = options
    this.#services = services
    this.#where = new Whereabouts(services.store, services.files, services.scratch)
    this.#work = new Work({
      missing: (task) => this.#missing(task),
      maker: (digest) => this.#maker(digest),
    })
  }

  /** With a budget, what was chosen is looked at only when its turn comes: its ancestors may take all of the time. */
  run(chosen: ReadonlyArray<Chosen>) {
    return Effect.gen(this, function* () {
      const { resolutions } = this.#options
      for (const { task } of chosen) yield* expected(() => this.#where.keepSources(resolutions.get(task)))
      const { budget, capacity } = this.#options
      const taskOf = ({ chosen }: Piece): PlannedTask => chosen.task
      const admitted = yield* admitting(this.#services.run, capacity, taskOf, (piece, share) =>
        this.#perform(piece, share),
      )
      yield* expected(() => {
        for (const { task } of chosen) admitted.check(task)
      })
      const next = chosen[Symbol.iterator]()
      if (budget === undefined) for (const each of next) yield* this.#add(each)
      do {
        yield* expected(() => {
          for (let piece = this.#work.take(); piece !== undefined; piece = this.#work.take())
            admitted.add(piece)
        })
        const { value: another } = admitted.hasPlace ? next.next() : { value: undefined }
        if (another !== undefined) yield* this.#add(another)
        else if (!(yield* admitted.turn)) return
      } while (true)
    })
  }

  #add(chosen: Chosen) {
    return expected(() => this.#work.add(chosen))
  }

  /** Inputs that are nowhere; what comes from local files is put into the store first. */
  #missing(task: PlannedTask): ReadonlyArray<Digest> {
    const resolution = this.#options.resolutions.get(task)
    if (resolution === undefined) return []
    const inputs = new Map(inputRecords(resolution).map((input) => [input.digest, input]))
    const missing = [...inputs.values()].filter((input) => {
      if (this.#where.isThere(input)) return false
      this.#services.files.supply(input)
      return !this.#where.isThere(input)
    })
    return missing.map(({ digest }) => digest)
  }

  /** The task that makes an artifact, as the lock says: of several the first in the plan's order, which needs none of the others. */
  #maker(digest: Digest): PlannedTask | undefined {
    this.#makers ??= new Map(
      [...this.#options.plan.tasks].reverse().flatMap((task) => {
        const line = this.#options.lines[task.label]
        const made = line === undefined ? [] : [...Object.values(line.outputs), ...filesOfLine(line)]
        return made.map((digest) => [digest, task] as const)
      }),
    )
    return this.#makers.get(digest)
  }

  #perform(piece: Piece, share: CoreShare): Effect.Effect<void, Error> {
    const { task } = piece.chosen
    return Effect.gen(this, function* () {
      const resolution = this.#options.resolutions.get(task)
      const missing = yield* expected(() => this.#missing(task))
      if (resolution !== undefined && missing.length > 0) this.#failed(task, this.#notMade(missing))
      if (resolution === undefined || missing.length > 0) return this.#work.done(piece)
      const error = yield* this.#execute(piece.chosen, resolution, share)
      if (error === undefined) return this.#work.done(piece)
      const { corrupt } = error
      if (corrupt === undefined || this.#where.doubted.has(corrupt)) {
        if (this.#isTriedAgain(piece, error)) return yield* expected(() => this.#work.again(piece))
        this.#failed(task, withPlace(error))
        return this.#work.done(piece)
      }
      this.#where.doubted.add(corrupt)
      this.differences.push({ what: "object", digest: corrupt, names: [] })
      isIntact(this.#services.store, corrupt) // quarantines it
      yield* expected(() => this.#work.again(piece))
    })
  }

  #failed(task: PlannedTask, message: string): void {
    this.differences.push({ what: "failed", task: task.label, message })
  }

  #notMade(missing: ReadonlyArray<Digest>): string {
    const names = missing.map((digest) => {
      const maker = this.#maker(digest)
      return maker === undefined ? digest : `${digest.slice(0, 12)} of ${maker.label}`
    })
    return `an input that the lock names could not be made again: ${names.join(", ")}`
  }

  /** As in a run: what failed is tried again as often as its policy says. */
  #isTriedAgain(piece: Piece, error: TaskError): boolean {
    const { task } = piece.chosen
    const { retries } = policyOf(task.node.stage, this.#options.capacity.policies)
    const before = this.#tries.get(piece) ?? 0
    this.#tries.set(piece, before + 1)
    const again = before < retriesAfter(error, retries)
    this.#services.emit({ event: "attempt-failed", task: task.label, error: errorFacts(error), again })
    return again
  }

  /** @returns what it failed with */
  #execute(
    chosen: Chosen,
    resolution: Resolution,
    share: CoreShare,
  ): Effect.Effect<TaskError | undefined, Error> {
    const { task } = chosen
    const { timeout } = policyOf(task.node.stage, this.#options.capacity.policies)
    return Effect.gen(this, function* () {
      const folder = join(this.#services.scratch, String(this.#folders++))
      mkdirSync(folder)
      yield* expected(() => this.#where.keepSources(resolution))
      const file = yield* expected(() => this.#taskFile(chosen, resolution, folder))
      const executed = limited(
        orLost(this.#services.executor.execute(file, folder, () => {}, share)),
        timeout,
        task.stage,
      )
      const [taken, performed] = yield* Effect.timed(executed)
      const result = yield* authored(performed, resolution.code, this.#options.root, task)
      if (result.status === "failed") return result.error
      this.#tell(task, tracedOf(resolution, folder, this.#options))
      if (isObserved(task.node.stage)) return undefined // another answer is none too many
      for (const output of Object.values(result.outputs))
        for (const { digest, file } of [output, ...(output.files ?? [])])
          this.#where.made.set(digest, join(folder, file))
      this.#compare(chosen, file, result, folder, Duration.toSeconds(taken))
      return undefined
    })
  }

  /** What a program that was watched did. */
  #tell({ label }: PlannedTask, traced: Traced | undefined): void {
    if (traced === undefined) return
    const { undeclared: paths, ...others } = traced
    if (paths.length > 0) this.differences.push({ what: "undeclared", task: label, paths })
    this.#services.emit({ event: "traced", task: label, ...others })
  }

  #taskFile(chosen: Chosen, resolution: Resolution, folder: string): TaskFile {
    const { task, links, finish } = chosen
    const { settings, lines } = this.#options
    const chain =
      links === undefined
        ? undefined
        : knownChain(lines[task.label]!, chosen, {
            locate: (digest) => this.#where.locate(digest),
            metricsOf: (link) => this.#options.metricsOf(task, link),
          })
    const usual = taskFile(task, resolution, {
      settings,
      folder,
      isPortable: false, // without an accelerator, unless one was asked for
      place: placing(this.#where.places, this.#services.files),
      links: chainOf(task) === undefined ? undefined : (chain ?? []),
    })
    const fresh = { ...usual, isFresh: true } // what another task left in modules must not pass for a result
    const file: TaskFile = watched(fresh, this.#options.tracer)
    return chain === undefined ? file : { ...file, again: { links: links!, finish } }
  }

  #compare(chosen: Chosen, file: TaskFile, result: DoneFile, folder: string, seconds: number): void {
    const { task, links } = chosen
    const { root, artifacts, compare } = this.#options
    const locked = this.#options.lines[task.label]!
    const isPart = file.again !== undefined
    const { differences, compared } = comparison(locked, {
      ...{ task: task.label, result, folder, isPart, isFinished: file.again?.finish !== false, compare },
      lockedBytes: (digest) => {
        const path = this.#where.locate(digest)
        return path === undefined ? undefined : readFileSync(path)
      },
      lockedMetrics: (link) => {
        const metrics = this.#options.metricsOf(task, link)
        const isLocked = metrics !== undefined && metricsDigest(metrics) === locked.metrics?.[link - 1]
        return isLocked ? metrics : undefined
      },
      folders: foldersOf(root, artifacts, dirname(file.code), folder),
    })
    for (const difference of differences) this.differences.push(difference)
    const known = this.compared.get(task) ?? new Set()
    for (const name of compared) known.add(name)
    this.compared.set(task, known)
    this.#services.emit({
      event: "recomputed",
      task: task.label,
      link: isPart && links?.length === 1 ? links[0]! : null,
      finish: file.again?.finish !== false,
      compared: compared.size,
      same: differences.length === 0,
      seconds,
    })
  }
}
