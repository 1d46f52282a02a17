// Local files and folders as inputs by content: digests for keys, bytes for the store only once a task needs them.
import { readdirSync, readFileSync, statSync } from "node:fs"
import { join, resolve } from "node:path"
import * as Effect from "effect/Effect"
import { type Digest, digestOf } from "../content/digest.ts"
import { encodeFolder } from "../content/folder-codec.ts"
import { DeclarationError } from "../declare/declaration-error.ts"
import type { FileNode } from "../declare/task.ts"
import type { OutputRecord } from "../ledger/records.ts"
import { Store } from "../store/store.ts"

export interface FileInputs {
  readonly record: (file: FileNode) => OutputRecord
  /** Puts the bytes into the store, if the digest is that of a local file. @throws StoreError, FileChanged */
  readonly supply: (digest: Digest) => void
  /** The bytes of a local file, read again, if the digest is that of one. @throws FileChanged */
  readonly content: (digest: Digest) => Uint8Array | undefined
}

/** A local file that was an input when its digest was taken, and is gone, past reading or another one by now. */
export class FileChanged extends Error {
  readonly _tag = "FileChanged"
}

/** The digests of local files, taken now. @throws DeclarationError for one that cannot be read */
export function fileRecords(root: string, files: ReadonlyArray<FileNode>): ReadonlyMap<string, OutputRecord> {
  return new Map(
    files.map(({ path }) => {
      try {
        const bytes = contentOf(resolve(root, path))
        return [path, { kind: "", digest: digestOf(bytes), size: bytes.length }]
      } catch (failure) {
        throw new DeclarationError(`the file ${path} cannot be read: ${(failure as Error).message}`)
      }
    }),
  )
}

/** Fails with DeclarationError for a file that cannot be read. */
export const fileInputs = (
  root: string,
  files: ReadonlyArray<FileNode>,
): Effect.Effect<FileInputs, DeclarationError, Store> =>
  Effect.gen(function* () {
    const store = yield* Store
    const records = yield* Effect.try({
      try: () => fileRecords(root, files),
      catch: (failure) => failure as DeclarationError,
    })
    const paths = new Map([...records].map(([path, { digest }]) => [digest, path]))
    const content = (digest: Digest): Uint8Array | undefined => {
      const path = paths.get(digest)
      return path === undefined ? undefined : contentAgain(root, path, digest)
    }
    return {
      record: (file) => records.get(file.path)!,
      content,
      supply: (digest) => {
        const path = paths.get(digest)
        if (path !== undefined && !store.has(digest, records.get(path)!.size)) store.put(content(digest)!)
      },
    }
  })

/** The bytes that a file had when its digest was taken. */
function contentAgain(root: string, path: string, digest: Digest): Uint8Array {
  let bytes: Uint8Array
  try {
    bytes = contentOf(resolve(root, path))
  } catch (failure) {
    throw new FileChanged(
      `the file ${path} cannot be read any more (${(failure as Error).message}): put it back, and run again`,
    )
  }
  if (digestOf(bytes) === digest) return bytes
  throw new FileChanged(
    `the file ${path} has changed since the run began: run again, and it is read as it is then`,
  )
}

function contentOf(path: string): Uint8Array {
  if (!statSync(path).isDirectory()) return readFileSync(path)
  const files = new Map<string, Uint8Array>()
  const walk = (folder: string, prefix: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) walk(join(folder, entry.name), `${prefix}${entry.name}/`)
      else files.set(`${prefix}${entry.name}`, readFileSync(join(folder, entry.name)))
    }
  }
  walk(path, "")
  return encodeFolder(files)
}
