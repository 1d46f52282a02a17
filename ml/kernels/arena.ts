// Hands out places in a WebAssembly memory, once and for good; it knows nothing of what is kept there.
import { at, type Bytes, type Pointer, pointer } from "./quantities.ts"

const PAGE = 65536

/** Vector loads may run past a buffer's end by this much, the widest processor's too, so that the next one starts no earlier. */
const SLACK = 256

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
  | "statistics"
  | "team"
  | "threads"
  | "other"

/** What the threads of a team have in common; everything else each has for itself. */
const COMMON: ReadonlySet<Purpose> = new Set([
  "weights",
  "gradients of weights",
  "moments",
  "examples",
  "statistics",
  "team",
])

export class Arena {
  readonly memory: WebAssembly.Memory
  #next = pointer(0)
  #own = 0
  readonly #ownAt: Pointer | undefined
  readonly #planned = new Map<Purpose, number>()
  #u8: Uint8Array
  #u32: Uint32Array
  #f32: Float32Array
  #f64: Float64Array

  /** `shared` says that threads may work on the memory together. */
  constructor(
    { shared = false } = {},
    beside?: { readonly memory: WebAssembly.Memory; readonly own: Pointer },
  ) {
    this.memory = beside?.memory ?? new WebAssembly.Memory({ initial: 1, maximum: PAGE, shared })
    this.#ownAt = beside?.own
    const { buffer } = this.memory
    this.#u8 = new Uint8Array(buffer)
    this.#u32 = new Uint32Array(buffer)
    this.#f32 = new Float32Array(buffer)
    this.#f64 = new Float64Array(buffer)
  }

  /**
   * An arena of another thread over a memory that is planned already. The same allocations in the same order give the
   * same places for what threads have in common, and places from `own` on for everything else.
   */
  static beside(memory: WebAssembly.Memory, own: Pointer): Arena {
    return new Arena({ shared: true }, { memory, own })
  }

  /** The whole memory as bytes. Like the other views it is another one after an allocation: do not hold on to it. */
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

  /** The whole memory as doubles: the one at byte `at` is number at / 8. */
  get f64(): Float64Array {
    return this.#f64
  }

  /** Leaves everything below `first` alone. */
  startAt(first: Pointer): void {
    this.#next = align(first)
  }

  /** Bytes asked for so far, by purpose; what lies between them for alignment is not counted. */
  get planned(): ReadonlyMap<Purpose, number> {
    return this.#planned
  }

  /** Bytes that another thread needs for itself, if it allocates what was allocated here so far. */
  get ownBytes(): Bytes {
    return this.#own
  }

  /** A place for `bytes` bytes, zero and aligned to a cache line; throws RangeError when 4 GiB are used up. */
  allocate(bytes: Bytes, purpose: Purpose = "other"): Pointer {
    const common = this.#next
    this.#planned.set(purpose, (this.#planned.get(purpose) ?? 0) + bytes)
    this.#next = align(at(common, bytes + SLACK))
    const own = this.#own
    if (!COMMON.has(purpose)) this.#own += this.#next - common
    if (this.#ownAt !== undefined) return COMMON.has(purpose) ? common : at(this.#ownAt, own)
    const missing = this.#next - this.memory.buffer.byteLength
    if (missing > 0) {
      this.#grow(Math.ceil(missing / PAGE))
    }
    return common
  }

  #grow(pages: number): void {
    this.memory.grow(pages)
    const { buffer } = this.memory
    this.#u8 = new Uint8Array(buffer)
    this.#u32 = new Uint32Array(buffer)
    this.#f32 = new Float32Array(buffer)
    this.#f64 = new Float64Array(buffer)
  }

  /** Looks again at a memory that another thread has let grow, where something lies beyond what was seen of it. */
  #see(end: Bytes): void {
    if (end > this.#u8.length) this.#grow(0)
  }

  /** A view of floats, under the same condition. */
  floats(at: Pointer, length: number): Float32Array {
    this.#see(at + length * 4)
    return this.#f32.subarray(at / 4, at / 4 + length)
  }

  /** A view of words, under the same condition. */
  words(at: Pointer, length: number): Uint32Array {
    this.#see(at + length * 4)
    return this.#u32.subarray(at / 4, at / 4 + length)
  }

  /** A view of bytes, under the same condition. */
  bytes(at: Pointer, length: number): Uint8Array {
    this.#see(at + length)
    return this.#u8.subarray(at, at + length)
  }
}

const align = (place: Pointer): Pointer => pointer(Math.ceil(place / 64) * 64)
