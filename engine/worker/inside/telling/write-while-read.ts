// What a worker writes is on its way before anything else happens, and lost where nobody reads it any more.
import { writeAll } from "../../../content/write-all.ts"

export function writeWhileRead(descriptor: number, bytes: Uint8Array): void {
  try {
    writeAll(descriptor, bytes)
  } catch {
    // the coordinator has gone
  }
}
