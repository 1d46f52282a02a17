// Who a process is, beyond a number that others get after it: on which machine, and when it started. Knows no ledger.
import { execFileSync } from "node:child_process"
import { readFileSync, readlinkSync } from "node:fs"
import { hostname } from "node:os"

/** What tells processes of one number apart. */
export interface ProcessIdentity {
  readonly pid: number
  readonly host: string
  /** Where numbers of processes mean the same: one boot, one container; null where only the host's name is known. */
  readonly machine: string | null
  /** When it started, in the system's own words; null where that cannot be told. */
  readonly born: string | null
}

let own: ProcessIdentity | undefined

export function ownIdentity(): ProcessIdentity {
  if (own === undefined) {
    const found = stateOf(process.pid)
    own = {
      pid: process.pid,
      host: hostname(),
      machine: machine(),
      born: typeof found === "string" ? found : null,
    }
  }
  return own
}

/** Whether numbers of processes mean there what they mean here. */
export function isHere({ host, machine }: Pick<ProcessIdentity, "host" | "machine">): boolean {
  const here = ownIdentity()
  return machine !== null && here.machine !== null ? machine === here.machine : host === here.host
}

/** Of a process of this machine. @returns `unknown` when one of its number lives, and whether it is the same cannot be told */
export function lifeOf({ pid, born }: Pick<ProcessIdentity, "pid" | "born">): "lives" | "dead" | "unknown" {
  if (!isAlive(pid)) return "dead"
  const found = stateOf(pid)
  if (found === "dead") return "dead"
  return born === null || found === undefined ? "unknown" : found === born ? "lives" : "dead"
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (failure) {
    return (failure as NodeJS.ErrnoException).code === "EPERM"
  }
}

/** When it started; `dead` of one that has ended and is still listed (a zombie); undefined where neither can be told. */
function stateOf(pid: number): string | undefined {
  try {
    if (process.platform === "linux") return fromProc(readFileSync(`/proc/${pid}/stat`, "latin1"))
    if (process.platform === "win32") return undefined
    const args = ["-o", "stat=,lstart=", "-p", String(pid)]
    const env = { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" }
    const [, state, started] =
      /^\s*(\S+)\s+(.*\S)/.exec(execFileSync("ps", args, { encoding: "utf8", env, timeout: 5_000 })) ?? []
    return state?.startsWith("Z") ? "dead" : started
  } catch {
    return undefined
  }
}

/** The name, which may hold anything, stands in parentheses; then the state, and nineteen fields later the start in ticks since the boot. */
function fromProc(stat: string): string | undefined {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  return /^[ZXx]$/.test(fields[0] ?? "") ? "dead" : fields[19]
}

function machine(): string | null {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim()
    return `${boot} ${readlinkSync("/proc/self/ns/pid")}`
  } catch {
    return null
  }
}
