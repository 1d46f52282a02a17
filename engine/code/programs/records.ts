// Records of what is installed, as a project remembers them: what the disk says is unchanged is not read again.
import { statSync } from "node:fs"
import { join } from "node:path"
import type { Digest } from "../../content/digest.ts"
import { stampOf } from "../../content/stamp.ts"
import { keepJson, keptJson } from "../kept-text.ts"
import { isSettled } from "../remembered-digests.ts"

/** What a record says, and what the disk said of its file. */
export interface Read {
  readonly stamp: string
  /** `NAME@VERSION`. */
  readonly name: string
  readonly digest: Digest
  /** What it put beside packages of Python, by the first parts of their paths there. */
  readonly tops?: ReadonlyArray<string>
}

/** In the project's cache. */
const memo = join("programs", "installed-2.json")

export class Records {
  readonly #root: string
  readonly #known: Readonly<Record<string, Read>>
  readonly #now = new Map<string, Read>()
  #isChanged = false

  constructor(root: string) {
    this.#root = root
    this.#known = (keptJson(root, memo) ?? {}) as Readonly<Record<string, Read>>
  }

  /** @param read what the record says */
  of(path: string, read: () => Omit<Read, "stamp">): Read {
    const stats = statSync(path, { bigint: true })
    const stamp = stampOf(stats)
    const known = this.#known[path]
    if (known?.stamp === stamp) {
      this.#now.set(path, known)
      return known
    }
    const moment = Date.now()
    const fresh = { stamp, ...read() }
    if (isSettled(stats, moment)) {
      this.#now.set(path, fresh)
      this.#isChanged = true
    }
    return fresh
  }

  keep(): void {
    if (this.#isChanged) keepJson(this.#root, memo, { ...this.#known, ...Object.fromEntries(this.#now) })
  }
}
