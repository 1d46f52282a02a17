// Bytes to a file descriptor at once and to the last, though the system takes a part of them at a time, or none just now.
import { writeSync } from "node:fs"
import { pause } from "./pause.ts"

/** Waits for whoever reads them. @throws what keeps them from being written */
export function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSome(descriptor, bytes, at)
}

function writeSome(descriptor: number, bytes: Uint8Array, at: number): number {
  try {
    return writeSync(descriptor, bytes, at)
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code !== "EAGAIN") throw failure
    pause(1)
    return 0
  }
}
