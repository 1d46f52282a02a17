// Local files and folders as inputs by content: digests for keys, bytes for the store only once a task needs them.
import { readdirSync, readFileSync, statSync } from "node:fs"
import { join, resolve } from "node:path"
import * as Effect from "effect/Effect"
import { type Digest, digestOf } from "../content/digest.ts"
import { encodeFolder } from "../content/folder-codec.ts"
import type { FileNode } from "../declare/stage.ts"
import type { OutputRecord } from "../ledger/ledger.ts"
import { DeclarationError } from "../plan/wired-outputs.ts"
import { Store, type StoreError } from "../store/store.ts"

export interface FileInputs {
  readonly record: (file: FileNode) => OutputRecord
  /** Puts the bytes into the store, if the digest is that of a local file. */
  readonly supply: (digest: Digest) => Effect.Effect<void, StoreError>
}

/** The digests of local files, taken now; fails with DeclarationError for one that cannot be read. */
export const fileRecords = (
  root: string,
  files: ReadonlyArray<FileNode>,
): Effect.Effect<ReadonlyMap<string, OutputRecord>, DeclarationError> =>
  Effect.map(
    Effect.forEach(files, ({ path }) =>
      Effect.try({
        try: () => {
          const bytes = contentOf(resolve(root, path))
          return [path, { kind: "", digest: digestOf(bytes), size: bytes.length }] as const
        },
        catch: (failure) =>
          new DeclarationError(`the file ${path} cannot be read: ${(failure as Error).message}`),
      }),
    ),
    (records) => new Map(records),
  )

export const fileInputs = (root: string, files: ReadonlyArray<FileNode>) =>
  Effect.gen(function* () {
    const store = yield* Store
    const records = yield* fileRecords(root, files)
    const inputs: FileInputs = {
      record: (file) => records.get(file.path)!,
      supply: (digest) =>
        Effect.forEach(
          [...records].filter(([, record]) => record.digest === digest && !store.has(digest, record.size)),
          ([path]) => Effect.suspend(() => store.put(contentOf(resolve(root, path)))),
          { discard: true },
        ),
    }
    return inputs
  })

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
