// A JavaScript heap that is exhausted: how that is known, and what a person can do about it. Trying again is not among it.
import type { TaskError } from "../../protocol.ts"

/** How a process ended, and what it wrote to standard error last. */
export interface End {
  readonly code: number | null
  readonly signal: string | null
  readonly words: string
}

/** What V8 writes before it ends the process, whichever limit was reached. */
const ofProcess = /JavaScript (heap )?out of memory/
/** What Node throws where it was a thread's. */
export const codeOfThread = "ERR_WORKER_OUT_OF_MEMORY"

export function isHeapExhausted({ code, signal, words }: End): boolean {
  const isAbrupt = code === null ? signal !== "SIGKILL" && signal !== "SIGTERM" : code > 128
  return (isAbrupt && ofProcess.test(words)) || (code === 1 && words.includes(codeOfThread))
}

/** Megabytes that are worth a try. */
const leastMegabytes = 8192

/** @param options that its runtime was started with */
export function heapExhausted(options: string): TaskError {
  const given = Number(/--max[-_]old[-_]space[-_]size[= ]"?(\d+)/.exec(options)?.[1] ?? 0)
  const more = Math.max(leastMegabytes, 2 * given)
  return {
    tag: "HeapExhausted",
    message: `the JavaScript heap was exhausted${given > 0 ? ` at ${given} MB` : ""}: let the stage hold less at once, or give it more: --worker "node --max-old-space-size=${more}" (megabytes)`,
    stack: [],
    causes: [],
  }
}
