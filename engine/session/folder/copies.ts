// Artifacts under readable names: their bytes shared with the store where the file system can do that, else copied, and what is large
// linked, read-only. It knows no run.
import { chmodSync, constants, copyFileSync, linkSync, mkdirSync, rmSync } from "node:fs"
import { dirname, join } from "node:path"
import type { Digest } from "../../content/digest.ts"
import { distinctPaths } from "../../content/file-name.ts"
import { isFolder } from "../../content/kind.ts"
import type { Steps } from "../../content/steps.ts"
import type { OutputRecord } from "../../ledger/records.ts"
import { folderFiles } from "../../store/folders.ts"
import { CorruptArtifact, type Store } from "../../store/store.ts"

/** Bytes of an artifact that are copied where they cannot be shared; of more, a second copy would cost too much. */
const copiedAtMost = 64 * 2 ** 20

/** A file of a folder that is a result, under the path that it has in the run's folder. */
export interface CopiedFile {
  readonly file: string
  readonly digest: Digest
  readonly size: number
}

/**
 * @param file the artifact's name in `folder`
 * @returns of a folder, its files
 * @throws CorruptArtifact, by the digest of the artifact that was asked for
 */
export function* copying(
  store: Store["Type"],
  folder: string,
  file: string,
  { kind, digest, size }: Pick<OutputRecord, "kind" | "digest" | "size">,
): Steps<ReadonlyArray<CopiedFile> | undefined> {
  if (!isFolder(kind)) {
    yield* copyOf(store, { digest, size }, join(folder, file), size <= copiedAtMost)
    return undefined
  }
  const files = folderFiles(store, digest)
  const paths = distinctPaths(files.map(({ name }) => name))
  const mayCopy = files.reduce((sum, each) => sum + each.size, 0) <= copiedAtMost
  const copied: Array<CopiedFile> = []
  try {
    mkdirSync(join(folder, file), { recursive: true })
    for (const [i, each] of files.entries()) {
      const own = `${file}/${paths[i]!}`
      mkdirSync(dirname(join(folder, own)), { recursive: true })
      yield* copyOf(store, each, join(folder, own), mayCopy)
      copied.push({ file: own, digest: each.digest, size: each.size })
    }
  } catch (failure) {
    throw failure instanceof CorruptArtifact ? new CorruptArtifact(digest, failure.reason) : failure
  }
  return copied
}

/** What nobody has written to since it was stored is believed; all else is hashed before. */
function* copyOf(
  store: Store["Type"],
  { digest, size }: Pick<CopiedFile, "digest" | "size">,
  to: string,
  mayCopy: boolean,
): Steps<void> {
  yield
  if (!store.isAsStored(digest, size)) yield* store.checking(digest)
  const from = store.onDisk(digest)
  rmSync(to, { force: true })
  if (cloned(from, to) || (!mayCopy && linked(from, to))) return
  copyFileSync(from, to)
  chmodSync(to, 0o644) // it is a person's, as it shares nothing
}

/** File systems, by folder, that were found to share no bytes: each file is not asked again. */
const sharingNone = new Set<string>()

function cloned(from: string, to: string): boolean {
  const where = dirname(dirname(from))
  if (sharingNone.has(where)) return false
  try {
    copyFileSync(from, to, constants.COPYFILE_FICLONE_FORCE)
    chmodSync(to, 0o644)
    return true
  } catch {
    sharingNone.add(where)
    return false
  }
}

/** The object under a second name: who writes through it changes the object, which is then no longer as it was stored. */
function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch {
    return false
  }
}
