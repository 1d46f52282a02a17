// Files that a worker writes: whole or not at all.
import { copyFileSync, linkSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { digestOf } from "../content/digest.ts"
import type { OutputFile } from "./protocol.ts"

/** Written under another name first: who sees the name sees all of it. */
export function writeByRename(path: string, content: Uint8Array | string): void {
  writeFileSync(`${path}.part`, content)
  renameSync(`${path}.part`, path)
}

export function writeBlob(folder: string, file: string, kind: string, bytes: Uint8Array): OutputFile {
  writeByRename(join(folder, file), bytes)
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
