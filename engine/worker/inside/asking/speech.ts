// What one of several attempts prints, a piece at a time: masked wherever a secret is cut, and told in lines that a nudge has room for.
import { StringDecoder } from "node:string_decoder"
import { hiding } from "../telling/masking.ts"

/** Characters of one nudge: a longer line of nudges would be passed over. */
const toldAtMost = 64 * 1024

export class Speech {
  readonly #tell: (text: string) => void
  readonly #masked = hiding().stream()
  readonly #decoder = new StringDecoder()

  constructor(tell: (text: string) => void) {
    this.#tell = tell
  }

  say(bytes: Uint8Array): void {
    this.#told(this.#decoder.write(Buffer.from(this.#masked.take(bytes))))
  }

  /** Tells what was held back, as it may have been the start of a secret. */
  end(): void {
    this.#told(this.#decoder.end(Buffer.from(this.#masked.end())))
  }

  #told(text: string): void {
    for (let at = 0; at < text.length; at += toldAtMost) this.#tell(text.slice(at, at + toldAtMost))
  }
}
