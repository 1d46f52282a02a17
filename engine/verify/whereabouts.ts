// Where inputs lie while tasks are computed again: in the store, in place, or where they were made. It runs nothing.
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { copySource } from "../code/programs/sources.ts"
import type { Digest } from "../content/digest.ts"
import { isFolder } from "../content/kind.ts"
import type { FileInputs } from "../key/file-inputs.ts"
import type { Resolution } from "../key/resolve.ts"
import type { OutputRecord } from "../ledger/records.ts"
import type { Places } from "../run/task-file.ts"
import { folderFiles } from "../store/folders.ts"
import type { Store } from "../store/store.ts"

export class Whereabouts {
  /** Where the outputs of what was run again lie. */
  readonly made = new Map<Digest, string>()
  /** What a worker found corrupt: the store's is not it. */
  readonly doubted = new Set<Digest>()
  readonly #store: Store["Type"]
  readonly #files: FileInputs
  readonly #folder: string

  /** @param folder for copies */
  constructor(store: Store["Type"], files: FileInputs, folder: string) {
    this.#folder = folder
    this.#store = store
    this.#files = files
  }

  /** Undefined where it is nowhere. */
  locate(digest: Digest): string | undefined {
    return this.#isStored(digest) ? this.#store.path(digest) : this.made.get(digest)
  }

  /** With all of its files, if it is a folder. */
  isThere(input: OutputRecord): boolean {
    const { kind, digest } = input
    if (this.#files.isReadInPlace(input)) return true
    if (this.locate(digest) === undefined) return false
    return !isFolder(kind) || folderFiles(this.places, digest).every((file) => this.locate(file.digest))
  }

  /**
   * Copies the sources of a task's program that the store does not hold, as they were hashed.
   *
   * @throws FileChanged
   */
  keepSources(resolution: Pick<Resolution, "code"> | undefined): void {
    for (const source of resolution?.code.program?.sources ?? []) {
      if (this.locate(source.digest) !== undefined) continue
      const copy = join(this.#folder, source.digest)
      copySource(source, copy)
      this.made.set(source.digest, copy)
    }
  }

  readonly places: Places = {
    path: (digest) => this.#madeOnly(digest) ?? this.#store.path(digest),
    onDisk: (digest) => this.#madeOnly(digest) ?? this.#store.onDisk(digest),
    has: (digest) => this.locate(digest) !== undefined,
    read: (digest) => {
      const path = this.#madeOnly(digest)
      return path === undefined ? this.#store.read(digest) : readFileSync(path)
    },
  }

  #isStored(digest: Digest): boolean {
    return !this.doubted.has(digest) && existsSync(this.#store.path(digest))
  }

  #madeOnly(digest: Digest): string | undefined {
    return this.#isStored(digest) ? undefined : this.made.get(digest)
  }
}
