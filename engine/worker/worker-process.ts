// One worker process as the coordinator sees it: started by a command, fed folders, listened to, stopped.
import { type ChildProcess, spawn } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import type { Readable } from "node:stream"
import type { CoreShare } from "./core-share.ts"
import { type News, WorkerLost } from "./executor.ts"
import type { Guardian } from "./guardian.ts"
import { heapExhausted, isHeapExhausted } from "./inside/failing/heap.ts"
import { NudgeLines } from "./nudge-lines.ts"
import { endGroup, leadsGroup } from "./process-group.ts"
import {
  type FromCoordinator,
  linkFileName,
  type Nudge,
  nudgePipe,
  nudgeVariable,
  type ResultFile,
  resultFileName,
  type TaskError,
  thrownFileName,
} from "./protocol.ts"
import { untilSilent } from "./until-silent.ts"
import type { WorkerCommand } from "./worker-command.ts"
import { workerEnvironment } from "./worker-environment.ts"

export interface WorkerOptions {
  /** Variables beside those of this process. */
  readonly environment: Readonly<Record<string, string>>
  readonly guardian: Guardian
  /** Calls `look` now and then, until what it returns is called. */
  readonly often: (look: () => void) => () => void
}

/** What a worker is at. */
interface Attempt {
  /** Counted from 1 in this worker. */
  readonly number: number
  readonly folder: string
  readonly hear: (news: News) => void
  /** There is a result, or there will be none. */
  readonly end: () => void
}

/** Of what it wrote to standard error, as much as is kept to say why it died. */
const lastWords = 16 * 1024

export class WorkerProcess {
  /** Resolves once the process has gone. */
  readonly ended: Promise<void>
  readonly #child: ChildProcess
  readonly #options: WorkerOptions
  readonly #nudges = new NudgeLines()
  #errors = ""
  /** How many pieces have been heard, of whatever pipe. */
  #heard = 0
  #attempts = 0
  #attempt: Attempt | undefined
  #lost: WorkerLost | undefined
  /** Of the stage and not of the worker: trying again is no remedy. */
  #exhausted: ResultFile | undefined
  #isCleared = false

  constructor(command: WorkerCommand, options: WorkerOptions) {
    const [program, ...args] = command
    this.#options = options
    const child = spawn(program, args, {
      stdio: ["pipe", "pipe", "pipe", "pipe"],
      env: workerEnvironment(process.env, { ...options.environment, [nudgeVariable]: String(nudgePipe) }),
      detached: leadsGroup,
      windowsHide: true,
    })
    this.#child = child
    child.stdin!.on("error", () => {}) // "exit" says why
    this.#listen(child.stdout!, (text) => this.#print(text))
    this.#listen(child.stderr!, (text) => {
      this.#errors = (this.#errors + text).slice(-lastWords)
      this.#print(text)
    })
    this.#listen(child.stdio[nudgePipe] as Readable, (text) => {
      for (const nudge of this.#nudges.take(text)) this.#hear(nudge)
    })
    if (child.pid !== undefined) options.guardian.watch(child.pid)
    this.ended = new Promise((resolve) => {
      child.on("error", (failure) => {
        this.#lose(`the worker cannot be started with \`${command.join(" ")}\`: ${failure.message}`)
        if (child.pid === undefined) resolve()
      })
      child.on("exit", (code, signal) => {
        resolve()
        this.#clear()
        void this.#silent().then(() => {
          const options = [process.env.NODE_OPTIONS, ...command].join(" ")
          if (isHeapExhausted({ code, signal, words: this.#errors }))
            this.#exhausted = { status: "failed", error: heapExhausted(options), seconds: 0 }
          this.#lose(`the worker was ${endOf(code, signal)}${this.#lastWords()}`)
        })
      })
    })
  }

  get isUsable(): boolean {
    return this.#lost === undefined
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** Performs the attempt in `folder`; one at a time. The worker hears of changes of its share of the cores. */
  async perform(folder: string, hear: (news: News) => void, share?: CoreShare): Promise<ResultFile> {
    if (this.#lost !== undefined) throw this.#lost
    const isThere = (): boolean => existsSync(join(folder, resultFileName))
    const number = ++this.#attempts
    const ended = new Promise<void>((end) => (this.#attempt = { number, folder, hear, end }))
    // A nudge that is lost costs time, and no more.
    const stopLooking = this.#options.often(() => isThere() && this.#attempt?.end())
    this.#say({ folder, attempt: number, cores: share?.cores ?? 1 })
    share?.onChange((cores) => this.#say({ cores }))
    await ended
    stopLooking()
    share?.onChange(undefined)
    await this.#silent()
    this.#attempt = undefined
    if (!isThere() && this.#exhausted !== undefined) return this.#exhausted
    if (!isThere()) {
      const { message } = this.#lost ?? { message: "the worker said that it ended, but left no result file" }
      throw new WorkerLost(message, readThrown(folder))
    }
    const result = readResult(folder)
    if (result.startedProcesses === true || result.isFull === true) this.kill()
    return result
  }

  /** Ends the process, and those that its stages have started. */
  kill(): void {
    this.#lose("the worker was stopped")
    this.#clear()
    // Whoever else holds its ends of the pipes must not keep this process waiting.
    for (const stream of this.#child.stdio) stream?.destroy()
  }

  #clear(): void {
    if (this.#isCleared) return
    this.#isCleared = true
    endGroup(this.#child)
    if (this.#child.pid !== undefined) this.#options.guardian.forget(this.#child.pid)
  }

  #listen(stream: Readable, take: (text: string) => void): void {
    stream.setEncoding("utf8").on("error", () => {})
    stream.on("data", (text: string) => {
      this.#heard++
      take(text)
    })
  }

  /** Until what lies in the pipes has been heard. */
  readonly #silent = (): Promise<void> => untilSilent(() => this.#heard)

  #say(words: FromCoordinator): void {
    this.#child.stdin!.write(`${JSON.stringify(words)}\n`)
  }

  #print(text: string): void {
    this.#attempt?.hear({ nudge: "printed", text })
  }

  #hear(nudge: Nudge): void {
    const attempt = this.#attempt
    if (attempt === undefined) return
    if (nudge.nudge === "progress") attempt.hear(nudge)
    if (nudge.nudge === "link" && isThere(nudge, attempt.folder)) attempt.hear(nudge)
    if (nudge.nudge === "end" && nudge.attempt === attempt.number) attempt.end()
  }

  #lose(message: string): void {
    this.#lost ??= new WorkerLost(message)
    this.#attempt?.end()
  }

  #lastWords(): string {
    const isTrace = (line: string): boolean => /^(\s+at |Node\.js v|\s*$)/.test(line)
    const lines = this.#errors.split("\n")
    const text = lines
      .filter((line) => !isTrace(line))
      .join("\n")
      .trim()
    return text === "" ? "" : `; it last wrote: ${text.slice(-400)}`
  }
}

const isThere = ({ n, status }: Extract<Nudge, { nudge: "link" }>, folder: string): boolean =>
  status === "cached" || existsSync(join(folder, linkFileName(n)))

function endOf(code: number | null, signal: string | null): string {
  if (signal === null) return `gone with exit code ${code}`
  // Nobody but the system, as it runs out, ends a worker so by itself.
  const why =
    signal === "SIGKILL" ? " (if not by a person: the machine ran out of memory; try fewer --jobs)" : ""
  return `killed by ${signal}${why}`
}

function readThrown(folder: string): WorkerLost["thrown"] {
  try {
    return JSON.parse(readFileSync(join(folder, thrownFileName), "utf8")) as TaskError
  } catch {
    return {} // as a rule there is none
  }
}

function readResult(folder: string): ResultFile {
  const text = readFileSync(join(folder, resultFileName), "utf8")
  try {
    const result = JSON.parse(text) as ResultFile | null
    if (result?.status === "done" || result?.status === "failed") return result
  } catch {
    // not JSON
  }
  throw new WorkerLost("the worker left a file that is no result")
}
