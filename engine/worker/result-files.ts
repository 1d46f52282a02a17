// Reads what an attempt left in its folder.
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { WorkerLost } from "./executor.ts"
import {
  linkFileName,
  type Nudge,
  type ResultFile,
  resultFileName,
  type TaskError,
  thrownFileName,
} from "./protocol.ts"

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

/** Whether the file that a nudge speaks of is there: none is written of a link that was known. */
export const isLinkThere = (
  { n, status }: Extract<Nudge, { readonly nudge: "link" }>,
  folder: string,
): boolean => status === "cached" || existsSync(join(folder, linkFileName(n)))
