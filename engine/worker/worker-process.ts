// One worker process as the coordinator sees it: started by a command, fed folders, listened to, stopped.
import { type ChildProcess, spawn } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { createInterface } from "node:readline"
import type { CoreShare } from "./core-share.ts"
import { type News, WorkerLost } from "./executor.ts"
import { type FromCoordinator, type Nudge, type ResultFile, resultFileName } from "./protocol.ts"
import type { WorkerCommand } from "./worker-command.ts"

export class WorkerProcess {
  private readonly child: ChildProcess
  private readonly errors: Array<string> = []
  private finish: ((lost: WorkerLost | undefined) => void) | undefined
  private tell: ((news: News) => void) | undefined
  private gone: WorkerLost | undefined

  /** @param environment variables beside those of this process */
  constructor(command: WorkerCommand, environment: Readonly<Record<string, string>> = {}) {
    const [program, ...args] = command
    this.child = spawn(program, args, {
      stdio: ["pipe", "pipe", "pipe"],
      env: { ...process.env, ...environment, TZ: "UTC" },
      windowsHide: true,
    })
    this.child.on("error", (failure) =>
      this.lose(`the worker cannot be started with \`${command.join(" ")}\`: ${failure.message}`),
    )
    this.child.on("close", (code, signal) =>
      this.lose(
        `the worker was ${signal ? `killed by ${signal}` : `gone with exit code ${code}`}${this.lastWords()}`,
      ),
    )
    this.child.stdin!.on("error", () => {}) // "close" says why
    this.child.stderr!.setEncoding("utf8").on("data", (text: string) => {
      this.errors.push(text)
      if (this.errors.length > 50) this.errors.shift()
    })
    createInterface({ input: this.child.stdout! }).on("line", (line) => this.hear(line))
  }

  get isUsable(): boolean {
    return this.gone === undefined
  }

  get pid(): number | undefined {
    return this.child.pid
  }

  /** Performs the attempt in `folder`; one at a time. The worker hears of changes of its share of the cores. */
  async perform(folder: string, hear: (news: News) => void, share?: CoreShare): Promise<ResultFile> {
    if (this.gone !== undefined) throw this.gone
    const ended = new Promise<WorkerLost | undefined>((resolve) => (this.finish = resolve))
    this.tell = hear
    this.say({ folder, cores: share?.cores ?? 1 })
    share?.onChange((cores) => this.say({ cores }))
    const lost = await ended
    share?.onChange(undefined)
    this.finish = undefined
    const path = join(folder, resultFileName)
    if (existsSync(path)) return JSON.parse(readFileSync(path, "utf8")) as ResultFile
    throw lost ?? new WorkerLost("the worker said that it ended, but left no result file")
  }

  kill(): void {
    this.gone ??= new WorkerLost("the worker was stopped")
    this.child.kill("SIGKILL")
  }

  private say(words: FromCoordinator): void {
    this.child.stdin!.write(`${JSON.stringify(words)}\n`)
  }

  private hear(line: string): void {
    let nudge: Nudge
    try {
      nudge = JSON.parse(line) as Nudge
    } catch {
      return // a native library printed something: nudges are hints, files are the truth
    }
    if (nudge.nudge === "progress" || nudge.nudge === "link") this.tell?.(nudge)
    if (nudge.nudge === "end") this.finish?.(undefined)
  }

  private lose(message: string): void {
    this.gone ??= new WorkerLost(message)
    this.finish?.(this.gone)
  }

  private lastWords(): string {
    const isTrace = (line: string): boolean => /^(\s+at |Node\.js v|\s*$)/.test(line)
    const lines = this.errors.join("").split("\n")
    const text = lines
      .filter((line) => !isTrace(line))
      .join("\n")
      .trim()
    return text === "" ? "" : `; it last wrote: ${text.slice(-400)}`
  }
}
