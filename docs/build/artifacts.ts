// Where the bytes of artifacts come from: stores in which the experiments have run, or the copies that are kept beside the pages.
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { type Digest, digestOf } from "../../engine/content/digest.ts"
import { safeFileName } from "../../engine/content/file-name.ts"

/**
 * @param path where a copy is kept, relative to the root
 * @returns undefined where there is none with the right bytes
 */
export type Artifacts = (path: string, digest: Digest) => Uint8Array | undefined

/** Where a table that a page uses is kept, relative to the root. */
export const keptPath = (experiment: string, name: string): string =>
  `docs/figures/${experiment}/${safeFileName(name, "json")}`

export const keptIn =
  (root: string): Artifacts =>
  (path, digest) =>
    whole(join(root, path), digest)

export const storedIn =
  (stores: ReadonlyArray<string>): Artifacts =>
  (_path, digest) => {
    for (const store of stores) {
      const found = whole(join(store, "objects", digest.slice(0, 2), digest.slice(2)), digest)
      if (found !== undefined) return found
    }
    return undefined
  }

/** The first that has it. */
export const anyOf =
  (...places: ReadonlyArray<Artifacts>): Artifacts =>
  (path, digest) => {
    for (const place of places) {
      const found = place(path, digest)
      if (found !== undefined) return found
    }
    return undefined
  }

function whole(path: string, digest: Digest): Uint8Array | undefined {
  if (!existsSync(path)) return undefined
  const bytes = readFileSync(path)
  return digestOf(bytes) === digest ? bytes : undefined
}
