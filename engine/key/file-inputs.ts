// Local files and folders as inputs by content: digests for keys, bytes for the store only once a task needs them.
import { readFileSync, statSync } from "node:fs"
import { join, resolve } from "node:path"
import * as Effect from "effect/Effect"
import { type Digest, digestOf } from "../content/digest.ts"
import { encodeFolder } from "../content/folder-codec.ts"
import type { Steps } from "../content/steps.ts"
import type { DeclarationError } from "../declare/declaration-error.ts"
import type { FileNode } from "../declare/task.ts"
import type { OutputRecord } from "../ledger/records.ts"
import { Store } from "../store/store.ts"
import { FileChanged, namesIn, recordingFiles } from "./file-records.ts"

export interface FileInputs {
  readonly record: (file: FileNode) => OutputRecord
  /** Puts the bytes into the store, if the digest is that of a local file. @throws StoreError, FileChanged */
  readonly supply: (digest: Digest) => void
  /** The bytes of a local file, read again, if the digest is that of one. @throws FileChanged */
  readonly content: (digest: Digest) => Uint8Array | undefined
}

/**
 * Fails for a file that cannot be read, or changes meanwhile.
 *
 * @param take takes the steps of reading what is not remembered, with turns for others
 */
export const fileInputs = (
  root: string,
  files: ReadonlyArray<FileNode>,
  take: <A>(begin: () => Steps<A>) => Effect.Effect<A>,
): Effect.Effect<FileInputs, DeclarationError | FileChanged, Store> =>
  Effect.gen(function* () {
    const store = yield* Store
    const records = yield* Effect.catchAllDefect(
      take(() => recordingFiles(root, files)),
      (failure) => Effect.fail(failure as DeclarationError | FileChanged),
    )
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
  return encodeFolder(new Map(namesIn(path).map((name) => [name, readFileSync(join(path, name))])))
}
