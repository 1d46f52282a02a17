// Disks for tests: small ones that fill up, and ones that are made read-only. Only root on Linux can have them.
import { spawnSync } from "node:child_process"
import { type Teardown, temporaryFolder } from "./temporary-folder.ts"

export interface Disk {
  readonly folder: string
  readonly makeReadOnly: () => void
  readonly makeWritable: () => void
}

/** @param megabytes its size. @returns undefined where this process may mount nothing: the test is skipped then */
export function disk(t: Teardown, megabytes: number): Disk | undefined {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return undefined
  const folder = temporaryFolder(t)
  if (!mount("-t", "tmpfs", "-o", `size=${megabytes}m,mode=755`, "tmpfs", folder)) return undefined
  t.teardown(() => spawnSync("umount", ["-l", folder]))
  return {
    folder,
    makeReadOnly: () => must(mount("-o", "remount,ro", folder)),
    makeWritable: () => must(mount("-o", "remount,rw", folder)),
  }
}

const mount = (...args: ReadonlyArray<string>): boolean => spawnSync("mount", [...args]).status === 0

function must(isDone: boolean): void {
  if (!isDone) throw new Error("the disk cannot be mounted again: a file on it is open for writing")
}
