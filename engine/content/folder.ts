// A folder as a stage sees it: its files by name, each read when it is asked for. Knows no store: where files lie it is told.

/** The files of a folder by their names in it, with slashes between, in code-unit order. */
export interface Folder extends ReadonlyMap<string, Uint8Array> {
  /** Reads a file; undefined where there is none of this name. */
  readonly get: (name: string) => Uint8Array | undefined
  /** The same. @throws TypeError where there is none of this name */
  readonly bytes: (name: string) => Uint8Array
  /** Where a file lies, to be read there, however large it is. @throws TypeError where there is none of this name */
  readonly path: (name: string) => string
}

/** What gives a file that is in the folder. */
export interface FolderAccess {
  readonly bytes: (name: string) => Uint8Array
  readonly path: (name: string) => string
}

/** @param names in code-unit order */
export class LazyFolder implements Folder {
  readonly #names: ReadonlySet<string>
  readonly #access: FolderAccess

  constructor(names: Iterable<string>, access: FolderAccess) {
    this.#names = new Set(names)
    this.#access = access
  }

  get size(): number {
    return this.#names.size
  }

  has(name: string): boolean {
    return this.#names.has(name)
  }

  readonly get = (name: string): Uint8Array | undefined =>
    this.has(name) ? this.#access.bytes(name) : undefined
  readonly bytes = (name: string): Uint8Array => this.#access.bytes(this.#known(name))
  readonly path = (name: string): string => this.#access.path(this.#known(name))

  keys(): MapIterator<string> {
    return this.#names.values()
  }

  *values(): Generator<Uint8Array, undefined, void> {
    for (const name of this.#names) yield this.#access.bytes(name)
  }

  *entries(): Generator<[string, Uint8Array], undefined, void> {
    for (const name of this.#names) yield [name, this.#access.bytes(name)]
  }

  [Symbol.iterator](): Generator<[string, Uint8Array], undefined, void> {
    return this.entries()
  }

  forEach(each: (bytes: Uint8Array, name: string, folder: ReadonlyMap<string, Uint8Array>) => void): void {
    for (const [name, bytes] of this.entries()) each(bytes, name, this)
  }

  #known(name: string): string {
    if (this.has(name)) return name
    const few = [...this.#names].slice(0, 5).map((each) => JSON.stringify(each))
    throw new TypeError(
      `the folder has no file ${JSON.stringify(name)}: there ${this.size === 1 ? "is" : "are"} ${few.join(", ") || "none"}${this.size > 5 ? ` and ${this.size - 5} more` : ""}`,
    )
  }
}
