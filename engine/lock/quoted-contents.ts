// What artifacts hold, as a lock quotes them, by digest: what a key is made of where there is no store.
import { canonical, type Json } from "../content/canonical.ts"
import type { Digest } from "../content/digest.ts"
import type { Variable } from "../key/environment.ts"
import type { Observations } from "../ledger/observations.ts"
import type { CorruptArtifact } from "../store/store.ts"
import { NotAtHand, NotQuoted } from "./locked-outputs.ts"

/** What is there beside the lock. */
export interface AtHand {
  /** What artifacts hold. @throws CorruptArtifact where one is not at hand */
  readonly contents?: (digest: Digest) => Uint8Array
  /** What requests came to before. */
  readonly requests?: Pick<Observations["Type"], "request">
  /** What variables hold that stages declare; as this process has them, where nothing else is said. */
  readonly variable?: Variable
}

export class QuotedContents {
  readonly #contents = new Map<Digest, Json>()
  readonly #stored: AtHand["contents"]

  /** @param stored what a store holds, if there is one */
  constructor(stored: AtHand["contents"]) {
    this.#stored = stored
  }

  note(digest: Digest, content: Json | undefined): void {
    if (content !== undefined) this.#contents.set(digest, content)
  }

  find(digest: Digest): Json | undefined {
    return this.#contents.get(digest)
  }

  /** @throws NotQuoted */
  readonly value = (digest: Digest): Json => {
    const content = this.#contents.get(digest)
    if (content === undefined) throw new NotQuoted(`the lock does not say what ${digest.slice(0, 12)} holds`)
    return content
  }

  /** Also of what only a store holds. @throws NotAtHand */
  readonly bytes = (digest: Digest): Uint8Array => {
    const quoted = this.#contents.get(digest)
    if (quoted !== undefined) return new TextEncoder().encode(canonical(quoted))
    try {
      if (this.#stored !== undefined) return this.#stored(digest)
    } catch (failure) {
      if ((failure as Partial<CorruptArtifact>)._tag !== "CorruptArtifact") throw failure
    }
    throw new NotAtHand()
  }
}
