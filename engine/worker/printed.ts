// What comes through one pipe of a worker, as text without secrets, however it was cut on its way.
import { StringDecoder } from "node:string_decoder"
import type { MaskedStream, Masks } from "../content/secrets/masks.ts"

export class Printed {
  readonly #tell: (text: string) => void
  readonly #decoder = new StringDecoder()
  /** Undefined where there is nothing to hide. */
  readonly #masked: MaskedStream | undefined

  constructor(masks: Masks, tell: (text: string) => void) {
    this.#tell = tell
    this.#masked = masks.areNone ? undefined : masks.stream()
  }

  take(bytes: Buffer): void {
    this.#say(this.#masked?.take(bytes) ?? bytes)
  }

  /** Tells what was held back, as more may have followed that made a secret of it. */
  release(): void {
    if (this.#masked !== undefined) this.#say(this.#masked.end())
  }

  #say(bytes: Uint8Array): void {
    const text = this.#decoder.write(bytes as Buffer)
    if (text !== "") this.#tell(text)
  }
}
