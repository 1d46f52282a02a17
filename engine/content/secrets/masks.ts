// What hides secrets: in texts, in data, in what is printed a piece at a time; and what finds them where nothing may be hidden. Pure.
import { Matcher } from "./matcher.ts"
import { type Spelling, spellingsOf } from "./spellings.ts"

/** What stands in place of a secret. */
const mask = Buffer.from("***")

const nothing: Uint8Array = new Uint8Array()

/** A secret that was found where it cannot be hidden. */
export interface FoundSecret {
  readonly name: string
  /** How it is spelt, for people. */
  readonly called: string
}

export class Masks {
  readonly #matcher = new Matcher()
  readonly #known: Array<FoundSecret> = []

  /** @param secrets values by name; one that is too short to be a secret is not hidden */
  constructor(secrets: Readonly<Record<string, string>> = {}) {
    for (const [name, value] of Object.entries(secrets))
      for (const spelling of spellingsOf(value)) this.#add(name, spelling)
  }

  #add(name: string, { called, places }: Spelling): void {
    this.#matcher.add(places, this.#known.length)
    this.#known.push({ name, called })
  }

  /** Nothing is hidden, so that nobody need look. */
  get areNone(): boolean {
    return this.#matcher.isEmpty
  }

  /** A text without the secrets in it. */
  text(text: string): string {
    if (this.areNone) return text
    const bytes = Buffer.from(text)
    const masked = new MaskedStream(this.#matcher)
    const [some, rest] = [masked.take(bytes), masked.end()]
    return some === bytes ? text : Buffer.concat([some, rest]).toString()
  }

  /** Plain data without secrets in its texts, nor in the names of its fields. */
  plain<A>(data: A): A {
    return this.areNone ? data : (this.#plain(data) as A)
  }

  #plain(data: unknown): unknown {
    if (typeof data === "string") return this.text(data)
    if (typeof data !== "object" || data === null) return data
    if (Array.isArray(data)) return data.map((each) => this.#plain(each))
    return Object.fromEntries(
      Object.entries(data).map(([name, each]) => [this.text(name), this.#plain(each)]),
    )
  }

  /** For what comes a piece at a time. */
  stream(): MaskedStream {
    return new MaskedStream(this.#matcher)
  }

  /** The first secret in a text, if there is one. */
  findIn(text: string): FoundSecret | undefined {
    return this.areNone ? undefined : this.finder().take(Buffer.from(text))
  }

  /** For what comes a piece at a time: each is asked for in order. */
  finder(): SecretFinder {
    return new SecretFinder(this.#matcher, this.#known)
  }
}

/** Hides secrets in what comes a piece at a time, wherever it is cut; only what may be the start of one is held back. */
export class MaskedStream {
  readonly #matcher: Matcher
  #held = nothing
  /** So many bytes of what is held back stand for a secret that was masked already. */
  #covered = 0

  constructor(matcher: Matcher) {
    this.#matcher = matcher
  }

  /** @returns what may be shown: the bytes themselves where nothing is hidden */
  take(bytes: Uint8Array): Uint8Array {
    return this.#masked(bytes, false)
  }

  /** @returns what was held back, now that nothing more comes */
  end(): Uint8Array {
    return this.#held.length === 0 ? nothing : this.#masked(nothing, true)
  }

  #masked(more: Uint8Array, isLast: boolean): Uint8Array {
    const bytes = this.#held.length === 0 ? more : Buffer.concat([this.#held, more])
    const parts: Array<Uint8Array> = []
    /** Up to where bytes stand for a secret. */
    let hidden = this.#covered
    /** Up to where bytes were shown or hidden. */
    let told = hidden
    /** From where on they may be the start of one, and are looked at again with what follows. */
    let open = bytes.length
    for (let at = 0; at < bytes.length; at++) {
      if (!this.#matcher.begins(bytes[at]!)) continue
      const { found, isOpen } = this.#matcher.at(bytes, at)
      if (isOpen && !isLast) {
        open = at
        break
      }
      if (found === undefined) continue
      if (at >= hidden) parts.push(bytes.subarray(told, at), mask)
      hidden = Math.max(hidden, found.end)
      told = hidden
    }
    if (this.#held.length === 0 && parts.length === 0 && open === bytes.length) return more
    if (told < open) parts.push(bytes.subarray(told, open))
    this.#held = Buffer.from(bytes.subarray(open))
    this.#covered = Math.max(0, hidden - open)
    return Buffer.concat(parts)
  }
}

/** Looks for secrets in what comes a piece at a time, wherever it is cut. */
export class SecretFinder {
  readonly #matcher: Matcher
  readonly #known: ReadonlyArray<FoundSecret>
  #held = nothing

  constructor(matcher: Matcher, known: ReadonlyArray<FoundSecret>) {
    this.#matcher = matcher
    this.#known = known
  }

  /** @returns the first secret that is whole by now */
  take(more: Uint8Array): FoundSecret | undefined {
    const bytes = this.#held.length === 0 ? more : Buffer.concat([this.#held, more])
    let open = bytes.length
    for (let at = 0; at < bytes.length; at++) {
      if (!this.#matcher.begins(bytes[at]!)) continue
      const { found, isOpen } = this.#matcher.at(bytes, at)
      if (found !== undefined) return this.#known[found.what]
      if (isOpen) open = Math.min(open, at)
    }
    this.#held = open === bytes.length ? nothing : Buffer.from(bytes.subarray(open))
    return undefined
  }
}
