// Streams of numbers and bytes by name, for packages that draw what cannot reach a result but by accident: the same for the
// same task everywhere. Not for secrets.
import { createHash } from "node:crypto"

export class Stream {
  readonly #state: Uint32Array

  constructor(...name: ReadonlyArray<string | number>) {
    const hash = createHash("sha256").update(JSON.stringify(name)).digest()
    this.#state = Uint32Array.from([0, 4, 8, 12], (at) => hash.readUInt32LE(at))
  }

  /** 32 bits: sfc32, of Chris Doty-Humphrey's PractRand. */
  #next(): number {
    const s = this.#state
    const sum = (s[0]! + s[1]! + s[3]!) >>> 0
    s[3] = s[3]! + 1
    s[0] = s[1]! ^ (s[1]! >>> 9)
    s[1] = s[2]! + (s[2]! << 3)
    s[2] = ((s[2]! << 21) | (s[2]! >>> 11)) + sum
    return sum
  }

  /** From 0 to below 1, of 53 bits. */
  number(): number {
    return ((this.#next() >>> 5) * 0x4000000 + (this.#next() >>> 6)) / 0x20000000000000
  }

  fill(bytes: Uint8Array): void {
    let bits = 0
    for (let at = 0; at < bytes.length; at++) {
      if (at % 4 === 0) bits = this.#next()
      bytes[at] = bits & 0xff
      bits >>>= 8
    }
  }
}
