// Writes bytes to a file descriptor at once, so that they are on their way before anything else happens.
import { writeSync } from "node:fs"

const forever = new Int32Array(new SharedArrayBuffer(4))

/** Waits for whoever reads them; what nobody reads any more is lost. */
export function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(descriptor, bytes, at)
    } catch (failure) {
      if ((failure as NodeJS.ErrnoException).code !== "EAGAIN") return
      Atomics.wait(forever, 0, 0, 1)
    }
  }
}
