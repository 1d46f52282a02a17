// Whether tasks reproduce: runs them again, in a folder of their own, and compares bits with the lock.
import { randomBytes } from "node:crypto"
import { existsSync, mkdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Digest } from "../content/digest.ts"
import { metricsDigest } from "../content/link-metrics.ts"
import { type FileInputs, fileInputs } from "../key/file-inputs.ts"
import { inputRecords, type Resolution } from "../key/resolve.ts"
import { digestsOf, outputDifferences } from "../lock/compare-locks.ts"
import type { Lock } from "../lock/lock-file.ts"
import type { Plan, PlannedTask } from "../plan/plan.ts"
import type { Difference } from "../report/differences.ts"
import { Events } from "../report/events.ts"
import { authored, withPlace } from "../run/authored-error.ts"
import { chainOf } from "../run/chain.ts"
import { presence } from "../run/presence.ts"
import { taskFile } from "../run/task-file.ts"
import { expected } from "../session/expected.ts"
import { isIntact, Store } from "../store/store.ts"
import { Executor, orLost } from "../worker/executor.ts"
import {
  type DoneFile,
  type LinkFile,
  linkFileName,
  type OutputFile,
  type TaskFile,
} from "../worker/protocol.ts"
import type { Chosen } from "./choose.ts"

export interface RecomputeOptions {
  readonly plan: Plan
  readonly lock: Lock
  readonly resolutions: ReadonlyMap<PlannedTask, Resolution>
  readonly root: string
  readonly settings: Readonly<Record<string, string>>
  readonly jobs: number
  /** Compares two artifacts of a kind, in lines: "conv1/kernel: 3 of 150 differ, by 1e-7 at most". */
  readonly compare: (kind: string, locked: Uint8Array, found: Uint8Array) => ReadonlyArray<string>
}

/** Runs what was chosen, and what of its ancestors is in no store. @returns how the results differ from the lock */
export const recompute = Effect.fn("recompute")(function* (
  chosen: ReadonlyArray<Chosen>,
  options: RecomputeOptions,
) {
  const store = yield* Store
  yield* presence(`verify-${randomBytes(4).toString("hex")}`) // `gc` spares what it reads and makes
  const recomputation = new Recomputation(options, {
    store,
    executor: yield* Executor,
    emit: (yield* Events).emit,
    files: yield* fileInputs(options.root, options.plan.files),
    slots: yield* Effect.makeSemaphore(options.jobs),
    scratch: yield* Effect.acquireRelease(
      expected(() => store.scratch("verify")),
      (folder) => Effect.sync(() => store.discard(folder)),
    ),
  })
  yield* Effect.forEach(chosen, (each) => recomputation.run(each), {
    concurrency: "unbounded",
    discard: true,
  })
  return recomputation.differences
})

interface Services {
  readonly store: Store["Type"]
  readonly executor: Executor["Type"]
  readonly emit: Events["Type"]["emit"]
  readonly files: FileInputs
  readonly slots: Effect.Semaphore
  /** A folder whose folders are those of the tasks. */
  readonly scratch: string
}

class Recomputation {
  readonly differences: Array<Difference> = []
  readonly #options: RecomputeOptions
  readonly #services: Services
  /** Where the outputs of what was run again lie. */
  readonly #made = new Map<Digest, string>()
  /** What a worker found corrupt. */
  readonly #doubted = new Set<Digest>()
  readonly #whole = new Map<PlannedTask, Effect.Effect<void, Error>>()
  #folders = 0

  constructor(options: RecomputeOptions, services: Services) {
    this.#options = options
    this.#services = services
  }

  run(chosen: Chosen): Effect.Effect<void, Error> {
    return chosen.link === undefined ? this.#runWhole(chosen.task) : this.#runOnce(chosen)
  }

  /** A task whole, at most once, as an ancestor or for itself. */
  #runWhole(task: PlannedTask): Effect.Effect<void, Error> {
    return Effect.suspend(() => {
      let run = this.#whole.get(task)
      if (run === undefined) {
        run = Effect.runSync(Effect.cached(this.#runOnce({ task, link: undefined })))
        this.#whole.set(task, run)
      }
      return run
    })
  }

  #runOnce(chosen: Chosen): Effect.Effect<void, Error> {
    const { task } = chosen
    return Effect.gen(this, function* () {
      const resolution = this.#options.resolutions.get(task)
      if (resolution === undefined) return
      const inputs = inputRecords(resolution)
      for (const { digest } of inputs) yield* this.#supply(task, digest)
      if (inputs.some(({ digest }) => this.#locate(digest) === undefined)) {
        const message = "an input that the lock names could not be made again"
        this.differences.push({ what: "failed", task: task.label, message })
        return
      }
      const corrupt = yield* this.#execute(chosen, resolution)
      if (corrupt === undefined) return
      this.#doubted.add(corrupt)
      this.differences.push({ what: "object", digest: corrupt, names: [] })
      isIntact(this.#services.store, corrupt) // quarantines it
      yield* this.#runOnce(chosen)
    })
  }

  /** An input that is nowhere is taken from a local file, or made by the task whose output it is. */
  #supply(task: PlannedTask, digest: Digest): Effect.Effect<void, Error> {
    if (this.#locate(digest) !== undefined) return Effect.void
    return Effect.andThen(
      expected(() => this.#services.files.supply(digest)),
      () => (this.#locate(digest) === undefined ? this.#make(task, digest) : Effect.void),
    )
  }

  /** Runs the task that makes an input, as the lock says. */
  #make(task: PlannedTask, digest: Digest): Effect.Effect<void, Error> {
    const { tasks } = this.#options.lock
    const maker = task.upstream.find((other) =>
      Object.values(tasks[other.label]?.outputs ?? {}).includes(digest),
    )
    return maker === undefined ? Effect.void : this.#runWhole(maker)
  }

  #locate(digest: Digest): string | undefined {
    const path = this.#services.store.path(digest)
    return !this.#doubted.has(digest) && existsSync(path) ? path : this.#made.get(digest)
  }

  /** @returns an input that the worker found corrupt, for the first time */
  #execute(chosen: Chosen, resolution: Resolution): Effect.Effect<Digest | undefined> {
    const { task } = chosen
    return Effect.gen(this, function* () {
      const folder = join(this.#services.scratch, String(this.#folders++))
      mkdirSync(folder)
      const file = this.#taskFile(chosen, resolution)
      const executed = orLost(this.#services.executor.execute(file, folder, () => {}))
      const [taken, performed] = yield* this.#services.slots.withPermits(1)(Effect.timed(executed))
      const result = yield* authored(performed, resolution.code, this.#options.root)
      if (result.status === "failed") {
        const { corrupt } = result.error
        if (corrupt !== undefined && !this.#doubted.has(corrupt)) return corrupt
        this.differences.push({ what: "failed", task: task.label, message: withPlace(result.error) })
        return undefined
      }
      for (const { digest, file } of Object.values(result.outputs)) this.#made.set(digest, join(folder, file))
      this.#compare(chosen, result, folder, Duration.toSeconds(taken))
      return undefined
    })
  }

  #taskFile({ task, link }: Chosen, resolution: Resolution): TaskFile {
    const { store } = this.#services
    const locked = this.#options.lock.tasks[task.label]!
    const states = link === undefined ? [] : (locked.states ?? []).slice(0, link - 1)
    const known = states.map((digest) => ({ metrics: {}, digest, path: this.#locate(digest) ?? null }))
    const file = taskFile(task, resolution, {
      settings: this.#options.settings,
      pathOf: (digest) => this.#locate(digest) ?? store.path(digest),
      links: chainOf(task) === undefined ? undefined : known,
    })
    return link === undefined ? file : { ...file, onlyLink: link }
  }

  #compare({ task, link }: Chosen, result: DoneFile, folder: string, seconds: number): void {
    const all = digestsOf(this.#options.lock.tasks[task.label]!)
    const state = `state ${link}`
    const expected = link === undefined ? all : { [state]: all[state]! }
    const found = link === undefined ? foundDigests(result) : { [state]: linkIn(folder, link)!.state.digest }
    const differences = outputDifferences(task.label, expected, found).map((each) =>
      each.what === "output" ? { ...each, details: this.#details(each, result, folder) } : each,
    )
    for (const difference of differences) this.differences.push(difference)
    this.#services.emit({
      event: "recomputed",
      task: task.label,
      link: link ?? null,
      same: differences.length === 0,
      seconds,
    })
  }

  #details(
    { locked, output }: Extract<Difference, { readonly what: "output" }>,
    result: DoneFile,
    folder: string,
  ): ReadonlyArray<string> {
    const path = locked === null ? undefined : this.#locate(locked)
    const blob = blobOf(output, result, folder)
    if (path === undefined || blob === undefined) return []
    return this.#options.compare(blob.kind, readFileSync(path), readFileSync(join(folder, blob.file)))
  }
}

const foundDigests = ({ outputs, states, progress }: DoneFile): Readonly<Record<string, Digest>> =>
  digestsOf({
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, { digest }]) => [name, digest])),
    ...(states === undefined
      ? {}
      : { states, metrics: progress.map(({ metrics }) => metricsDigest(metrics)) }),
  })

/** The file of an output, or of a state (`state 3`). */
function blobOf(output: string, { outputs }: DoneFile, folder: string): OutputFile | undefined {
  const link = /^state ([0-9]+)$/.exec(output)?.[1]
  return link === undefined ? outputs[output] : linkIn(folder, Number(link))?.state
}

function linkIn(folder: string, link: number): LinkFile | undefined {
  const path = join(folder, linkFileName(link))
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined
}
