// Performs one task: reads and checks its inputs, runs the stage's code, writes blobs, and says what came of it.
// Runs in a worker (or, for in-process stages, in the coordinator); knows no store and no ledger.
import { dirname } from "node:path"
import * as Effect from "effect/Effect"
import { pauser, taken } from "../../content/steps.ts"
import type { AnyForm } from "../../declare/form.ts"
import { recordingOf } from "../../declare/observed/recorded.ts"
import { decodeParams } from "../../declare/params.ts"
import type { RunContext } from "../../declare/run-context.ts"
import type { ProgressRow, ResultFile, TaskFile } from "../protocol.ts"
import { performAsking } from "./asking/perform-asking.ts"
import { checkMetrics } from "./check-metrics.ts"
import { checkedFiles } from "./copies.ts"
import { renumber, withoutChance } from "./effect-chance.ts"
import { taskErrorOf } from "./failing/task-error.ts"
import { placeIn, placesIn } from "./given-paths.ts"
import { HandedPaths } from "./handed-paths.ts"
import type { Host } from "./host.ts"
import { readInputs, writeOutputs } from "./inputs-and-outputs.ts"
import type { ChainWalk } from "./live-state.ts"
import { looking } from "./looking.ts"
import { performAtOnce } from "./perform-at-once.ts"
import { accelerating, provided } from "./provided.ts"
import { refusingSecrets, secretsOf } from "./telling/masking.ts"
import { Threads } from "./threads.ts"
import { traced } from "./tracer.ts"
import { type Walked, walk, walkAgain } from "./walk-chain.ts"

/** Runs the task, leaves its blobs in `folder`, and says what came of it, whatever happens. */
export async function performTask(task: TaskFile, folder: string, host: Host): Promise<ResultFile> {
  const threads = new Threads(task, { scratch: host.scratch, places: placesIn(folder) })
  const started = host.now()
  const seconds = (): number => host.now() - started
  try {
    const form = await host.form(task)
    if (recordingOf(form) !== undefined) {
      const { signal } = new AbortController() // nobody asks beside it: who wants no answer ends the process
      return (await performAsking(form as never, task, folder, signal, host))!
    }
    const progress: Array<ProgressRow> = []
    const handed = new HandedPaths(host)
    const pause = pauser(host.now)
    const context = await contextOf({ task, folder, form, host, threads, progress, handed, pause })
    renumber()
    host.draw("run")
    const walked = await performed(form, { task, context, folder, host }, threads)
    const { contents = {}, states, chosen, metrics, end } = walked
    await taken(handed.check(), pause)
    const outputs =
      task.again?.finish === false
        ? {}
        : await taken(
            writeOutputs(
              task.stage,
              form.outputs,
              contents,
              folder,
              looking(task, [dirname(task.code), folder], host),
            ),
            pause,
          )
    return {
      status: "done",
      outputs,
      progress: metrics?.map((metrics, at) => ({ done: at + 1, metrics })) ?? progress,
      ...(states === undefined ? {} : { states }),
      ...(chosen === undefined ? {} : { chosen }),
      ...(end === undefined ? {} : { end }),
      ...(context.accelerator === undefined ? {} : { accelerator: task.accelerator!.name }),
      seconds: seconds(),
    }
  } catch (failure) {
    return { status: "failed", error: taskErrorOf(failure), seconds: seconds() }
  }
}

async function performed(form: AnyForm, given: Given, threads: Threads): Promise<Partial<Walked>> {
  const { host, task } = given
  if (host.isShared) return { contents: performAtOnce(form, given) as Walked["contents"] }
  host.enter(task)
  try {
    return await runOrWalk(form, given)
  } finally {
    host.leave()
    await threads.end()
  }
}

/** What a context is made of. */
interface Surroundings extends Omit<Given, "context"> {
  readonly form: AnyForm
  readonly threads: Threads
  readonly progress: Array<ProgressRow>
  readonly handed: HandedPaths
  readonly pause: () => Promise<void>
}

async function contextOf(around: Surroundings): Promise<RunContext<unknown, never>> {
  const { task, folder, form, host, threads, progress, handed, pause } = around
  return {
    params: decodeParams(form.params, task.params),
    inputs: (await taken(readInputs(task, form.inputs, host.read, handed), pause)) as never,
    place: (name) =>
      host.outside(() => {
        refusingSecrets(task.stage, "named a place")(Buffer.from(String(name)))
        return placeIn(folder, name)
      }),
    files: checkedFiles(task),
    provided: await provided(task.provider),
    accelerator: await accelerating(task.accelerator, (line) => host.print(`${line}\n`)),
    secrets: secretsOf(task, host.secrets),
    settings: task.settings,
    log: (line) => host.outside(() => host.print(`${line}\n`)),
    progress: async (done, total, metrics = {}) => {
      checkMetrics(metrics)
      refusingSecrets(task.stage, "named a metric")(Buffer.from(Object.keys(metrics).join("\n")))
      progress.push({ done, metrics })
      host.outside(() => host.nudge({ nudge: "progress", done, total, metrics }))
      await new Promise((resume) => setImmediate(resume))
    },
    pause: async () => {
      threads.check()
      await pause()
    },
    cores: host.cores,
    thread: (given) => host.outside(() => threads.start(given)),
  }
}

interface Given {
  readonly task: TaskFile
  readonly context: RunContext<unknown, never>
  readonly folder: string
  readonly host: Host
}

async function runOrWalk(form: AnyForm, { task, context, folder, host }: Given): Promise<Partial<Walked>> {
  if ("chain" in form) {
    const { nudge, now, outside } = host
    const draw = (purpose: string): void => {
      host.draw(purpose)
      renumber()
    }
    const given: ChainWalk = { task, chain: form.chain, context, folder, outside, draw, nudge, now }
    return task.again === undefined ? walk(given) : walkAgain(given, task.again)
  }
  const outcome: unknown = form.run(context as never)
  const contents = await (Effect.isEffect(outcome)
    ? Effect.runPromise(traced(withoutChance(outcome as Effect.Effect<unknown, unknown>, task.stage)))
    : outcome)
  return { contents: contents as Walked["contents"] }
}
