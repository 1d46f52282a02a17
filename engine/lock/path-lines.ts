// What a difference between results has to do with where a project lies, if their bytes tell. Pure.
import { machinePath } from "../content/machine-paths.ts"

/** @param folders whose paths no result should hold: the project's, that of its artifacts, that of bundles */
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
