// Inputs that are handed to a stage as paths: believed by what the disk says of them, else hashed before; and looked at again once
// the stage has done, since others may write to a file while it is read. It knows no store.
import { type BigIntStats, statSync } from "node:fs"
import type { Digest } from "../../content/digest.ts"
import { type Folder, LazyFolder } from "../../content/folder.ts"
import { hashingFile } from "../../content/hash-file.ts"
import { isAsStored, stampOf } from "../../content/stamp.ts"
import { atOnce, type Steps } from "../../content/steps.ts"
import type { InputEntry, InputFile, OnDisk } from "../protocol.ts"
import type { Host } from "./host.ts"
import { CorruptInput } from "./input-bytes.ts"

/** A local file that is read in place, and is no longer what was hashed. */
class FileChanged extends Error {
  readonly _tag = "FileChanged"
}

interface OneFile {
  readonly digest: Digest
  readonly path: string
  readonly disk: OnDisk
}

interface Handed {
  readonly role: string
  readonly file: OneFile
  /** What the disk said of it when it was handed over. */
  readonly stamp: string
}

export class HandedPaths {
  readonly #host: Pick<Host, "outside" | "read">
  readonly #handed = new Map<string, Handed>()

  constructor(host: Pick<Host, "outside" | "read">) {
    this.#host = host
  }

  /** The path of an input of kind `file`, which holds what its digest promises. @throws CorruptInput, FileChanged */
  *file(role: string, { digest, path, disk }: InputFile): Steps<string> {
    if (disk === undefined)
      throw new TypeError(`the task file says of the input "${role}" not how large it is`)
    yield* this.#hand(role, { digest, path, disk })
    return path
  }

  /** A folder, of which nothing is read before the stage asks. Each file is checked as it is handed over. */
  folder(role: string, { files = [] }: InputFile): Folder {
    const byName = new Map(files.map((file) => [file.name, file]))
    const own = <A>(name: string, give: (file: InputEntry) => A): A =>
      this.#host.outside(() => give(byName.get(name)!))
    return new LazyFolder(byName.keys(), {
      bytes: (name) => own(name, (file) => this.#bytes(role, file)),
      path: (name) =>
        own(name, (file) => {
          if (!this.#handed.has(file.path)) atOnce(this.#hand(role, file))
          return file.path
        }),
    })
  }

  /** Once the stage has done: what it read may have been changed while it did. @throws CorruptInput, FileChanged */
  *check(): Steps<void> {
    for (const { role, file, stamp } of this.#handed.values()) {
      yield
      const found = statOf(role, file)
      if (stampOf(found) !== stamp && !isBelieved(found, file)) yield* hashAgain(role, file)
    }
  }

  *#hand(role: string, file: OneFile): Steps<void> {
    const found = statOf(role, file)
    if (!isBelieved(found, file)) yield* hashAgain(role, file)
    this.#handed.set(file.path, { role, file, stamp: stampOf(found) })
  }

  #bytes(role: string, file: InputEntry): Uint8Array {
    try {
      return this.#host.read(role, { kind: "", digest: file.digest, path: file.path })
    } catch (failure) {
      throw failure instanceof CorruptInput && isLocal(file) ? changed(role, file) : failure
    }
  }
}

const isLocal = ({ disk }: OneFile): boolean => disk.stamp !== undefined

const isBelieved = (found: BigIntStats, { digest, disk }: OneFile): boolean =>
  disk.stamp === undefined ? isAsStored(found, digest, disk.size) : stampOf(found) === disk.stamp

function statOf(role: string, file: OneFile): BigIntStats {
  try {
    return statSync(file.path, { bigint: true })
  } catch (failure) {
    throw wrong(role, file, `cannot be read (${(failure as Error).message})`)
  }
}

function* hashAgain(role: string, file: OneFile): Steps<void> {
  let found: Digest
  try {
    found = (yield* hashingFile(file.path)).digest
  } catch (failure) {
    throw wrong(role, file, `cannot be read (${(failure as Error).message})`)
  }
  if (found !== file.digest) throw wrong(role, file, "does not hold the bytes that its digest promises")
}

const wrong = (role: string, file: OneFile, reason: string): Error =>
  isLocal(file) ? changed(role, file) : new CorruptInput(role, file, reason)

const changed = (role: string, { path }: OneFile): FileChanged =>
  new FileChanged(
    `the file ${path}, read in place as the input "${role}", is no longer what it was when the run began: run again once nobody writes to it any more`,
  )
