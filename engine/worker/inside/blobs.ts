// Blobs that a worker writes beside its result file: outputs and states, whole or not at all.
import { copyFileSync, linkSync, rmSync } from "node:fs"
import { join, resolve } from "node:path"
import { digestOf } from "../../content/digest.ts"
import { diskMessageOf } from "../../content/disk-failure.ts"
import { writeWhole } from "../../store/whole-file.ts"
import type { OutputFile } from "../protocol.ts"

/** The disk of the store takes no more, or nothing at all. */
export class DiskRefused extends Error {
  readonly _tag = "DiskRefused"
}

/**
 * Writes what an attempt leaves.
 *
 * @param folder of the attempt, which lies in the folder tmp/ of a store
 * @throws DiskRefused, in words for a person
 */
export function leave(folder: string, file: string, bytes: Uint8Array | string): void {
  try {
    writeWhole(join(folder, file), bytes)
  } catch (failure) {
    const message = diskMessageOf(failure, resolve(folder, "..", ".."), bytes.length)
    throw message === undefined ? failure : new DiskRefused(message, { cause: failure })
  }
}

export function writeBlob(folder: string, file: string, kind: string, bytes: Uint8Array): OutputFile {
  leave(folder, file, bytes)
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
