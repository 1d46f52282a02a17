// Folders in a store: an object that lists files, each an object of its own. It knows no task and no local file.
import { closeSync, openSync, readSync } from "node:fs"
import type { Digest } from "../content/digest.ts"
import { isFolder } from "../content/kind.ts"
import { type FolderFile, filesOf, isManifest, toldBy } from "../content/manifest.ts"
import type { Steps } from "../content/steps.ts"
import { CorruptArtifact, type Store } from "./store.ts"

/** What is stored: of a folder, the list of its files. */
export interface Stored {
  readonly kind: string
  readonly digest: Digest
  readonly size: number
}

/** The files of a folder. @throws CorruptArtifact where its list is not there, or damaged */
export const folderFiles = (store: Pick<Store["Type"], "read">, digest: Digest): ReadonlyArray<FolderFile> =>
  filesOf(store.read(digest))

/** Whether an object is the list of a folder: its first bytes tell. */
export function isFolderList(
  store: Pick<Store["Type"], "onDisk">,
  { digest, size }: Pick<Stored, "digest" | "size">,
): boolean {
  if (size < toldBy) return false
  const start = new Uint8Array(toldBy)
  const descriptor = openSync(store.onDisk(digest), "r")
  try {
    readSync(descriptor, start, 0, toldBy, 0)
  } finally {
    closeSync(descriptor)
  }
  return isManifest(start)
}

/** The files of what may be no folder, or may not be there: undefined then. */
export function listIfFolder(
  store: Pick<Store["Type"], "onDisk" | "read">,
  digest: Digest,
): ReadonlyArray<FolderFile> | undefined {
  try {
    return isFolderList(store, { digest, size: toldBy }) ? folderFiles(store, digest) : undefined
  } catch {
    return undefined
  }
}

/** The same of one that may be damaged, or gone: then nothing is known of its files. */
export function knownFiles(store: Pick<Store["Type"], "read">, digest: Digest): ReadonlyArray<FolderFile> {
  try {
    return folderFiles(store, digest)
  } catch (failure) {
    if (failure instanceof CorruptArtifact || failure instanceof SyntaxError) return []
    throw failure
  }
}

/** By digest, what stands in folders, each once: of the same bytes under several names, and in several folders, there is one artifact. */
export function filesIn(
  store: Pick<Store["Type"], "read">,
  folders: Iterable<Digest>,
): ReadonlyMap<Digest, number> {
  const sizes = new Map<Digest, number>()
  for (const folder of folders)
    for (const { digest, size } of knownFiles(store, folder)) sizes.set(digest, size)
  return sizes
}

/**
 * The object that keeps an artifact from being whole: itself, or a file of the folder that it is. Nothing but a folder's list is
 * read; a folder of 5,000 files is asked for 5,000 sizes, some hundredths of a second.
 */
export function missingOf(
  store: Pick<Store["Type"], "has" | "read">,
  { kind, digest, size }: Stored,
): { readonly digest: Digest; readonly isCorrupt: boolean } | undefined {
  if (!store.has(digest, size)) return { digest, isCorrupt: false }
  if (!isFolder(kind)) return undefined
  try {
    const missing = folderFiles(store, digest).find((file) => !store.has(file.digest, file.size))
    return missing && { digest: missing.digest, isCorrupt: false }
  } catch (failure) {
    if (failure instanceof CorruptArtifact) return { digest, isCorrupt: true }
    throw failure
  }
}

/** Whether an artifact is whole, as a hit needs it. Does not hash, but for a folder's list. */
export const isWhole = (store: Pick<Store["Type"], "has" | "read">, stored: Stored): boolean =>
  missingOf(store, stored) === undefined

/**
 * Hashes an artifact, of a folder all of its files too, whatever is wrong with the first: each that is not what its digest
 * promises is quarantined, so that what makes the folder again makes them all.
 *
 * @throws CorruptArtifact by the first of them
 */
export function* checkingAll(
  store: Store["Type"],
  { kind, digest }: Pick<Stored, "kind" | "digest">,
): Steps<void> {
  if (!isFolder(kind)) return void (yield* store.checking(digest))
  let first: CorruptArtifact | undefined
  for (const file of folderFiles(store, digest)) {
    try {
      yield* store.checking(file.digest)
    } catch (failure) {
      if (!(failure instanceof CorruptArtifact)) throw failure
      first ??= failure
    }
  }
  if (first !== undefined) throw first
}
