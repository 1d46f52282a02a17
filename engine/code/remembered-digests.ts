// Digests that a project remembers of what lies on the disk, by what the disk says of it: what is unchanged is not read again.
import { type BigIntStats, existsSync } from "node:fs"
import { join } from "node:path"
import type { Digest } from "../content/digest.ts"
import { keepJson, keptJson } from "./kept-text.ts"

/** What is remembered of a path. */
export interface Known {
  /** What the disk said when it was read. */
  readonly stamp: string
  readonly digest: Digest
  /** In bytes, of what was hashed. */
  readonly size?: number
  /** Of a script, the line that names what runs it. */
  readonly shebang?: string
}

const millisecond = 1_000_000n
/** Some disks keep times to two seconds. */
const coarsest = 2_000n * millisecond
/** Clocks that give parts of a millisecond stand still for a tick of the system at most: 16 ms. */
const finest = 100n * millisecond

/**
 * Whether a change after a moment shows in the stamp: what changed just before may change again within the same tick of the
 * disk's clock. It is not to be remembered, as in git's index.
 *
 * @param moment before it was read, in milliseconds since 1970
 */
export function isSettled({ mtimeNs, ctimeNs }: BigIntStats, moment: number): boolean {
  const tick = ctimeNs % millisecond === 0n ? coarsest : finest
  const before = BigInt(Math.floor(moment)) * millisecond - tick
  return ctimeNs < before && mtimeNs < before
}

/** As many are remembered, beside those that were asked for last. */
const othersAtMost = 10_000

/** What is not to be believed, until something else is remembered in its place. */
const distrusted = new Set<string>()

/** What is remembered under a name: it lasts from process to process, and is lost without harm. */
export class RememberedDigests {
  readonly #root: string
  readonly #name: string
  #known: Map<string, Known> | undefined
  readonly #asked = new Set<string>()
  /** What this process has learnt: nothing for what is no longer to be believed. */
  readonly #learnt = new Map<string, Known | undefined>()

  /** @param name of the file in the project's cache */
  constructor(root: string, name: string) {
    this.#root = root
    this.#name = name
  }

  /** @returns what is known of a path, if the disk still says the same of it */
  find(path: string, stamp: string): Known | undefined {
    this.#known ??= this.#kept()
    this.#asked.add(path)
    const known = this.#known.get(path)
    return known?.stamp === stamp ? known : undefined
  }

  /** @param known nothing for what may change without a trace */
  learn(path: string, known: Known | undefined): void {
    this.#known ??= this.#kept()
    if (known === undefined && !this.#known.has(path)) return
    if (known === undefined) this.#known.delete(path)
    else this.#known.set(path, known)
    this.#learnt.set(path, known)
  }

  /** Keeps what was learnt for later processes, beside what others have kept meanwhile. */
  keep(): void {
    if (this.#learnt.size === 0) return
    const all = this.#kept()
    for (const [path, known] of this.#learnt) {
      all.delete(path)
      if (known !== undefined) all.set(path, known) // the latest last
    }
    this.#learnt.clear()
    const there = [...all].filter(([path]) => existsSync(path))
    let others = there.reduce((count, [path]) => (this.#asked.has(path) ? count : count + 1), 0)
    const kept = there.filter(([path]) => this.#asked.has(path) || others-- <= othersAtMost)
    const isKept = keepJson(this.#root, this.#name, Object.fromEntries(kept))
    if (isKept) distrusted.delete(join(this.#root, this.#name))
  }

  /** From here on nothing is believed in this process that was remembered before. */
  static distrust(root: string, name: string): void {
    distrusted.add(join(root, name))
  }

  #kept(): Map<string, Known> {
    if (distrusted.has(join(this.#root, this.#name))) return new Map()
    return new Map(
      Object.entries((keptJson(this.#root, this.#name) ?? {}) as Readonly<Record<string, Known>>),
    )
  }
}
