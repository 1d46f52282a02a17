// Performs one task: reads and checks its inputs, runs the stage's bundled code, writes blobs and a result file.
// Runs in a worker (or, for in-process stages, in the coordinator); knows no store and no ledger.
import { readFileSync, statSync } from "node:fs"
import { pathToFileURL } from "node:url"
import * as Effect from "effect/Effect"
import { importModule } from "../code/import-module.ts"
import { type Digest, digestOf } from "../content/digest.ts"
import { accepts, decodeContent, encodeContent } from "../content/kind.ts"
import { decodeParams } from "../declare/params.ts"
import type { AnyForm, RunContext } from "../declare/stage.ts"
import { writeBlob } from "./blobs.ts"
import { checkMetrics } from "./check-metrics.ts"
import { importForm } from "./import-stage.ts"
import type {
  InputFile,
  Nudge,
  OutputFile,
  ProgressRow,
  Provider,
  ResultFile,
  TaskError,
  TaskFile,
} from "./protocol.ts"
import { Threads } from "./threads.ts"
import { LinkDiffers, type Walk, type Walked, walk, walkOne } from "./walk-chain.ts"

/** An input whose bytes are not what its digest says. */
class CorruptInput extends Error {
  readonly _tag = "CorruptArtifact"
  readonly digest: Digest
  constructor(role: string, { digest }: InputFile, reason: string) {
    super(`input "${role}": artifact ${digest} ${reason}`)
    this.digest = digest
  }
}

export interface Surroundings {
  readonly nudge: (nudge: Nudge) => void
  /** Called with the stage's run between them: traps go up before and come down after. */
  readonly enter: (task: TaskFile) => void
  readonly leave: () => void
  /** Appends to the attempt's log. */
  readonly print: (text: string) => void
  /** A clock that stands outside the traps: seconds. */
  readonly now: () => number
  /** How many cores the task may use at present. */
  readonly cores: () => number
}

/** Seconds between two turns of the event loop, at the least. */
const turnEach = 0.05

/** Gives others a turn, but not so often that it costs. */
function pauser(now: () => number): () => Promise<void> {
  let last = now()
  return async () => {
    if (now() - last < turnEach) return
    await new Promise((resume) => setImmediate(resume))
    last = now()
  }
}

/** Runs the task, leaves its blobs in `folder`, and says what came of it, whatever happens. */
export async function perform(task: TaskFile, folder: string, around: Surroundings): Promise<ResultFile> {
  const started = around.now()
  const progress: Array<ProgressRow> = []
  const threads = new Threads(task)
  let result: ResultFile
  try {
    const definition = await importForm(task)
    const inputs = readInputs(task, definition.inputs)
    const pause = pauser(around.now)
    const context: RunContext<unknown, never> = {
      params: decodeParams(definition.params, task.params),
      inputs: inputs as never,
      files: task.files,
      provided: await provided(task.provider),
      settings: task.settings,
      log: (line) => around.print(`${line}\n`),
      progress: async (done, total, metrics = {}) => {
        checkMetrics(metrics)
        progress.push({ done, metrics })
        around.nudge({ nudge: "progress", done, total, metrics })
        await new Promise((resume) => setImmediate(resume))
      },
      pause: async () => {
        threads.check()
        await pause()
      },
      cores: around.cores,
      thread: (given) => threads.start(given),
    }
    around.enter(task)
    let walked: Partial<Walked>
    try {
      walked = await runOrWalk(definition, { task, context, folder, around })
    } finally {
      around.leave()
      await threads.end()
    }
    const outputs =
      task.onlyLink === undefined
        ? writeOutputs(task.stage, definition.outputs, walked.contents ?? {}, folder)
        : {}
    const { states } = walked
    result = {
      status: "done",
      outputs,
      progress: walked.metrics?.map((metrics, at) => ({ done: at + 1, metrics })) ?? progress,
      ...(states === undefined ? {} : { states }),
      seconds: around.now() - started,
    }
  } catch (failure) {
    result = { status: "failed", error: errorOf(failure), seconds: around.now() - started }
  }
  return result
}

interface Given {
  readonly task: TaskFile
  readonly context: RunContext<unknown, never>
  readonly folder: string
  readonly around: Surroundings
}

async function runOrWalk(
  definition: AnyForm,
  { task, context, folder, around }: Given,
): Promise<Partial<Walked>> {
  if ("chain" in definition) {
    const outside = <A>(own: () => A): A => {
      around.leave()
      try {
        return own()
      } finally {
        around.enter(task)
      }
    }
    const given: Walk = {
      task,
      chain: definition.chain,
      context,
      folder,
      outside,
      nudge: around.nudge,
      now: around.now,
    }
    return task.onlyLink === undefined ? walk(given) : walkOne(given, task.onlyLink)
  }
  const outcome: unknown = definition.run(context as never)
  const contents = await (Effect.isEffect(outcome)
    ? Effect.runPromise(outcome as Effect.Effect<unknown, unknown>)
    : outcome)
  return { contents: contents as Walked["contents"] }
}

interface Providing {
  readonly provide: (options: unknown) => unknown
}

const made = new Map<string, Promise<unknown>>()

/** What the numerics provide, made before traps are up and kept as long as this worker lives. */
async function provided(provider: Provider | undefined): Promise<unknown> {
  if (provider === undefined) return undefined
  const { module, options } = provider
  const name = JSON.stringify([module, options])
  let value = made.get(name)
  if (value === undefined) {
    value = importModule(pathToFileURL(module).href).then((loaded) => (loaded as Providing).provide(options))
    made.set(name, value)
  }
  return value
}

function readInputs(
  task: TaskFile,
  roles: Readonly<Record<string, string | { readonly many: string }>>,
): Readonly<Record<string, unknown>> {
  const read = (role: string, kind: string, input: InputFile): unknown => {
    if (!accepts(kind, input.kind))
      throw new TypeError(`${task.stage} takes ${kind} as "${role}", not ${input.kind}`)
    return decodeContent(input.kind, checkedBytes(role, input))
  }
  return Object.fromEntries(
    Object.entries(roles).map(([role, kind]) => {
      const wired = task.inputs[role]
      if (wired === undefined) throw new TypeError(`${task.stage} lacks its input "${role}"`)
      if (typeof kind === "string") return [role, read(role, kind, wired as InputFile)]
      const entries = Object.entries(wired as Readonly<Record<string, InputFile>>)
      return [role, Object.fromEntries(entries.map(([name, input]) => [name, read(role, kind.many, input)]))]
    }),
  )
}

/**
 * What the file system said of files when they held what their digests promise: a worker that reads the same images for many
 * cells hashes them once. Their bytes are not kept, since a stage may write into what it is given.
 */
const sound = new Map<Digest, string>()
const soundAtMost = 64

function checkedBytes(role: string, input: InputFile): Uint8Array {
  let bytes: Uint8Array
  let identity: string
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(input.path, { bigint: true })
    identity = [dev, ino, size, mtimeNs, ctimeNs].join(" ")
    const read = readFileSync(input.path)
    bytes = new Uint8Array(read.buffer, read.byteOffset, read.length) // a Buffer's slice() would be a view
  } catch (failure) {
    throw new CorruptInput(role, input, `cannot be read (${(failure as Error).message})`)
  }
  if (sound.get(input.digest) === identity) return bytes
  if (digestOf(bytes) !== input.digest)
    throw new CorruptInput(role, input, "does not hold the bytes that its digest promises")
  sound.delete(input.digest)
  if (sound.size >= soundAtMost) sound.delete(sound.keys().next().value!)
  sound.set(input.digest, identity)
  return bytes
}

function writeOutputs(
  stage: string,
  declared: Readonly<Record<string, string>>,
  contents: Readonly<Record<string, unknown>>,
  folder: string,
): Readonly<Record<string, OutputFile>> {
  const extra = Object.keys(contents ?? {}).find((name) => !Object.hasOwn(declared, name))
  if (extra !== undefined)
    throw new TypeError(`${stage} returned "${extra}", which is not one of its outputs`)
  return Object.fromEntries(
    Object.entries(declared).map(([name, kind], i) => {
      if (contents?.[name] === undefined) throw new TypeError(`${stage} did not return its output "${name}"`)
      return [name, writeBlob(folder, `blob-${i}`, kind, encodeContent(kind, contents[name]))]
    }),
  )
}

function errorOf(failure: unknown): TaskError {
  if (failure instanceof CorruptInput)
    return { tag: failure._tag, message: failure.message, corrupt: failure.digest }
  if (failure instanceof LinkDiffers)
    return { tag: failure._tag, message: failure.message, differs: failure.link }
  if (failure instanceof Error) {
    const tag = (failure as { readonly _tag?: unknown })._tag
    return {
      tag: typeof tag === "string" ? tag : failure.name,
      message: failure.message,
      ...(failure.stack === undefined ? {} : { stack: failure.stack }),
    }
  }
  return { tag: "Thrown", message: String(failure) }
}
