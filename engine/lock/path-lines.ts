// What a difference between results has to do with where a project lies, if their bytes tell.
import { readFileSync, realpathSync, statSync } from "node:fs"
import type { Digest } from "../content/digest.ts"
import { machinePath } from "../content/machine-paths.ts"
import type { Steps } from "../content/steps.ts"
import type { Difference } from "../report/differences.ts"

/** @param folders whose paths no result should hold, see `foldersOf` */
export function pathLines(
  bytes: ReadonlyArray<Uint8Array>,
  folders: ReadonlyArray<string>,
): ReadonlyArray<string> {
  for (const each of bytes) {
    const path = machinePath(each, folders)
    if (path !== undefined)
      return [`holds a path of this machine: ${path}; take it out of the result (import.meta.url, cwd)`]
  }
  return []
}

/** Folders as they were named, and as the system calls them: a module meets itself under the latter. */
export const foldersOf = (...folders: ReadonlyArray<string>): ReadonlyArray<string> =>
  folders.flatMap((folder) => [folder, realOf(folder)])

function realOf(folder: string): string {
  try {
    return realpathSync(folder)
  } catch {
    return folder
  }
}

/** Bytes of an artifact beyond which it is not looked through for paths: whoever writes text writes less. */
const readAtMost = 16 * 2 ** 20

/** The differences of a run with its lock, those that come of where the project lies with a line that says so. */
export function* withPathLines(
  differences: ReadonlyArray<Difference>,
  folders: ReadonlyArray<string>,
  pathOf: (digest: Digest) => string,
): Steps<ReadonlyArray<Difference>> {
  const told: Array<Difference> = []
  for (const each of differences) {
    yield
    const bytes = each.what === "output" && each.found !== null ? smallFile(pathOf(each.found)) : undefined
    if (each.what !== "output" || bytes === undefined) told.push(each)
    else told.push({ ...each, details: [...each.details, ...pathLines([bytes], folders)] })
  }
  return told
}

/** The metrics of a link are no file. */
function smallFile(path: string): Uint8Array | undefined {
  const size = statSync(path, { throwIfNoEntry: false })?.size
  return size === undefined || size > readAtMost ? undefined : readFileSync(path)
}
