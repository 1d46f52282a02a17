// Renames that outlast whoever looks at a file just now: on Windows a virus scanner or an indexer holds what was written a
// moment ago, and lets go of it soon. Elsewhere a rename minds no reader.
import { renameSync } from "node:fs"
import { pause } from "./pause.ts"

/** What Windows says of a file that somebody has open. */
const held: ReadonlyArray<string | undefined> = ["EPERM", "EACCES", "EBUSY"]
/** Milliseconds before each further try: 1.3 s in all. */
const waits = [10, 20, 40, 80, 160, 320, 640]

/** @param act given with `isWindows` by tests alone */
export function rename(
  from: string,
  to: string,
  act: (from: string, to: string) => void = renameSync,
  isWindows = process.platform === "win32",
): void {
  for (const milliseconds of isWindows ? waits : []) {
    try {
      act(from, to)
      return
    } catch (failure) {
      if (!held.includes((failure as NodeJS.ErrnoException).code)) throw failure
    }
    pause(milliseconds)
  }
  act(from, to)
}
