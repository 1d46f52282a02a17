/** Hands out places in a WebAssembly memory, once and for good; it knows nothing of what is kept there. */

const PAGE = 65536

/** Vector loads may run past a buffer's end by this much, so that the next one starts no earlier. */
const SLACK = 64

/** What bytes are for, so that a plan can be read. */
export type Purpose =
  | "input"
  | "maps"
  | "gradients of maps"
  | "weights"
  | "gradients of weights"
  | "moments"
  | "packed weights"
  | "margins"
  | "places of patches"
  | "masks"
  | "scratch"
  | "examples"
  | "other"

export class Arena {
  readonly memory = new WebAssembly.Memory({ initial: 1, maximum: PAGE })
  #next = 0
  readonly #planned = new Map<Purpose, number>()
  #u8 = new Uint8Array(this.memory.buffer)
  #u32 = new Uint32Array(this.memory.buffer)
  #f32 = new Float32Array(this.memory.buffer)

  /** The whole memory as bytes. Like the other two views it is another one after an allocation: do not hold on to it. */
  get u8(): Uint8Array {
    return this.#u8
  }

  /** The whole memory as words: the one at byte `at` is number at / 4. */
  get u32(): Uint32Array {
    return this.#u32
  }

  /** The whole memory as floats: the one at byte `at` is number at / 4. */
  get f32(): Float32Array {
    return this.#f32
  }

  /** Leaves everything below `first` alone. */
  startAt(first: number): void {
    this.#next = align(first)
  }

  /** Bytes asked for so far, by purpose; what lies between them for alignment is not counted. */
  get planned(): ReadonlyMap<Purpose, number> {
    return this.#planned
  }

  /** A place for `bytes` bytes, zero and aligned to a cache line; throws RangeError when 4 GiB are used up. */
  allocate(bytes: number, purpose: Purpose = "other"): number {
    const at = this.#next
    this.#planned.set(purpose, (this.#planned.get(purpose) ?? 0) + bytes)
    this.#next = align(at + bytes + SLACK)
    const missing = this.#next - this.memory.buffer.byteLength
    if (missing > 0) {
      this.memory.grow(Math.ceil(missing / PAGE))
      const { buffer } = this.memory
      this.#u8 = new Uint8Array(buffer)
      this.#u32 = new Uint32Array(buffer)
      this.#f32 = new Float32Array(buffer)
    }
    return at
  }

  /** A view of floats, under the same condition. */
  floats(at: number, length: number): Float32Array {
    return this.#f32.subarray(at / 4, at / 4 + length)
  }

  /** A view of words, under the same condition. */
  words(at: number, length: number): Uint32Array {
    return this.#u32.subarray(at / 4, at / 4 + length)
  }

  /** A view of bytes, under the same condition. */
  bytes(at: number, length: number): Uint8Array {
    return this.#u8.subarray(at, at + length)
  }
}

const align = (at: number): number => Math.ceil(at / 64) * 64
