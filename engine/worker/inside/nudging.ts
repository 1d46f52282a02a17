// How a worker nudges its coordinator: lines on a pipe of their own. Without one, and when nobody listens, nudges are lost,
// which costs time and no more.
import { fstatSync } from "node:fs"
import { type Nudge, nudgeVariable } from "../protocol.ts"
import { writeWhileRead } from "./write-while-read.ts"

/** Takes the pipe that the environment names, out of the environment too: it is no stage's business. */
export function nudging(): (nudge: Nudge) => void {
  const pipe = Number(process.env[nudgeVariable] ?? Number.NaN)
  delete process.env[nudgeVariable]
  if (!isPipe(pipe)) return () => {}
  // Its line begins anew, whatever a stage left there without an end.
  return (nudge) => writeWhileRead(pipe, Buffer.from(`\n${JSON.stringify(nudge)}\n`))
}

/** What started the worker may have passed the variable on, and the pipe not. */
function isPipe(descriptor: number): boolean {
  if (!Number.isInteger(descriptor)) return false
  try {
    const stat = fstatSync(descriptor)
    return stat.isFIFO() || stat.isSocket()
  } catch {
    return false
  }
}
