// Writing a file whole or not at all: who sees its name sees all of it. Knows nothing of what files are for.
import { rmSync, writeFileSync } from "node:fs"
import { rename } from "../content/rename.ts"

/** Never a torn file, also when two processes write the same one. Its folder must be there. */
export function writeWhole(path: string, content: Uint8Array | string): void {
  const part = `${path}.${process.pid}.part`
  try {
    writeFileSync(part, content)
    rename(part, path)
  } catch (failure) {
    rmSync(part, { force: true }) // on a full disk, what there is of it is room
    throw failure
  }
}
