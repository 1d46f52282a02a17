// The store on a file system: bytes are written to tmp/, renamed to objects/ab/cdef…, and made read-only.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs"
import { join, sep } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type Digest, digestOf, isDigest } from "../content/digest.ts"
import { safeFileName } from "../content/file-name.ts"
import { CorruptArtifact, Store, type StoredObject, StoreError } from "./store.ts"

/** @returns a layer over `<folder>/objects` and `<folder>/tmp`; fails with StoreError when they cannot be made */
export const fileStore = (folder: string): Layer.Layer<Store, StoreError> =>
  Layer.effect(
    Store,
    Effect.try({ try: () => new FileStore(folder), catch: (failure) => failure as StoreError }),
  )

class FileStore implements Readonly<Store["Type"]> {
  readonly #folder: string
  readonly #objects: string
  readonly #tmp: string
  #counter = 0

  constructor(folder: string) {
    this.#folder = folder
    this.#objects = join(folder, "objects")
    this.#tmp = join(folder, "tmp")
    storing(`the store ${folder} cannot be made; name another folder with --artifacts`, () => {
      mkdirSync(this.#objects, { recursive: true })
      mkdirSync(this.#tmp, { recursive: true })
    })
  }

  path = (digest: Digest): string => `${this.#objects}${sep}${digest.slice(0, 2)}${sep}${digest.slice(2)}` // `join` would take as long as looking there

  has = (digest: Digest, size: number): boolean =>
    statSync(this.path(digest), { throwIfNoEntry: false })?.size === size

  put = (bytes: Uint8Array): { digest: Digest; size: number } =>
    storing(`an artifact cannot be written to ${this.#folder}`, () => {
      const digest = digestOf(bytes)
      if (!this.has(digest, bytes.length)) {
        const part = this.#unique("put")
        writeFileSync(part, bytes)
        this.#place(part, digest)
      }
      return { digest, size: bytes.length }
    })

  adopt = (from: string, digest: Digest): void =>
    storing(`artifact ${digest} cannot be moved into ${this.#folder}`, () => this.#place(from, digest))

  read = (digest: Digest): Uint8Array => {
    let bytes: Uint8Array
    try {
      bytes = readFileSync(this.path(digest))
    } catch (failure) {
      const { code, message } = failure as NodeJS.ErrnoException
      if (code === "ENOENT") throw new CorruptArtifact(digest, "missing")
      this.#setAside(digest)
      throw new CorruptArtifact(digest, "unreadable", message)
    }
    if (digestOf(bytes) === digest) return bytes
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
    storing(`artifact ${digest} cannot be quarantined`, () => {
      const aside = join(this.#folder, "quarantine")
      mkdirSync(aside, { recursive: true })
      if (existsSync(this.path(digest)))
        renameSync(this.path(digest), join(aside, `${digest}.${process.pid}.${this.#counter++}`))
    })

  remove = (digest: Digest): void =>
    storing(`artifact ${digest} cannot be removed`, () => rmSync(this.path(digest), { force: true }))

  list = (): ReadonlyArray<StoredObject> =>
    readdirSync(this.#objects).flatMap((prefix) =>
      readdirSync(join(this.#objects, prefix)).flatMap((rest) => {
        const digest = `${prefix}${rest}`
        const stat = statSync(join(this.#objects, prefix, rest), { throwIfNoEntry: false })
        return stat !== undefined && isDigest(digest)
          ? [{ digest, size: stat.size, arrived: stat.ctimeMs }]
          : []
      }),
    )

  scratch = (name: string): string =>
    storing(`no folder for an attempt can be made in ${this.#tmp}`, () => {
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
      rmSync(made, { recursive: true, force: true })
    }
  }

  #unique(name: string): string {
    return join(this.#tmp, `${name}.${process.pid}.${this.#counter++}`)
  }

  /**
   * The rename is what makes an object visible: a kill before it leaves a file in tmp/, never half an object.
   * It also replaces one of the right size: what is there may be damaged, what comes was hashed just now.
   */
  #place(from: string, digest: Digest): void {
    const to = this.path(digest)
    chmodSync(from, 0o444)
    if (process.platform === "win32") rmSync(to, { force: true })
    try {
      renameSync(from, to)
    } catch (failure) {
      if ((failure as NodeJS.ErrnoException).code !== "ENOENT") throw failure
      mkdirSync(join(this.#objects, digest.slice(0, 2)), { recursive: true }) // the first under these digits
      renameSync(from, to)
    }
  }
}

function storing<A>(what: string, run: () => A): A {
  try {
    return run()
  } catch (failure) {
    throw new StoreError(`${what} (${(failure as Error).message})`, { cause: failure })
  }
}
