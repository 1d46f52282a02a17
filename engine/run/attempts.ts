// Attempts at one task: into the history whatever comes of each, again where that may help, stopped at a time limit.
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs"
import { hostname } from "node:os"
import { join } from "node:path"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { isRecord, type Resolution } from "../key/resolve.ts"
import { Ledger, type OutputRecord } from "../ledger/ledger.ts"
import type { PlannedTask } from "../plan/plan.ts"
import { Events } from "../report/events.ts"
import { Store } from "../store/store.ts"
import { Executor, type News } from "../worker/executor.ts"
import { executeInProcess } from "../worker/in-process.ts"
import {
  type InputFile,
  type KnownLink,
  logFileName,
  type ResultFile,
  type TaskError,
  type TaskFile,
} from "../worker/protocol.ts"
import { chainLinks } from "./chain-links.ts"
import type { Share } from "./cores.ts"
import type { RunOptions } from "./runner.ts"

export type Done = Extract<ResultFile, { readonly status: "done" }>

/** @returns an effect that attempts a task in a folder; it fails with the last attempt's error */
export const attempts = (options: RunOptions) =>
  Effect.gen(function* () {
    const store = yield* Store
    const ledger = yield* Ledger
    const executor = yield* Executor
    const { emit } = yield* Events
    const linksOf = yield* chainLinks(options.id, options.force)

    const once = (
      task: PlannedTask,
      resolution: Resolution,
      folder: string,
      share: Share | undefined,
    ): Effect.Effect<Done, TaskError> =>
      Effect.gen(function* () {
        const { unit = "step", inProcess, timeout } = task.node.stage.definition
        const started = new Date()
        const clock = performance.now()
        const seconds = (): number => (performance.now() - clock) / 1000
        const execute = inProcess === true ? executeInProcess : executor.execute
        const links = linksOf(task, resolution, folder)
        let mishap: unknown
        const hear = (news: News): void => {
          if (news.nudge === "progress") {
            const { done, total, metrics } = news
            emit({ event: "progress", task: task.label, unit, done, total, metrics, seconds: seconds() })
            return
          }
          mishap ??= mishapOf(() => (news.status === "ran" ? links?.commit(news.n) : links?.count(news.n)))
        }
        const executed = execute(
          taskFile(task, resolution, options, store.path, links?.known),
          folder,
          hear,
          share,
        ).pipe(Effect.catchTag("WorkerLost", (lost) => Effect.succeed(failure(lost._tag, lost.message))))
        const attempted = yield* timeout === undefined ? executed : limited(executed, timeout)
        mishap ??= mishapOf(() => links?.commitRest())
        const result =
          mishap === undefined ? attempted : failure("LinkNotKept", String((mishap as Error).message))
        ledger.attempt({
          run: options.id,
          label: task.label,
          stage: task.stage,
          key: resolution.key,
          started: started.toISOString(),
          seconds: seconds(),
          host: hostname(),
          outcome: result.status,
          error: result.status === "failed" ? { tag: result.error.tag, message: result.error.message } : null,
          log: readLog(folder),
        })
        if (result.status === "done") return result
        if (result.error.differs !== undefined) links?.forgetFrom(result.error.differs)
        return yield* Effect.fail(result.error)
      })

    const attempt = (
      task: PlannedTask,
      resolution: Resolution,
      folder: string,
      share?: Share,
      tried = 0,
    ): Effect.Effect<Done, TaskError> =>
      Effect.catchAll(once(task, resolution, folder, share), (error) => {
        const again = tried < retriesFor(task, error)
        emit({
          event: "attempt-failed",
          task: task.label,
          error: { tag: error.tag, message: error.message },
          again,
        })
        if (!again) return Effect.fail(error)
        const backoff = Effect.sleep(Duration.millis(200 * 2 ** tried))
        emptied(folder)
        return Effect.zipRight(backoff, attempt(task, resolution, folder, share, tried + 1))
      })
    return attempt
  })

/**
 * A lost worker says nothing about the stage, so it is always worth one more try; a corrupt input is healed first. A link
 * that gave another state than before was forgotten: the next try makes it anew.
 */
function retriesFor(task: PlannedTask, error: TaskError): number {
  const declared = task.node.stage.definition.retries ?? 0
  if (error.corrupt !== undefined || error.tag === "TimeLimit") return 0
  return error.tag === "WorkerLost" || error.differs !== undefined ? Math.max(1, declared) : declared
}

const failure = (tag: string, message: string): ResultFile => ({
  status: "failed",
  error: { tag, message },
  seconds: 0,
})

const limited = (executed: Effect.Effect<ResultFile>, seconds: number): Effect.Effect<ResultFile> =>
  Effect.timeoutTo(executed, {
    duration: Duration.seconds(seconds),
    onSuccess: (result) => result,
    onTimeout: () => failure("TimeLimit", `it ran past its time limit of ${seconds} s and was stopped`),
  })

/** What a worker is told: everything that the key covers, where inputs lie, and which links are known. */
export function taskFile(
  task: PlannedTask,
  { code, fingerprint, inputs, numerics }: Resolution,
  { settings }: Pick<RunOptions, "settings">,
  pathOf: (digest: OutputRecord["digest"]) => string,
  links: ReadonlyArray<KnownLink> | undefined,
): TaskFile {
  const inputFile = ({ kind, digest }: OutputRecord): InputFile => ({ kind, digest, path: pathOf(digest) })
  const named = (records: Readonly<Record<string, OutputRecord>>) =>
    Object.fromEntries(Object.entries(records).map(([name, record]) => [name, inputFile(record)]))
  return {
    protocol: 1,
    label: task.label,
    stage: task.stage,
    form: task.node.stage.form ?? null,
    code: code.path,
    params: fingerprint.params,
    inputs: Object.fromEntries(
      Object.entries(inputs).map(([role, given]) => [
        role,
        isRecord(given) ? inputFile(given) : named(given),
      ]),
    ),
    allow: task.node.stage.definition.allow ?? [],
    files: numerics?.files ?? {},
    ...(numerics?.provider === undefined ? {} : { provider: numerics.provider }),
    settings,
    ...(links === undefined ? {} : { links, unit: task.node.stage.definition.unit ?? "link" }),
  }
}

/** Nothing of an earlier attempt may be taken for this one's. */
function emptied(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
}

function mishapOf(run: () => void): unknown {
  try {
    run()
    return undefined
  } catch (failure) {
    return failure
  }
}

function readLog(folder: string): string {
  const path = join(folder, logFileName)
  return existsSync(path) ? readFileSync(path, "utf8") : ""
}
