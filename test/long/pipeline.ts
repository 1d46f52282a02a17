// One run of the pipeline that somebody may kill: its events as they come, and how it ended.
import { type ChildProcess, spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import type { Event } from "../../engine/report/events.ts"
import { childrenOf } from "./processes.ts"

export const root = fileURLToPath(new URL("../../", import.meta.url))

/** Whom a kill meets. */
export const victims = ["worker", "coordinator", "both"] as const
export type Victim = (typeof victims)[number]

/** When: so many milliseconds after the so manieth event. Events, as a slow machine is slow in both. */
export interface Moment {
  readonly event: number
  readonly wait: number
}

export interface Ended {
  readonly events: ReadonlyArray<Event>
  readonly code: number | null
  readonly signal: string | null
  readonly stderr: string
  /** How many processes were killed: none when it had ended, or had no worker then. */
  readonly killed: number
  /** Milliseconds from its start to each event. */
  readonly times: ReadonlyArray<number>
}

/** Runs the command line to its end, or to its kill. */
export function pipeline(
  args: ReadonlyArray<string>,
  kill?: { readonly victim: Victim; readonly moment: Moment },
): Promise<Ended> {
  const started = performance.now()
  const child = spawn(process.execPath, ["engine/build/launch.mjs", ...args], { cwd: root })
  const events: Array<Event> = []
  const times: Array<number> = []
  let stderr = ""
  let killed = 0
  const look = (): void => {
    if (kill?.moment.event !== events.length) return
    setTimeout(() => (killed = strike(child, kill.victim)), kill.moment.wait)
  }
  createInterface({ input: child.stdout }).on("line", (line) => {
    const event = parsed(line)
    if (event === undefined) return
    events.push(event)
    times.push(performance.now() - started)
    look()
  })
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text))
  look()
  return new Promise((resolve) =>
    child.on("close", (code, signal) => resolve({ events, code, signal, stderr, killed, times })),
  )
}

/** A line that a kill has torn is no event. */
function parsed(line: string): Event | undefined {
  try {
    return JSON.parse(line) as Event
  } catch {
    return undefined
  }
}

function strike(child: ChildProcess, victim: Victim): number {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return 0
  const workers = victim === "coordinator" ? [] : childrenOf(child.pid)
  const marked = [
    ...(victim === "worker" ? [] : [child.pid]),
    ...(victim === "worker" ? workers.slice(0, 1) : workers),
  ]
  return marked.filter(killOne).length
}

function killOne(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL")
  } catch {
    return false // it has ended since
  }
}
