// One run of the pipeline that somebody may kill: its events as they come, how it ended, and what it left running.
import { type ChildProcess, spawn } from "node:child_process"
import { randomUUID } from "node:crypto"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import type { Event } from "../../engine/report/events.ts"
import { until } from "../../engine/testing/processes.ts"
import { childrenOf, markedWith } from "./processes.ts"

export const root = fileURLToPath(new URL("../../", import.meta.url))

/** Whom a kill meets: a worker, the coordinator, both, or all processes of the group that a terminal would end. */
export const victims = ["worker", "coordinator", "both", "group"] as const
export type Victim = (typeof victims)[number]

/** When: so many milliseconds after the so manieth event. Events, as a slow machine is slow in both. */
export interface Moment {
  readonly event: number
  readonly wait: number
  /** Only events of this name count; default: all. */
  readonly of?: Event["event"]
}

export interface Kill {
  readonly victim: Victim
  readonly moment: Moment
}

/** The Node that runs the command line, and the command line. */
export interface Coordinator {
  readonly node: string
  readonly launcher: string
}

export interface Invocation {
  /** Default: this Node, and the command line of this checkout. */
  readonly coordinator?: Coordinator
  readonly cwd: string
  readonly args: ReadonlyArray<string>
  readonly env?: Readonly<Record<string, string>>
  readonly kill?: Kill | undefined
  /** Milliseconds after which its group is killed; default: none. */
  readonly atMost?: number
}

export interface Ended {
  readonly events: ReadonlyArray<Event>
  readonly code: number | null
  readonly signal: string | null
  readonly stderr: string
  /** How many processes were killed: none when it had ended. */
  readonly killed: number
  /** Milliseconds from its start to each event. */
  readonly times: ReadonlyArray<number>
  /** Processes that it left, and milliseconds until the last of them had ended by itself. */
  readonly left: ReadonlyArray<number>
  readonly lingered: number
}

const own: Coordinator = { node: process.execPath, launcher: join(root, "engine/build/launch.mjs") }

/** Milliseconds that processes have to notice that their coordinator is gone. */
const waitAtMost = 10_000

/** Runs the command line to its end, or to its kill, and waits for whatever it started to end as well. */
export async function pipeline({
  coordinator: { node, launcher } = own,
  cwd,
  args,
  env = {},
  kill,
  atMost,
}: Invocation): Promise<Ended> {
  const mark = `REFOLD_TEST_MARK=${randomUUID()}`
  const [name, value] = mark.split("=") as [string, string]
  const started = performance.now()
  const child = spawn(node, [launcher, ...args], {
    cwd,
    env: { ...process.env, ...env, [name]: value },
    detached: true, // a group of its own, as a shell gives it
  })
  const events: Array<Event> = []
  const times: Array<number> = []
  let stderr = ""
  let killed = 0
  let isStruck = false
  const look = (): void => {
    if (kill === undefined || isStruck) return
    const { event, of, wait } = kill.moment
    if (events.filter((each) => of === undefined || each.event === of).length !== event) return
    isStruck = true
    setTimeout(async () => (killed = await strike(child, kill.victim)), wait)
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
  const limit = atMost === undefined ? undefined : setTimeout(() => strike(child, "group"), atMost)
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
    child.on("exit", (code, signal) => resolve([code, signal])),
  )
  clearTimeout(limit)
  const ended = performance.now()
  await until(() => markedWith(mark).length === 0, waitAtMost)
  const lingered = performance.now() - ended
  const left = markedWith(mark)
  for (const pid of left) killOne(pid)
  return { events, code, signal, stderr, killed, times, left, lingered }
}

/** A line that a kill has torn is no event. */
function parsed(line: string): Event | undefined {
  try {
    return JSON.parse(line) as Event
  } catch {
    return undefined
  }
}

/** Strikes at once, or as soon as there is a worker to strike. */
async function strike(child: ChildProcess, victim: Victim): Promise<number> {
  const { pid } = child
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null
  if (pid === undefined) return 0
  if (victim === "worker") await until(() => hasEnded() || childrenOf(pid).length > 0, waitAtMost)
  if (hasEnded()) return 0
  if (victim === "group") return killOne(-pid) ? 1 : 0
  const workers = victim === "coordinator" ? [] : childrenOf(pid)
  const marked = victim === "worker" ? workers.slice(0, 1) : [pid, ...workers]
  return marked.filter(killOne).length
}

function killOne(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL")
  } catch {
    return false // it has ended since
  }
}
