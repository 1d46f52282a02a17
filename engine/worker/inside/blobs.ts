// Blobs that a worker writes beside its result file: outputs and states, whole or not at all.
import { copyFileSync, linkSync, rmSync } from "node:fs"
import { join } from "node:path"
import { digestOf } from "../../content/digest.ts"
import { writeWhole } from "../../store/whole-file.ts"
import type { OutputFile } from "../protocol.ts"

export function writeBlob(folder: string, file: string, kind: string, bytes: Uint8Array): OutputFile {
  writeWhole(join(folder, file), bytes)
  return { kind, digest: digestOf(bytes), size: bytes.length, file }
}

/** A second name for the same bytes; a copy where the file system has no links. */
export function linkFile(from: string, to: string): void {
  rmSync(to, { force: true })
  try {
    linkSync(from, to)
  } catch {
    copyFileSync(from, to)
  }
}
