// Local files and folders as inputs by content: digests for keys, and where a task finds the bytes. What is handed over as a path is
// read where it lies; all else goes into the store once a task needs it.
import { constants, copyFileSync, readFileSync, statSync } from "node:fs"
import * as Effect from "effect/Effect"
import { FileChanged, type LocalFile } from "../code/local-file.ts"
import { type Digest, digestOf } from "../content/digest.ts"
import { baseOf, isFolder } from "../content/kind.ts"
import { type FolderFile, manifestOf } from "../content/manifest.ts"
import { stampOf } from "../content/stamp.ts"
import type { Steps } from "../content/steps.ts"
import type { DeclarationError } from "../declare/declaration-error.ts"
import { type FileNode, nameOfFile } from "../declare/task.ts"
import type { OutputRecord } from "../ledger/records.ts"
import { listIfFolder } from "../store/folders.ts"
import { Store } from "../store/store.ts"
import { type LocalInput, recordingFiles } from "./file-records.ts"

export interface FileInputs {
  readonly record: (file: FileNode) => LocalInput
  /**
   * Sees to it that a task can be given an input, if it is a local file: of kind `file` and a folder's files are left where they are,
   * and a file is stored where that costs no room. @throws StoreError, FileChanged
   */
  readonly supply: (input: OutputRecord) => void
  /** Whether an input is a local one that lies in no store, and is handed over as a path. */
  readonly isReadInPlace: (input: OutputRecord) => boolean
  /** Where a local file, or a file of a local folder, lies; undefined for what is none. */
  readonly inPlace: (digest: Digest) => LocalFile | undefined
  /** The list of a local folder's files, if the digest is that of one. */
  readonly folder: (digest: Digest) => LocalInput | undefined
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
    return new LocalInputs(store, records)
  })

/** @returns the files of a folder, local or stored; undefined for what is none, or is not there */
export const listing =
  (store: Pick<Store["Type"], "onDisk" | "read">, files: FileInputs) =>
  (digest: Digest): ReadonlyArray<FolderFile> | undefined =>
    files.folder(digest)?.files ?? listIfFolder(store, digest)

class LocalInputs implements FileInputs {
  readonly #store: Store["Type"]
  readonly #records: ReadonlyMap<string, LocalInput>
  readonly #files = new Map<Digest, LocalFile>()
  readonly #folders = new Map<Digest, LocalInput>()

  constructor(store: Store["Type"], records: ReadonlyMap<string, LocalInput>) {
    this.#store = store
    this.#records = records
    for (const input of records.values()) {
      if (input.isFolder) this.#folders.set(input.digest, input)
      for (const file of input.files) this.#files.set(file.digest, file)
    }
  }

  readonly record = (file: FileNode): LocalInput => this.#records.get(nameOfFile(file))!
  readonly inPlace = (digest: Digest): LocalFile | undefined => this.#files.get(digest)
  readonly folder = (digest: Digest): LocalInput | undefined => this.#folders.get(digest)

  readonly isReadInPlace = ({ kind, digest, size }: OutputRecord): boolean =>
    isFolder(kind)
      ? this.#folders.has(digest)
      : baseOf(kind) === "file" && this.#files.has(digest) && !this.#store.has(digest, size)

  readonly content = (digest: Digest): Uint8Array | undefined => {
    const file = this.#files.get(digest)
    return file === undefined ? undefined : contentAgain(file)
  }

  readonly supply = ({ kind, digest, size }: OutputRecord): void => {
    const store = this.#store
    if (isFolder(kind)) {
      const folder = this.#folders.get(digest)
      if (folder !== undefined && !store.has(digest, size)) store.put(manifestOf(folder.files))
      return
    }
    const file = this.#files.get(digest)
    if (file === undefined || store.has(digest, size)) return
    if (baseOf(kind) === "file") this.#clone(file)
    else store.put(contentAgain(file))
  }

  /** Where the file system can share bytes until one side changes, a copy costs nothing, and nobody writes to it. */
  #clone({ path, digest, stamp }: LocalFile): void {
    if (!mayClone) return
    const folder = this.#store.scratch("clone")
    const clone = `${folder}/file`
    try {
      copyFileSync(path, clone, constants.COPYFILE_FICLONE_FORCE)
      if (stampOf(statSync(path, { bigint: true })) === stamp) this.#store.adopt(clone, digest)
    } catch {
      mayClone = false // it is read in place
    } finally {
      this.#store.discard(folder)
    }
  }
}

/** Asked once: where it fails, each file would cost a folder for nothing. */
let mayClone = process.platform !== "win32"

/** The bytes that a file had when its digest was taken. */
function contentAgain({ path, shown, digest }: LocalFile): Uint8Array {
  let bytes: Uint8Array
  try {
    bytes = readFileSync(path)
  } catch (failure) {
    const { code, message } = failure as NodeJS.ErrnoException
    throw new FileChanged(
      code === "ERR_FS_FILE_TOO_LARGE"
        ? `the file ${shown} is too large to be handed over in memory: wire it as kind "file", and it is handed over as a path`
        : `the file ${shown} cannot be read any more (${message}): put it back, and run again`,
    )
  }
  if (digestOf(bytes) === digest) return bytes
  throw new FileChanged(
    `the file ${shown} has changed since the run began: run again, and it is read as it is then`,
  )
}
