// Files and modules that the engine made copies of for a task: what they hold is what the key says, or the task fails.
import { readFileSync } from "node:fs"
import { type Digest, digestOf } from "../../content/digest.ts"
import type { TaskFile } from "../protocol.ts"

/** A copy that is not what was hashed. */
class CopyChanged extends Error {
  readonly _tag = "CopyChanged"
}

/** @param what the copy is of, for people. @throws CopyChanged */
export function checkCopy(what: string, path: string, digest: Digest): void {
  const found = digestOf(readFileSync(path))
  if (found !== digest)
    throw new CopyChanged(`${path}, a copy of ${what}, has the digest ${found}, not ${digest}: run again`)
}

/** The files of a task's numerics, by name. @throws CopyChanged */
export function checkedFiles({
  files,
  fileDigests = {},
}: Pick<TaskFile, "files" | "fileDigests">): TaskFile["files"] {
  for (const [name, digest] of Object.entries(fileDigests)) checkCopy(name, files[name]!, digest)
  return files
}
