// How far this process lets its heap grow before V8 looks for what is dead. It knows nothing of what is in it.
import v8 from "node:v8"

/**
 * A run of many tasks makes much that lives just long enough to grow old, and V8 would wait until there is four times as much as
 * is alive. Not from the start on: a small heap would be looked through again and again while the program loads. These versions
 * know the flag; another would say on standard error that it does not.
 */
export function growSparingly(): void {
  if (process.versions.bun !== undefined || Number.parseInt(process.versions.node, 10) > 26) return
  v8.setFlagsFromString("--heap-growing-percent=50")
  // Compiled code that is kept at the end is only good for a process of the same flags.
  process.prependOnceListener("exit", () => v8.setFlagsFromString("--heap-growing-percent=0"))
}
