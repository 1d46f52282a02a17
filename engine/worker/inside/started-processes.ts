// Whether anything in this worker has started a process: what a task leaves running ends with the task.
import { createRequire, syncBuiltinESMExports } from "node:module"

let haveStarted = false

export const haveProcessesStarted = (): boolean => haveStarted

/** To be called once, before any stage is imported. */
export function watchProcesses(): void {
  const processes = createRequire(import.meta.url)("node:child_process") as Record<string, unknown>
  const { prototype } = processes.ChildProcess as { readonly prototype: Record<string, unknown> }
  watch(prototype, "spawn")
  for (const name of ["spawnSync", "execSync", "execFileSync"]) watch(processes, name)
  syncBuiltinESMExports()
}

function watch(owner: Record<string, unknown>, name: string): void {
  const real = owner[name]
  if (typeof real !== "function") return // another runtime
  owner[name] = function (this: unknown, ...args: ReadonlyArray<unknown>) {
    haveStarted = true
    return Reflect.apply(real, this, args)
  }
}
