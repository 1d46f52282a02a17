// How a worker nudges its coordinator: lines on a pipe of their own. Without one, and when nobody listens, nudges are lost,
// which costs time and no more.
import { fstatSync } from "node:fs"
import { type Nudge, nudgeVariable } from "../../protocol.ts"
import { writeWhileRead } from "./write-while-read.ts"

/** Takes the pipe that the environment names, out of the environment too: it is no stage's business. */
export function nudging(): (nudge: Nudge) => void {
  const pipe = Number(process.env[nudgeVariable] ?? Number.NaN)
  delete process.env[nudgeVariable]
  const identity = pipeIdentity(pipe)
  if (identity === undefined) return () => {}
  return (nudge) => {
    // A stage may have closed it, and a file of its own may have got the number.
    if (pipeIdentity(pipe) !== identity) return
    // Its line begins anew, whatever a stage left there without an end.
    writeWhileRead(pipe, Buffer.from(`\n${JSON.stringify(nudge)}\n`))
  }
}

/** Undefined for what is no pipe: what started the worker may have passed the variable on, and the pipe not. */
function pipeIdentity(descriptor: number): string | undefined {
  if (!Number.isInteger(descriptor)) return undefined
  try {
    const stat = fstatSync(descriptor)
    return stat.isFIFO() || stat.isSocket() ? `${stat.dev} ${stat.ino}` : undefined
  } catch {
    return undefined
  }
}
