// The store on a file system: bytes are written to tmp/, renamed to objects/ab/cdef…, and made read-only.
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  type Stats,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join, sep } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type Digest, digestOf } from "../content/digest.ts"
import { diskMessage, diskMessageOf, whyUnwritable } from "../content/disk-failure.ts"
import { safeFileName } from "../content/file-name.ts"
import { type Hashed, hashingFile } from "../content/hash-file.ts"
import { rename } from "../content/rename.ts"
import { isAsStored, storedTime } from "../content/stamp.ts"
import type { Steps } from "../content/steps.ts"
import { listed } from "./listing.ts"
import { makeReserve } from "./reserve.ts"
import { CorruptArtifact, type Listing, Store, StoreError } from "./store.ts"
import { temporaryName } from "./temporary-name.ts"

/** Who frees space writes on a full disk too. */
export type Purpose = "store" | "free"

/** @returns a layer over `<folder>/objects` and `<folder>/tmp`; fails with StoreError when they cannot be made, or written */
export const fileStore = (folder: string, purpose: Purpose = "store"): Layer.Layer<Store, StoreError> =>
  Layer.scoped(
    Store,
    Effect.acquireRelease(
      Effect.try({ try: () => openForWriting(folder, purpose), catch: (failure) => failure as StoreError }),
      () => Effect.sync(() => makeReserve(folder)), // it may have been freed
    ),
  )

/** The same for who only reads: nothing is made for being asked, and a folder that cannot be written will do. */
export const readingStore = (folder: string): Layer.Layer<Store> =>
  Layer.sync(Store, () =>
    whyUnwritable(folder) === undefined ? new FileStore(folder) : new FileStore(folder, tmpdir()),
  )

function openForWriting(folder: string, purpose: Purpose): FileStore {
  storing("the store cannot be made", folder, () => {
    mkdirSync(join(folder, "objects"), { recursive: true })
    mkdirSync(join(folder, "tmp"), { recursive: true })
  })
  for (const part of [folder, join(folder, "objects"), join(folder, "tmp")]) {
    const reason = whyUnwritable(part)
    if (reason !== undefined && !(reason === "full" && purpose === "free"))
      throw new StoreError(`the store cannot be written: ${diskMessage(reason, folder)}`)
  }
  makeReserve(folder)
  return new FileStore(folder)
}

class FileStore implements Readonly<Store["Type"]> {
  readonly #folder: string
  readonly #objects: string
  readonly #tmp: string
  #counter = 0

  /** @param tmp where attempts have their folders; one of another disk for who stores nothing */
  constructor(folder: string, tmp = join(folder, "tmp")) {
    this.#folder = folder
    this.#objects = join(folder, "objects")
    this.#tmp = tmp
  }

  path = (digest: Digest): string => `${this.#objects}${sep}${digest.slice(0, 2)}${sep}${digest.slice(2)}` // `join` would take as long as looking there

  has = (digest: Digest, size: number): boolean => {
    const stat = statOf(this.path(digest))
    return stat?.size === size && stat.isFile() // a folder has a size, too
  }

  onDisk = this.path

  isAsStored = (digest: Digest, size: number): boolean => {
    const stat = statOf(this.path(digest))
    return stat?.isFile() === true && isAsStored(stat, digest, size)
  }

  renew = (digest: Digest, size: number): boolean =>
    this.#storing(`artifact ${digest} cannot be kept`, () => {
      if (!this.isAsStored(digest, size)) return false
      chmodSync(this.path(digest), 0o444) // changes its time of change, which is that of its arrival
      return true
    })

  put = (bytes: Uint8Array): { digest: Digest; size: number } =>
    this.#storing(
      "an artifact cannot be written",
      () => {
        const digest = digestOf(bytes)
        if (!this.has(digest, bytes.length)) this.#place(this.#written(bytes), digest)
        return { digest, size: bytes.length }
      },
      bytes.length,
    )

  /** What could not be written whole leaves nothing: on a full disk its part is what the next one lacks. */
  #written(bytes: Uint8Array): string {
    const part = this.#unique("put")
    try {
      writeFileSync(part, bytes)
      return part
    } catch (failure) {
      rmSync(part, { force: true })
      throw failure
    }
  }

  adopt = (from: string, digest: Digest): void =>
    this.#storing(`artifact ${digest} cannot be moved into the store`, () => this.#place(from, digest))

  read = (digest: Digest): Uint8Array => {
    let bytes: Uint8Array
    try {
      bytes = readFileSync(this.path(digest))
    } catch (failure) {
      throw this.#unreadable(digest, failure as NodeJS.ErrnoException)
    }
    if (digestOf(bytes) === digest) return bytes
    this.#setAside(digest)
    throw new CorruptArtifact(digest, "digest")
  }

  checking = (digest: Digest): Steps<number> => this.#checking(digest)

  #unreadable(digest: Digest, failure: NodeJS.ErrnoException): Error {
    const { code, message } = failure
    if (code === "ERR_FS_FILE_TOO_LARGE") return failure // it is for whoever reads it as a path
    if (code === "ENOENT") return new CorruptArtifact(digest, "missing")
    this.#setAside(digest)
    return new CorruptArtifact(digest, "unreadable", message)
  }

  *#checking(digest: Digest): Steps<number> {
    let found: Hashed
    try {
      found = yield* hashingFile(this.path(digest))
    } catch (failure) {
      throw this.#unreadable(digest, failure as NodeJS.ErrnoException)
    }
    if (found.digest === digest) return found.size
    this.#setAside(digest)
    throw new CorruptArtifact(digest, "digest")
  }

  /** Quarantined, if that is possible: that it is corrupt is the worse news. */
  #setAside(digest: Digest): void {
    try {
      this.quarantine(digest)
    } catch {
      // it stays where it is
    }
  }

  quarantine = (digest: Digest): void =>
    this.#storing(`artifact ${digest} cannot be quarantined`, () => {
      const path = this.path(digest)
      if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) this.#aside(path)
    })

  remove = (digest: Digest): void =>
    this.#storing(`artifact ${digest} cannot be removed`, () => rmSync(this.path(digest), { force: true }))

  list = (): Steps<Listing> => listed(this.#objects)

  scratch = (name: string): string =>
    this.#storing("no folder for an attempt can be made", () => {
      for (;;) {
        const made = this.#unique(safeFileName(name))
        // A process that died may have left one of this name, in a container with the same number, too.
        if (mkdirSync(made, { recursive: true }) !== undefined) return made
      }
    })

  discard = (made: string): void => {
    try {
      rmdirSync(made) // most are empty by now
    } catch {
      rmSync(made, { recursive: true, force: true, maxRetries: 5 })
    }
  }

  #storing<A>(what: string, run: () => A, needed?: number): A {
    return storing(what, this.#folder, run, needed)
  }

  #unique(name: string): string {
    return join(this.#tmp, temporaryName(name, process.pid, this.#counter++))
  }

  /**
   * The rename is what makes an object visible: a kill before it leaves a file in tmp/, never half an object.
   * It also replaces one of the right size: what is there may be damaged, what comes was hashed just now.
   */
  #place(from: string, digest: Digest): void {
    const to = this.path(digest)
    utimesSync(from, storedTime(digest), storedTime(digest))
    chmodSync(from, 0o444)
    if (process.platform === "win32" && statSync(to, { throwIfNoEntry: false })?.isFile() === true)
      rmSync(to, { force: true })
    try {
      rename(from, to)
    } catch (failure) {
      if (!this.#clear(to, digest, (failure as NodeJS.ErrnoException).code)) throw failure
      rename(from, to)
    }
  }

  /** @returns whether what kept an object from its place is out of the way: it was no object, so it is set aside, not removed */
  #clear(to: string, digest: Digest, code: string | undefined): boolean {
    const prefix = join(this.#objects, digest.slice(0, 2))
    if (code === "ENOTDIR") this.#aside(prefix)
    if (code === "ENOENT" || code === "ENOTDIR") {
      mkdirSync(prefix, { recursive: true }) // the first under these digits
      return true
    }
    if (lstatSync(to, { throwIfNoEntry: false })?.isDirectory() !== true) return false
    this.#aside(to)
    return true
  }

  #aside(path: string): void {
    const folder = join(this.#folder, "quarantine")
    mkdirSync(folder, { recursive: true })
    const name = path.slice(this.#objects.length).replaceAll(sep, "")
    rename(path, join(folder, `${name}.${process.pid}.${this.#counter++}`))
  }
}

function storing<A>(what: string, folder: string, run: () => A, needed?: number): A {
  try {
    return run()
  } catch (failure) {
    const disk = diskMessageOf(failure, folder, needed)
    const message =
      disk === undefined
        ? `${what} in ${folder} (${(failure as Error).message}); name another folder with --artifacts`
        : `${what}: ${disk}`
    throw new StoreError(message, { cause: failure })
  }
}

/** Nothing also where a file stands in the place of a folder above it, which Node reports unasked on some systems. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code === "ENOTDIR") return undefined
    throw failure
  }
}
