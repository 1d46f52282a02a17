// What the machine has for the tasks of a run. Nothing of it is in a key.
import { totalmem } from "node:os"

/** Bytes of memory: what a container may take, where it is bounded, as the machine behind it is not its own. */
export function machineMemory(): number {
  const bound = process.constrainedMemory?.() ?? 0 // 0, or more than there is, where nothing bounds it
  return bound > 0 ? Math.min(bound, totalmem()) : totalmem()
}
