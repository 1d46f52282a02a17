// Writing a file whole or not at all: who sees its name sees all of it. Knows nothing of what files are for.
import { mkdirSync, renameSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"

/** Never a torn file, also when two processes write the same one. Makes the folder where it lacks. */
export function writeWhole(path: string, content: Uint8Array | string): void {
  const part = `${path}.${process.pid}.part`
  try {
    writeFileSync(part, content)
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code !== "ENOENT") throw failure
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(part, content)
  }
  renameSync(part, path)
}
