// Reads what an attempt left in its folder.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { WorkerLost } from "./executor.ts"
import { type ResultFile, resultFileName, type TaskError, thrownFileName } from "./protocol.ts"

export function readThrown(folder: string): WorkerLost["facts"] {
  try {
    const { stack = [], causes = [] } = JSON.parse(
      readFileSync(join(folder, thrownFileName), "utf8"),
    ) as TaskError
    return { stack, causes }
  } catch {
    return {} // as a rule there is none
  }
}

export function readResult(folder: string): ResultFile {
  const text = readFileSync(join(folder, resultFileName), "utf8")
  try {
    const result = JSON.parse(text) as ResultFile | null
    if (result?.status === "done" || result?.status === "failed") return result
  } catch {
    // not JSON
  }
  throw new WorkerLost("the worker left a file that is no result")
}
