/** One buffer for what no unit keeps from call to call, as large as the largest need; it knows no unit. */
import type { Arena } from "./arena.ts"

export class Scratch {
  #bytes = 0
  /** Where it lies; there once `place` was called. */
  at = 0

  /** Asks for at least `bytes` bytes, before `place`. */
  reserve(bytes: number): void {
    this.#bytes = Math.max(this.#bytes, bytes)
  }

  place(arena: Arena): void {
    this.at = arena.allocate(this.#bytes, "scratch")
  }
}
