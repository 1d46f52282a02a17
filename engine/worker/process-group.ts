// Ends a worker with every process that its stages left. A worker leads a process group of its own, which Ctrl-C in a terminal
// does not reach; on Windows, which has no such groups, the tree of processes ends.
import { type ChildProcess, spawn } from "node:child_process"

/** Whether a worker is to be started as the leader of a group. */
export const leadsGroup = process.platform !== "win32"

export function endGroup(leader: ChildProcess): void {
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
