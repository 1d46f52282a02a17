// The task that stands behind the traps at this moment, and whether they are up. It knows no trap.
import { realpathSync } from "node:fs"
import { resolve } from "node:path"
import { type Given, namedGiven } from "../../../content/given.ts"
import type { Allowance } from "../../../declare/run-context.ts"
import type { InputFile, TaskFile } from "../../protocol.ts"
import { type Caller, callerOf, standing } from "./caller.ts"
import { Notes } from "./notes.ts"
import type { Scratch } from "./scratch.ts"
import { Readings } from "./standing-clock.ts"
import { Stream } from "./stream.ts"
import { Undeclared } from "./undeclared.ts"

/** What the traps need to know of a task. */
export type Guarded = Pick<
  TaskFile,
  "stage" | "allow" | "packages" | "files" | "code" | "codeDigest" | "seed" | "linkSeed" | "settings"
> &
  Partial<Pick<TaskFile, "inputs" | "environment">>

/** What a guard is made with. */
export interface GuardOptions {
  /** Appends to the attempt's log. */
  readonly print: (text: string) => void
  readonly scratch: Scratch
  /** The folder where the task writes what it gives as paths. */
  readonly places?: string
  /** Whether others than the task run in this process: then what does not come from its modules is not its own. */
  readonly isShared?: boolean
  /** Distinguishes the threads of a task. */
  readonly thread?: number
  /** What is guarded, if it is no stage. */
  readonly called?: string
}

type Called = (...args: ReadonlyArray<never>) => unknown
/** A task's modules are loaded; its code runs. */
type Phase = "loading" | "running"

/** The guard whose traps are up. */
let current: Guard | undefined

/** The guard over one attempt of a task. */
export class Guard {
  readonly task: Guarded
  readonly options: GuardOptions
  readonly bundle: string
  readonly notes: Notes
  readonly readings: Readings
  #handed: ReadonlySet<string> | undefined
  phase: Phase = "running"
  /** What the task has set in the environment; undefined for what it took away. */
  readonly variables = new Map<string, string | undefined>()
  #streams = new Map<string, Stream>()
  #purpose = "run"
  /** Whose traps were up: where others run too, a task may run while another is loaded. */
  #before: Guard | undefined

  constructor(task: Guarded, options: GuardOptions) {
    this.task = task
    this.options = options
    this.bundle = realPath(task.code)
    this.notes = new Notes(task, options.print)
    this.readings = new Readings(task.stage, (line) => options.print(`${line}\n`))
  }

  /** Whether a path is one that the task is handed, as an input or a file of one. */
  isHanded(path: string): boolean {
    this.#handed ??= new Set(handedPaths(this.task))
    return this.#handed.has(path)
  }

  enter(): void {
    this.#before = current
    current = this
  }

  leave(): void {
    current = this.#before
  }

  /** Runs what is the engine's own, the traps down. */
  outside<A>(own: () => A): A {
    const before = current
    current = undefined
    try {
      return own()
    } finally {
      current = before
    }
  }

  /** Loads the task's modules, the traps up from their first line. What that did before is told again. */
  async loading<A>(load: () => Promise<A>): Promise<A> {
    this.phase = "loading"
    this.enter()
    try {
      return await load()
    } finally {
      this.leave()
      this.phase = "running"
      this.notes.endLoading()
    }
  }

  /** Of a task whose modules are loaded already: nothing stands behind the traps, and nobody is made to wait. */
  loaded<A>(form: A | undefined): A | undefined {
    if (form !== undefined) this.notes.endLoading()
    return form
  }

  /** From here on what packages draw is of this purpose: `link 3` draws the same whatever was done before it in this process. */
  draw(purpose: string): void {
    this.#purpose = purpose
    if (purpose !== "finish") this.#streams.delete(purpose)
  }

  /** What a package draws from. @param module the module that is being loaded, if one is: it draws the same whoever loads it */
  stream(module: string | undefined): Stream {
    const { seed, linkSeed } = this.task
    const { thread = 0 } = this.options
    if (module !== undefined) return loadingStream(module, this)
    const known = this.#streams.get(this.#purpose)
    if (known !== undefined) return known
    const isOfLink = /^(start|link|restore|save)\b/.test(this.#purpose)
    const stream = new Stream((isOfLink ? linkSeed : undefined) ?? seed ?? "", this.#purpose, thread)
    this.#streams.set(this.#purpose, stream)
    return stream
  }

  /** Tells the log of a look of the stage's own code at what is fixed or absent, once. @param used such as `read the clock (Date.now)` */
  tell(what: string, used: string, seen: string, below: Called): void {
    if (this.notes.has(what)) return
    const caller = this.caller(below)
    if (caller.is !== "author" || caller.isThroughEngine) return
    this.outside(() => this.notes.note(what, used, seen, caller, this.phase === "loading"))
  }

  caller(below: Called): Caller {
    return callerOf(this.bundle, below)
  }

  refuse(used: string, remedy: string, code?: string): Undeclared {
    const { called } = this.options
    if (called === undefined)
      return new Undeclared(`stage "${this.task.stage}" used ${used}: ${remedy}`, code)
    // Only a stage can be allowed more.
    const own = remedy.replace(/(^|[,;:]? (or )?)declare `(allow|environment).*$/, "")
    return new Undeclared(
      `${called} used ${used}: ${own === "" ? "it depends on nothing but what it is given" : own}`,
      code,
    )
  }
}

/** Of a module while it is loaded, by itself; of the author's, anew for each time that they are loaded. */
const ofModules = new Map<string, { readonly guard: Guard; readonly stream: Stream }>()

function loadingStream(module: string, guard: Guard): Stream {
  const known = ofModules.get(module)
  if (known !== undefined && (module !== "author" || known.guard === guard)) return known.stream
  const stream = new Stream("loading", module)
  ofModules.set(module, { guard, stream })
  return stream
}

function* handedPaths({ inputs = {} }: Guarded): Generator<string, void, void> {
  for (const given of Object.values(inputs))
    for (const [, { path, disk, files = [] }] of namedGiven(given, isInput)) {
      if (disk !== undefined) yield resolve(path)
      for (const file of files) yield resolve(file.path)
    }
}

const isInput = (given: Given<InputFile>): given is InputFile =>
  "digest" in given && typeof given.digest === "string"

/** Takes all traps down, as the process ends. */
export const lower = (): void => {
  current = undefined
}

/** The guard, if it does not allow something, to be asked first in every trap. @param below the function that was called */
export function forbidding(what: Allowance | undefined, below: Called): Guard | undefined {
  if (current === undefined) return undefined
  if (what !== undefined && current.task.allow.includes(what)) return undefined
  return current.options.isShared === true && isElses(current, below) ? undefined : current
}

/** The guard, whatever it allows. */
export const guarding = (below: Called): Guard | undefined => forbidding(undefined, below)

/** Where others run too, a task's own is only what its modules do: loading them takes several turns. */
function isElses(guard: Guard, below: Called): boolean {
  if (guard.phase === "running") return false
  const { hasAuthor, hasEngine, loading } = standing(guard.bundle, below)
  return !hasAuthor && (hasEngine || loading === undefined)
}

/** Of bundles that this process runs. */
const realPaths = new Map<string, string>()

function realPath(path: string): string {
  const known = realPaths.get(path)
  if (known !== undefined) return known
  try {
    const real = realpathSync(path)
    realPaths.set(path, real)
    return real
  } catch {
    return path
  }
}
