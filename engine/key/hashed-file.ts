// A file that is read once: what is used of it later is what was hashed, whatever becomes of its path meanwhile.
import { readFileSync } from "node:fs"
import { type Digest, digestOf } from "../content/digest.ts"

export interface HashedFile {
  /** Absolute: where it was read, and where a module finds its packages. */
  readonly path: string
  readonly digest: Digest
  readonly bytes: Uint8Array
}

/** Reads it, now. */
export function hashedFile(path: string): HashedFile {
  const bytes = readFileSync(path)
  return { path, digest: digestOf(bytes), bytes }
}
