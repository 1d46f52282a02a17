// Seeds made from names, and the generator that they start; it knows nothing of what the numbers are for.
//
// Two seeds whose paths differ in any element are unrelated, so a consumer that draws more or fewer numbers
// never shifts another. Integer arithmetic only: the same on every JavaScript engine.
/** Where a stream of random numbers starts: the state of a hash, to which more of a path can be added. */
export type Seed = readonly [number, number, number, number]

/** A stream of pseudo-random numbers; each call moves it on. */
export interface Generator {
  /** An integer in [0, 2³²). */
  uint32(): number
  /** A number in [0, 1): a multiple of 2⁻²⁴, so that float32 represents it exactly. */
  uniform(): number
  /** An unbiased integer in [0, n), for an integer n in [1, 2³²]. */
  below(n: number): number
}

/** The seed of `path` under an experiment's `seed`. `seedOf(s, a, b)` is `extend(seedOf(s, a), b)`. */
export function seedOf(seed: number, ...path: ReadonlyArray<string | number>): Seed {
  return extend([0, 0, 0, 0], seed, ...path)
}

/**
 * Adds elements to a seed's path. The encoding is unambiguous: a number (a safe integer, else RangeError) is one
 * block of four words, a string a block with its length and then its UTF-16 units, four a block.
 */
export function extend(seed: Seed, ...path: ReadonlyArray<string | number>): Seed {
  let state = seed
  for (const element of path) {
    if (typeof element === "number") {
      if (!Number.isSafeInteger(element)) throw new RangeError(`a seed's path holds integers, not ${element}`)
      state = absorb(state, 1, element >>> 0, Math.floor(element / 0x100000000) >>> 0, 0)
    } else {
      state = absorb(state, 2, element.length, 0, 0)
      for (let i = 0; i < element.length; i += 4)
        state = absorb(
          state,
          unit(element, i),
          unit(element, i + 1),
          unit(element, i + 2),
          unit(element, i + 3),
        )
    }
  }
  return state
}

/** xoshiro128** 1.1 (Blackman and Vigna, https://prng.di.unimi.it/xoshiro128starstar.c), from a seed. */
export function generator(seed: Seed): Generator {
  return xoshiro128(finish(seed))
}

/** xoshiro128** from its four words of state, which must not all be zero. */
export function xoshiro128(state: Seed): Generator {
  let [a, b, c, d] = state
  const uint32 = (): number => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0
    const t = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= t
    d = rotate(d, 11)
    return result
  }
  return {
    uint32,
    uniform: () => (uint32() >>> 8) / 0x1000000,
    below: (n) => {
      if (!Number.isInteger(n) || n < 1 || n > 0x100000000)
        throw new RangeError(`below(n) takes an integer in [1, 2^32], not ${n}`)
      const limit = 0x100000000 - (0x100000000 % n)
      let draw = uint32()
      while (draw >= limit) draw = uint32()
      return draw % n
    },
  }
}

/** The numbers 0 … n−1 in a random order, every order equally likely (Fisher and Yates, from the end). */
export function permutation(n: number, from: Generator): Uint32Array {
  const order = new Uint32Array(n)
  for (let i = 0; i < n; i++) order[i] = i
  for (let i = n - 1; i > 0; i--) {
    const j = from.below(i + 1)
    const held = order[i]!
    order[i] = order[j]!
    order[j] = held
  }
  return order
}

const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by))

const unit = (text: string, at: number): number => (at < text.length ? text.charCodeAt(at) : 0)

/** One block of MurmurHash3_x86_128's body (Appleby, https://github.com/aappleby/smhasher). */
function absorb([a, b, c, d]: Seed, k1: number, k2: number, k3: number, k4: number): Seed {
  a ^= Math.imul(rotate(Math.imul(k1, 0x239b961b), 15), 0xab0e9789)
  a = (Math.imul((rotate(a, 19) + b) | 0, 5) + 0x561ccd1b) | 0
  b ^= Math.imul(rotate(Math.imul(k2, 0xab0e9789), 16), 0x38b34ae5)
  b = (Math.imul((rotate(b, 17) + c) | 0, 5) + 0x0bcaa747) | 0
  c ^= Math.imul(rotate(Math.imul(k3, 0x38b34ae5), 17), 0xa1e38b93)
  c = (Math.imul((rotate(c, 15) + d) | 0, 5) + 0x96cd1c35) | 0
  d ^= Math.imul(rotate(Math.imul(k4, 0xa1e38b93), 18), 0x239b961b)
  d = (Math.imul((rotate(d, 13) + a) | 0, 5) + 0x32ac3b17) | 0
  return [a, b, c, d]
}

/** MurmurHash3_x86_128's end, and never the all-zero state that xoshiro cannot leave. */
function finish(seed: Seed): Seed {
  let [a, b, c, d] = seed
  a = (a + b + c + d) | 0
  b = (b + a) | 0
  c = (c + a) | 0
  d = (d + a) | 0
  a = mix(a)
  b = mix(b)
  c = mix(c)
  d = mix(d)
  a = (a + b + c + d) | 0
  b = (b + a) | 0
  c = (c + a) | 0
  d = (d + a) | 0
  return (a | b | c | d) === 0 ? [1, 2, 3, 4] : [a, b, c, d]
}

function mix(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
