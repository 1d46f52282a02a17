// One buffer for what no layer keeps from call to call, as large as the largest need; it knows no layer.
import type { Arena } from "./arena.ts"
import type { Bytes, Pointer } from "./quantities.ts"

export class Scratch {
  #bytes: Bytes = 0
  /** Where it lies; there once `place` was called. */
  at!: Pointer

  /** Asks for at least `bytes` bytes, before `place`. */
  reserve(bytes: Bytes): void {
    this.#bytes = Math.max(this.#bytes, bytes)
  }

  place(arena: Arena): void {
    this.at = arena.allocate(this.#bytes, "scratch")
  }
}
