// Ends a worker with every process that its stages left. A worker leads a process group of its own, which Ctrl-C in a terminal
// does not reach; on Windows, which has no such groups, the tree of processes ends.
import { type ChildProcess, spawn } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"

/** Whether a worker is to be started as the leader of a group. */
export const leadsGroup = process.platform !== "win32"

/** @param home of a program that it started, by which what has left the group is known */
export function endGroup(leader: ChildProcess, home?: string): void {
  endMembers(leader)
  if (home !== undefined && process.platform === "linux") endEscaped(home)
}

function endMembers(leader: ChildProcess): void {
  const { pid } = leader
  if (pid === undefined) return
  if (!leadsGroup) {
    spawn("taskkill", ["/pid", String(pid), "/T", "/F"], { stdio: "ignore", windowsHide: true })
      .on("error", () => leader.kill("SIGKILL"))
      .unref()
    return
  }
  try {
    process.kill(-pid, "SIGKILL")
  } catch {
    // nobody of the group is left
  }
}

/** Looks at all processes: one that is found may have started another meanwhile. */
const looksAtMost = 10

/**
 * Ends what has left the group of a program (`setsid`) and is still known by its environment. Linux alone shows that of a process.
 *
 * @param home which the program was given as its own: no other process has it
 */
function endEscaped(home: string): void {
  for (let look = 0; look < looksAtMost; look++) {
    const found = readdirSync("/proc").filter((name) => /^[0-9]+$/.test(name) && isAtHome(name, home))
    for (const pid of found)
      try {
        process.kill(Number(pid), "SIGKILL")
      } catch {
        // it has gone
      }
    if (found.length === 0) return
  }
}

/** Of a process that has ended, and of another user's, nothing is shown. */
function isAtHome(pid: string, home: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1")
      .split("\0")
      .includes(`HOME=${latin1(home)}`)
  } catch {
    return false
  }
}

const latin1 = (text: string): string => Buffer.from(text).toString("latin1")
