// Two memories with the same bytes, one for kernels that are believed and one for those on trial: each call is made on both, and all
// of both memories is compared. It knows no kernel.
import type { Arena } from "../kernels/arena.ts"
import {
  at,
  type Bytes,
  type OptionalPointer,
  type Pointer,
  type Stride,
  stride,
} from "../kernels/quantities.ts"
import type { Kernels } from "../kernels/signatures.ts"
import type { Generator } from "../statistics/random.ts"

/** What a call left that it should not have. */
export class Different extends Error {
  readonly _tag = "Different"
}

/** Numbers from which memory is filled: so many, that what is drawn from them does not repeat soon. */
const SUPPLY = 8192
const SPECIAL = [
  0,
  -0,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  1e-40,
  -1e-42,
  3e38,
  -2e-38,
]
/** Tame numbers do not multiply to what is infinite. */
const TAME = [0, -0, 1e-40, -1e-41, 0]

type Call = (...terms: ReadonlyArray<number>) => number | undefined

export class Bench {
  readonly draws: Generator
  /** Whether memory is filled with NaN and infinities too. */
  isWild = false
  readonly #believed: Record<string, Call>
  readonly #tried: Record<string, Call>
  readonly #arena: Arena
  readonly #other: Uint8Array
  readonly #first: Pointer
  readonly #tame: Float32Array
  readonly #wild: Float32Array
  /** Places that a kernel may use as it likes; some are known when it is done. */
  #scratch: Array<() => readonly [from: number, to: number]> = []
  /** What the latest call that gives something gave. */
  #given = 0
  readonly #called = new Set<string>()

  /** The memories are as large as `other`, and every case has to do with that. */
  constructor(believed: Kernels, tried: Kernels, arena: Arena, other: Arena, draws: Generator) {
    this.#believed = believed as unknown as Record<string, Call>
    this.#tried = tried as unknown as Record<string, Call>
    this.#arena = arena
    this.#other = other.u8
    this.#first = believed.firstFree()
    this.draws = draws
    this.#tame = supply(draws, TAME)
    this.#wild = supply(draws, SPECIAL)
  }

  get called(): ReadonlySet<string> {
    return this.#called
  }

  /** Begins a case: everything is free again, and nothing is zero. */
  begin(isWild: boolean): void {
    this.isWild = isWild
    this.#scratch = []
    this.#arena.startAt(this.#first)
  }

  below(end: number): number {
    return this.draws.below(end)
  }

  pick<A>(...of: ReadonlyArray<A>): A {
    return of[this.below(of.length)]!
  }

  /** That place, or nothing. */
  perhaps(place: Pointer): OptionalPointer {
    return this.below(2) === 0 ? 0 : place
  }

  /** Room for `count` floats that are drawn, at any multiple of four bytes; one in `zeros` is 0, where that is given. */
  floats(count: number, zeros = 0): Pointer {
    const place = this.room(count * 4)
    const values = this.#arena.floats(place, count)
    const from = this.isWild ? this.#wild : this.#tame
    for (let done = 0; done < count; ) {
      const start = this.below(SUPPLY / 2)
      const some = Math.min(count - done, SUPPLY / 2)
      values.set(from.subarray(start, start + some), done)
      done += some
    }
    if (zeros > 0) for (let i = 0; i < count; i++) if (this.below(100) < zeros) values[i] = 0
    return place
  }

  words(values: ReadonlyArray<number> | Uint32Array): Pointer {
    const place = this.room(values.length * 4)
    this.#arena.words(place, values.length).set(values)
    return place
  }

  /** Writes a word where something was drawn. */
  setWord(place: Pointer, value: number): void {
    this.#arena.words(place, 1)[0] = value
  }

  bytes(count: number): Pointer {
    const place = this.room(count)
    const values = this.#arena.bytes(place, count)
    for (let i = 0; i < count; i++) values[i] = this.below(256)
    return place
  }

  /** Room for what is written; it holds what an earlier case left. */
  room(bytes: Bytes): Pointer {
    const apart = 4 * this.below(16)
    return at(this.#arena.allocate(bytes + apart), apart)
  }

  /** Room that a kernel may leave as it likes. */
  scratch(bytes: Bytes): Pointer {
    const place = this.room(bytes)
    this.#scratch.push(() => [place, place + bytes])
    return place
  }

  /** Room for `count` lists, each of which a kernel may leave as it likes from its end on; it writes the ends to words at `ends`. */
  lists(count: number, capacity: Stride, ends: Pointer): Pointer {
    const place = this.room(count * capacity)
    for (let i = 0; i < count; i++)
      this.#scratch.push(() => [this.#arena.u32[ends / 4 + i]!, place + (i + 1) * capacity])
    return place
  }

  /** The same for one list, whose end is what the call gives; it is zero before. */
  list(bytes: Bytes): Pointer {
    const place = this.room(bytes)
    this.#arena.bytes(place, bytes).fill(0)
    this.#scratch.push(() => [this.#given, place + bytes])
    return place
  }

  /** Bytes from one to the next of what takes `bytes`: those, or some more. */
  apart(bytes: Bytes): Stride {
    return stride(bytes + 4 * this.pick(0, 0, 1, 4))
  }

  /** Calls a kernel on both memories; throws Different where they, or the results, then differ. */
  call<Name extends keyof Kernels>(
    name: Name,
    ...terms: Parameters<Kernels[Name]>
  ): ReturnType<Kernels[Name]> {
    this.#called.add(name)
    const [mine, other] = [this.#arena.u8, this.#other]
    if (mine.length !== other.length) throw new RangeError(`a case of ${name} does not fit the memory`)
    other.set(mine)
    let found: number | undefined
    try {
      found = this.#tried[name]!(...terms)
    } catch (error) {
      throw new Different(`${name} refuses what it must take: ${(error as Error).message}`)
    }
    const result = this.#believed[name]!(...terms)
    if (result !== undefined && !Object.is(result, found) && result >>> 0 !== found! >>> 0)
      throw new Different(`${name} gives ${found} instead of ${result}`)
    this.#given = (result ?? this.#given) >>> 0
    for (const range of this.#scratch) {
      const [from, to] = range()
      other.set(mine.subarray(from, to), from)
    }
    const place = firstDifference(mine, other)
    if (place !== undefined) throw new Different(`${name}(${terms.join(", ")}) differs at byte ${place}`)
    return result as ReturnType<Kernels[Name]>
  }
}

/** Bytes that are compared at once. */
const PIECE = 2 ** 14

/** Where two memories first differ; two NaN do not: WebAssembly leaves their bits open. */
function firstDifference(a: Uint8Array, b: Uint8Array): number | undefined {
  for (let from = 0; from < a.length; from += PIECE) {
    const [one, other] = [a.subarray(from, from + PIECE), b.subarray(from, from + PIECE)]
    if (Buffer.compare(one, other) === 0) continue
    const place = firstWord(wordsOf(one), wordsOf(other))
    if (place !== undefined) return from + place * 4
  }
  return undefined
}

const wordsOf = ({ buffer, byteOffset, length }: Uint8Array): Uint32Array =>
  new Uint32Array(buffer, byteOffset, length / 4)

function firstWord(one: Uint32Array, other: Uint32Array): number | undefined {
  for (let i = 0; i < one.length; i++)
    if (one[i] !== other[i] && !(isNaN32(one[i]!) && isNaN32(other[i]!))) return i
  return undefined
}

const isNaN32 = (bits: number): boolean => (bits & 0x7fffffff) > 0x7f800000

function supply(draws: Generator, special: ReadonlyArray<number>): Float32Array {
  return Float32Array.from({ length: SUPPLY }, () =>
    draws.below(24) === 0 ? special[draws.below(special.length)]! : 2 * draws.uniform() - 1,
  )
}
