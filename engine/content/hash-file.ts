// The SHA-256 of a file, however large: read a piece at a time, as steps.
import { createHash } from "node:crypto"
import { closeSync, openSync, readSync } from "node:fs"
import type { Digest } from "./digest.ts"
import type { Steps } from "./steps.ts"

export interface Hashed {
  readonly digest: Digest
  /** Bytes that there were. */
  readonly size: number
}

/** Bytes between two turns. */
const piece = 1024 * 1024

/**
 * @param look is shown each piece, and where in the file it begins; it is written over afterwards
 * @throws what the file system says
 */
export function* hashingFile(
  path: string,
  look: (piece: Uint8Array, at: number) => void = () => {},
): Steps<Hashed> {
  const hash = createHash("sha256")
  const bytes = Buffer.allocUnsafeSlow(piece)
  const descriptor = openSync(path, "r")
  try {
    for (let size = 0; ; yield) {
      const read = readSync(descriptor, bytes, 0, piece, null)
      if (read === 0) return { digest: hash.digest("hex") as Digest, size }
      const some = bytes.subarray(0, read)
      look(some, size)
      hash.update(some)
      size += read
    }
  } finally {
    closeSync(descriptor)
  }
}
