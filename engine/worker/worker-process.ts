// One worker process as the coordinator sees it: started by a command, fed folders, listened to, stopped.
import { type ChildProcess, spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { join } from "node:path"
import type { Readable } from "node:stream"
import { StringDecoder } from "node:string_decoder"
import type { CoreShare } from "./core-share.ts"
import { type News, WorkerLost } from "./executor.ts"
import type { Guardian } from "./guardian.ts"
import { heapExhausted, isHeapExhausted } from "./inside/failing/heap.ts"
import { endOf, lastWordsOf } from "./lost-worker.ts"
import { NudgeLines } from "./nudge-lines.ts"
import { Printed } from "./printed.ts"
import { endGroup, leadsGroup } from "./process-group.ts"
import {
  type FromCoordinator,
  type Nudge,
  nudgePipe,
  nudgeVariable,
  type ResultFile,
  resultFileName,
} from "./protocol.ts"
import { isLinkThere, readResult, readThrown } from "./result-files.ts"
import type { Secrets } from "./secrets.ts"
import { silence, stuck } from "./silence.ts"
import { untilSilent } from "./until-silent.ts"
import type { WorkerCommand } from "./worker-command.ts"
import { workerEnvironment } from "./worker-environment.ts"

export interface WorkerOptions {
  /** Variables beside those of this process. */
  readonly environment: Readonly<Record<string, string>>
  readonly guardian: Guardian
  /** Those of all stages: no worker has them in its environment, and what it says of them is masked. */
  readonly secrets: Secrets
  /** Calls `look` now and then, until what it returns is called. */
  readonly often: (look: () => void) => () => void
}

/** An attempt beside others in one worker. */
export interface Together {
  /** Fails with WorkerLost. */
  readonly result: Promise<ResultFile>
  /** Resolves once it writes nothing any more. */
  readonly giveUp: () => Promise<void>
}

/** What a worker is at. */
interface Attempt {
  readonly folder: string
  readonly hear: (news: News) => void
  /** There is a result, or there will be none. */
  readonly end: () => void
}

/** What a worker is told of an attempt beside its folder. */
export interface Handed {
  readonly share?: CoreShare | undefined
  /** The values of those that the task declares. */
  readonly secrets?: Readonly<Record<string, string>>
  /** Of a program, the folder that it takes for its user's. */
  readonly home?: string | undefined
}

/** What is said of secrets: nothing, where there are none. */
const told = (secrets: Readonly<Record<string, string>>) =>
  Object.keys(secrets).length === 0 ? {} : { secrets }

/** Of what it wrote to standard error, as much as is kept to say why it died. */
const lastWords = 16 * 1024

export class WorkerProcess {
  /** Resolves once the process has gone. */
  readonly ended: Promise<void>
  readonly #child: ChildProcess
  readonly #options: WorkerOptions
  readonly #nudges = new NudgeLines()
  readonly #pipes: Array<Printed> = []
  #errors = ""
  /** How many pieces have been heard, of whatever pipe. */
  #heard = 0
  #count = 0
  /** Those that it is at, by their number: one, unless they only wait. */
  readonly #attempts = new Map<number, Attempt>()
  #lost: WorkerLost | undefined
  /** Of the stage and not of the worker: trying again is no remedy. */
  #exhausted: ResultFile | undefined
  #isCleared = false
  /** Of the program that it started, if it did. */
  #home: string | undefined

  constructor(command: WorkerCommand, options: WorkerOptions) {
    const [program, ...args] = command
    this.#options = options
    const child = spawn(program, args, {
      stdio: ["pipe", "pipe", "pipe", "pipe"],
      env: workerEnvironment(
        process.env,
        { ...options.environment, [nudgeVariable]: String(nudgePipe) },
        options.secrets.names,
      ),
      detached: leadsGroup,
      windowsHide: true,
    })
    this.#child = child
    child.stdin!.on("error", () => {}) // "exit" says why
    const printed = this.#printed((text) => this.#print(text))
    const errors = this.#printed((text) => {
      this.#errors = (this.#errors + text).slice(-lastWords)
      this.#print(text)
    })
    this.#listen(child.stdout!, (bytes) => printed.take(bytes))
    this.#listen(child.stderr!, (bytes) => errors.take(bytes))
    const nudges = new StringDecoder()
    this.#listen(child.stdio[nudgePipe] as Readable, (bytes) => {
      for (const nudge of this.#nudges.take(nudges.write(bytes))) this.#hear(nudge)
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
          this.#release()
          const options = [process.env.NODE_OPTIONS, ...command].join(" ")
          if (isHeapExhausted({ code, signal, words: this.#errors }))
            this.#exhausted = { status: "failed", error: heapExhausted(options), seconds: 0 }
          this.#lose(`the worker was ${endOf(code, signal)}${lastWordsOf(this.#errors)}`)
        })
      })
    })
  }

  get isUsable(): boolean {
    return this.#lost === undefined
  }

  /** Whether it was lost while it held several attempts: nobody knows which of them lost it. */
  get wasLostInCompany(): boolean {
    return this.#lost?.facts.inCompany === true
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** Performs the attempt in `folder`; one at a time. The worker hears of changes of its share of the cores. */
  async perform(
    folder: string,
    hear: (news: News) => void,
    { share, secrets = {}, home }: Handed = {},
  ): Promise<ResultFile> {
    const number = ++this.#count
    this.#home = home
    if (home !== undefined && this.pid !== undefined) this.#options.guardian.home(this.pid, home)
    share?.onChange((cores) => this.#say({ cores }))
    await this.#until(number, folder, hear, { cores: share?.cores ?? 1, ...told(secrets) })
    share?.onChange(undefined)
    await this.#silent()
    this.#release()
    const result = this.#left(number, folder)
    if (result.startedProcesses === true || result.isFull === true) this.kill()
    return result
  }

  /** Performs an attempt that only waits, beside others. Whoever wants no result any more calls `giveUp`. */
  together(folder: string, hear: (news: News) => void, { secrets = {} }: Handed): Together {
    const number = ++this.#count
    const ended = this.#until(number, folder, hear, { together: true, cores: 1, ...told(secrets) })
    const result = ended.then(() => this.#left(number, folder))
    return {
      result,
      giveUp: async () => {
        if (!this.#attempts.has(number)) return
        this.#say({ cancel: number, cores: 1 })
        await result.catch(() => {}) // until it writes nothing any more
      },
    }
  }

  /** Tells the worker of an attempt, and waits until there is a result, or there will be none. */
  async #until(number: number, folder: string, hear: Attempt["hear"], words: FromCoordinator): Promise<void> {
    if (this.#lost !== undefined) throw this.#lost
    const ended = new Promise<void>((end) => void this.#attempts.set(number, { folder, hear, end }))
    // A nudge that is lost costs time, and no more.
    const isSilent = silence(() => this.#heard)
    let isFound = false
    const look = (): void => {
      isFound = existsSync(join(folder, resultFileName))
      if (isFound) this.#attempts.get(number)?.end()
      else if (words.together === true && isSilent()) {
        this.#lose(stuck, this.#attempts.size === 1)
        this.kill()
      }
    }
    const stopLooking = this.#options.often(look)
    this.#say({ folder, attempt: number, ...words })
    await ended
    stopLooking()
    if (isFound) await this.#silent() // what it said before that lies in the pipe yet
  }

  /** What an attempt left. @throws WorkerLost where that is nothing */
  #left(number: number, folder: string): ResultFile {
    this.#attempts.delete(number)
    if (existsSync(join(folder, resultFileName))) return this.#masked(readResult(folder))
    const said = "the worker said that it ended, but left no result file"
    const { message, facts } = this.#lost ?? { message: said, facts: {} }
    if (this.#exhausted !== undefined && facts.inCompany !== true) return this.#exhausted
    const { masks } = this.#options.secrets
    throw new WorkerLost(masks.text(message), { ...masks.plain(readThrown(folder)), ...facts })
  }

  /** What went wrong, once more without secrets: a worker knows no others than its own. */
  #masked(result: ResultFile): ResultFile {
    if (result.status === "done") return result
    const { tag, message, stack = [], causes = [] } = result.error
    const masked = this.#options.secrets.masks.plain({ tag, message, stack, causes })
    return { ...result, error: { ...result.error, ...masked } }
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
    endGroup(this.#child, this.#home)
    if (this.#child.pid !== undefined) this.#options.guardian.forget(this.#child.pid)
  }

  #listen(stream: Readable, take: (bytes: Buffer) => void): void {
    stream.on("error", () => {})
    stream.on("data", (bytes: Buffer) => {
      this.#heard++
      take(bytes)
    })
  }

  /** What a stage, and what it has started, writes to one of the pipes: told as text without secrets. */
  #printed(tell: (text: string) => void): Printed {
    const printed = new Printed(this.#options.secrets.masks, tell)
    this.#pipes.push(printed)
    return printed
  }

  /** Tells what was held back, as it may have been the start of a secret. */
  #release(): void {
    for (const pipe of this.#pipes) pipe.release()
  }

  /** Until what lies in the pipes has been heard. */
  readonly #silent = (): Promise<void> => untilSilent(() => this.#heard)

  #say(words: FromCoordinator): void {
    this.#child.stdin!.write(`${JSON.stringify(words)}\n`)
  }

  /** Of several attempts nobody knows which has printed what comes this way: it is told of the first. */
  #print(text: string): void {
    const [first] = this.#attempts.values()
    first?.hear({ nudge: "printed", text })
  }

  #hear(nudge: Nudge): void {
    if (nudge.nudge === "end") this.#attempts.get(nudge.attempt)?.end()
    if (nudge.nudge === "printed")
      this.#attempts
        .get(nudge.attempt)
        ?.hear({ nudge: "printed", text: this.#options.secrets.masks.text(nudge.text) })
    const [attempt] = this.#attempts.values()
    if (attempt === undefined) return
    if (nudge.nudge === "progress") attempt.hear(nudge)
    if (nudge.nudge === "link" && isLinkThere(nudge, attempt.folder)) attempt.hear(nudge)
  }

  /** @param isFinal whether it would be lost again */
  #lose(message: string, isFinal = false): void {
    const inCompany = this.#attempts.size > 1 ? { inCompany: true } : {}
    this.#lost ??= new WorkerLost(message, { ...inCompany, ...(isFinal ? { isFinal } : {}) })
    for (const attempt of this.#attempts.values()) attempt.end()
  }
}
