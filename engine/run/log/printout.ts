// What one attempt prints, as it comes: all of it into its log, its start to whoever follows the run.
import { existsSync } from "node:fs"
import { join } from "node:path"
import type { TaskLabel } from "../../content/digest.ts"
import { safeFileName } from "../../content/file-name.ts"
import type { Events } from "../../report/events.ts"
import { AttemptLog } from "./attempt-log.ts"

/** Milliseconds between two events of one attempt: a flood must not slow the run. */
const between = 50
/** Characters of one attempt that are told as they come; the rest is in its log. */
const toldAtMost = 256 * 1024

/** Attempts without a log that are looked past. */
const attemptsAtMost = 5

/** The folder of all logs, in the folder of artifacts; each run has one in it. */
export const logsFolder = "logs"

/** @returns a function that names the log of each attempt of a run, relative to the folder of artifacts */
export function logNames(run: string): (label: TaskLabel) => string {
  const attempts = new Map<TaskLabel, number>()
  return (label) => {
    const nth = (attempts.get(label) ?? 0) + 1
    attempts.set(label, nth)
    return logName(run, label, nth)
  }
}

const logName = (run: string, label: TaskLabel, nth: number): string =>
  `${logsFolder}/${run}/${safeFileName(`${label}.attempt-${nth}`, "txt")}`

/** The logs of a task in a run, the first attempt's first, whether the ledger knows of them or not. */
export function logsOf(artifacts: string, run: string, label: TaskLabel): ReadonlyArray<string> {
  const logs: Array<string> = []
  // An attempt that printed nothing has none.
  for (let nth = 1, missing = 0; missing < attemptsAtMost; nth++) {
    const name = logName(run, label, nth)
    if (existsSync(join(artifacts, name))) logs.push(name)
    else missing++
  }
  return logs
}

/** Whether a file in a run's folder of logs is one. */
export const isLogName = (name: string): boolean => /\.attempt-[0-9]+(-[0-9a-f]+)?\.txt$/.test(name)

export class Printout {
  readonly #label: TaskLabel
  readonly #emit: Events["Type"]["emit"]
  readonly #log: AttemptLog | undefined
  readonly #name: string
  #hasLog = false
  #told = 0
  #waiting = ""
  #timer: NodeJS.Timeout | undefined

  /**
   * @param name of its log
   * @param artifacts the folder that it is named in; with none, nothing is kept
   */
  constructor(label: TaskLabel, emit: Events["Type"]["emit"], name: string, artifacts: string | undefined) {
    this.#label = label
    this.#emit = emit
    this.#name = name
    this.#log = artifacts === undefined ? undefined : new AttemptLog(join(artifacts, name))
  }

  /** The name of its log once it has ended; null when there is none. */
  get log(): string | null {
    return this.#hasLog ? this.#name : null
  }

  take(text: string): void {
    this.#log?.write(text)
    const room = toldAtMost - this.#told
    if (room <= 0) return
    const told = text.slice(0, room)
    this.#told += text.length
    this.#waiting += told
    if (this.#told > toldAtMost) this.#waiting += "\n… and more: see its log\n"
    this.#timer ??= setTimeout(() => this.#tell(), between)
  }

  end(): void {
    this.#tell()
    this.#hasLog = this.#log?.close() ?? false
  }

  #tell(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const text = this.#waiting
    this.#waiting = ""
    if (text !== "") this.#emit({ event: "printed", task: this.#label, text })
  }
}
