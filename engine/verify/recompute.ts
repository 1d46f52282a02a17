// Whether tasks reproduce: runs them again, in a folder of their own, and compares bits with the lock.
import { existsSync, mkdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { type Digest, digestOf } from "../content/digest.ts"
import { fileInputs } from "../key/file-inputs.ts"
import { isRecord, type Resolution } from "../key/resolve.ts"
import { type Difference, digestsOf, outputDifferences } from "../lock/compare.ts"
import type { Lock } from "../lock/lock-file.ts"
import type { Plan, PlannedTask } from "../plan/plan.ts"
import { Events } from "../report/events.ts"
import { taskFile } from "../run/attempts.ts"
import { chainOf } from "../run/chain-links.ts"
import { Store } from "../store/store.ts"
import { Executor } from "../worker/executor.ts"
import { type LinkFile, linkFileName, type ResultFile } from "../worker/protocol.ts"

/** What to run again: a task whole, or one link of its chain. */
export interface Chosen {
  readonly task: PlannedTask
  readonly link: number | undefined
}

/**
 * `N` tasks in an order that the seed decides, of each chained one a single link; or all, whole; or what
 * `LABEL` and `LABEL#LINK` name.
 */
export function choose(
  tasks: ReadonlyArray<PlannedTask>,
  lock: Lock,
  wanted: string,
  seed: string,
): ReadonlyArray<Chosen> | undefined {
  if (wanted === "all") return tasks.map((task) => ({ task, link: undefined }))
  if (/^[1-9][0-9]*$/.test(wanted)) {
    const order = [...tasks].sort((a, b) =>
      digestOf(`${seed} ${a.label}`) < digestOf(`${seed} ${b.label}`) ? -1 : 1,
    )
    return order.slice(0, Number(wanted)).map((task) => {
      const links = lock.tasks[task.label]!.states?.length
      const draw = Number.parseInt(digestOf(`${seed} link ${task.label}`).slice(0, 8), 16)
      return { task, link: links === undefined ? undefined : 1 + (draw % links) }
    })
  }
  const [, label, link] = /^([^#]+)(?:#([1-9][0-9]*))?$/.exec(wanted) ?? []
  const task = tasks.find((each) => each.label === label)
  const links = lock.tasks[task?.label ?? ""]?.states?.length ?? 0
  if (task === undefined || (link !== undefined && Number(link) > links)) return undefined
  return [{ task, link: link === undefined ? undefined : Number(link) }]
}

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

/** Runs what was chosen, and what of its ancestors is in no store. */
export const recompute = Effect.fn("recompute")(function* (
  chosen: ReadonlyArray<Chosen>,
  options: RecomputeOptions,
) {
  const { plan, lock, resolutions } = options
  const store = yield* Store
  const executor = yield* Executor
  const { emit } = yield* Events
  const files = yield* fileInputs(options.root, plan.files)
  const slots = yield* Effect.makeSemaphore(options.jobs)
  const scratch = yield* Effect.acquireRelease(store.scratch("verify"), store.discard)
  const differences: Array<Difference> = []
  const made = new Map<Digest, string>()
  const doubted = new Set<Digest>()
  let folders = 0

  const locate = (digest: Digest): string | undefined => {
    const path = store.path(digest)
    return !doubted.has(digest) && existsSync(path) ? path : made.get(digest)
  }

  const execute = ({ task, link }: Chosen, resolution: Resolution) =>
    Effect.gen(function* () {
      const folder = join(scratch, String(folders++))
      mkdirSync(folder)
      const locked = lock.tasks[task.label]!
      const states = link === undefined ? [] : (locked.states ?? []).slice(0, link - 1)
      const known = states.map((digest) => ({ metrics: {}, digest, path: locate(digest) ?? null }))
      const links = chainOf(task) === undefined ? undefined : known
      const file = {
        ...taskFile(task, resolution, options, (digest) => locate(digest) ?? store.path(digest), links),
        ...(link === undefined ? {} : { onlyLink: link }),
      }
      const lost = {
        status: "failed",
        error: { tag: "WorkerLost", message: "the worker was lost" },
        seconds: 0,
      } as const
      const [taken, result] = yield* slots.withPermits(1)(
        Effect.timed(
          Effect.orElseSucceed(
            executor.execute(file, folder, () => {}),
            (): ResultFile => lost,
          ),
        ),
      )
      if (result.status === "failed") {
        if (result.error.corrupt !== undefined && !doubted.has(result.error.corrupt))
          return result.error.corrupt
        differences.push({ what: "failed", task: task.label, message: result.error.message })
        return undefined
      }
      for (const { digest, file } of Object.values(result.outputs)) made.set(digest, join(folder, file))
      const found =
        link === undefined
          ? digestsOf({ outputs: outputDigests(result), ...statesOf(result) })
          : linkDigest(folder, link)
      const all = digestsOf(locked)
      const expected = link === undefined ? all : { [`state ${link}`]: all[`state ${link}`]! }
      const different = outputDifferences(task.label, expected, found).map((each) =>
        each.what === "output"
          ? { ...each, details: detailsOf(each.locked, each.output, result, folder) }
          : each,
      )
      differences.push(...different)
      const seconds = Duration.toSeconds(taken)
      emit({
        event: "recomputed",
        task: task.label,
        link: link ?? null,
        same: different.length === 0,
        seconds,
      })
      return undefined
    })

  const detailsOf = (
    locked: Digest | null,
    output: string,
    { outputs }: Extract<ResultFile, { status: "done" }>,
    folder: string,
  ): ReadonlyArray<string> => {
    const path = locked === null ? undefined : locate(locked)
    const link = /^state ([0-9]+)$/.exec(output)?.[1]
    const blob = link === undefined ? outputs[output] : linkIn(folder, Number(link))?.state
    if (path === undefined || blob === undefined) return []
    return options.compare(blob.kind, readFileSync(path), readFileSync(join(folder, blob.file)))
  }

  const runs = new Map<PlannedTask, Effect.Effect<void, unknown>>()
  /** A task whole, at most once, as an ancestor or for itself. */
  const whole = (task: PlannedTask): Effect.Effect<void, unknown> =>
    Effect.suspend(() => {
      const known = runs.get(task)
      if (known !== undefined) return known
      const cached = Effect.runSync(Effect.cached(prepared({ task, link: undefined })))
      runs.set(task, cached)
      return cached
    })

  const prepared = (each: Chosen): Effect.Effect<void, unknown> =>
    Effect.gen(function* () {
      const resolution = resolutions.get(each.task)
      if (resolution === undefined) return
      const wanted = Object.values(resolution.inputs).flatMap((given) =>
        isRecord(given) ? [given] : Object.values(given),
      )
      for (const { digest } of wanted) {
        if (locate(digest) === undefined) yield* files.supply(digest)
        const maker = locate(digest) === undefined ? makerOf(each.task, digest) : undefined
        if (maker !== undefined) yield* whole(maker)
      }
      if (wanted.some(({ digest }) => locate(digest) === undefined)) {
        const message = "an input that the lock names could not be made again"
        differences.push({ what: "failed", task: each.task.label, message })
        return
      }
      const corrupt = yield* execute(each, resolution)
      if (corrupt === undefined) return
      doubted.add(corrupt)
      differences.push({ what: "object", digest: corrupt, names: [] })
      yield* Effect.ignore(store.read(corrupt)) // quarantines it
      yield* prepared(each)
    })

  const makerOf = (task: PlannedTask, digest: Digest): PlannedTask | undefined =>
    task.upstream.find((other) => Object.values(lock.tasks[other.label]?.outputs ?? {}).includes(digest))

  yield* Effect.forEach(chosen, (each) => (each.link === undefined ? whole(each.task) : prepared(each)), {
    concurrency: "unbounded",
    discard: true,
  })
  return differences
})

const outputDigests = ({
  outputs,
}: Extract<ResultFile, { status: "done" }>): Readonly<Record<string, Digest>> =>
  Object.fromEntries(Object.entries(outputs).map(([name, { digest }]) => [name, digest]))

const statesOf = ({ states }: Extract<ResultFile, { status: "done" }>) =>
  states === undefined ? {} : { states }

const linkDigest = (folder: string, link: number): Readonly<Record<string, Digest>> => ({
  [`state ${link}`]: linkIn(folder, link)!.state.digest,
})

function linkIn(folder: string, link: number): LinkFile | undefined {
  const path = join(folder, linkFileName(link))
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined
}
