// SHA-256 of bytes, for whoever has no library that computes it: pages that lie on a disk have none in some browsers.
// https://doi.org/10.6028/NIST.FIPS.180-4

/** The first 32 bits of the fractional parts of the roots of the first primes: square roots begin the state, cube roots a round. */
const [STATE, ROUNDS] = constants()

/** Bytes of a block. */
const BLOCK = 64

/** In lower-case hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  const state = STATE.slice()
  const padded = new Uint8Array(Math.ceil((bytes.length + 9) / BLOCK) * BLOCK)
  padded.set(bytes)
  padded[bytes.length] = 0x80
  const view = new DataView(padded.buffer)
  view.setBigUint64(padded.length - 8, 8n * BigInt(bytes.length))
  const words = new Uint32Array(BLOCK)
  for (let at = 0; at < padded.length; at += BLOCK) {
    for (let i = 0; i < 16; i++) words[i] = view.getUint32(at + 4 * i)
    mix(state, words)
  }
  return Array.from(state, (word) => word.toString(16).padStart(8, "0")).join("")
}

const rotate = (word: number, by: number): number => (word >>> by) | (word << (32 - by))

/** Takes a block into the state; the first 16 words are the block, the others are made of it. */
function mix(state: Uint32Array, words: Uint32Array): void {
  for (let i = 16; i < BLOCK; i++) {
    const [early, late] = [words[i - 15]!, words[i - 2]!]
    const low = rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3)
    const high = rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10)
    words[i] = words[i - 16]! + low + words[i - 7]! + high
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  for (let i = 0; i < BLOCK; i++) {
    const choice = (e & f) ^ (~e & g)
    const first = (h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + choice + ROUNDS[i]! + words[i]!) | 0
    const majority = (a & b) ^ (a & c) ^ (b & c)
    const second = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + majority) | 0
    ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0]
  }
  for (const [i, value] of [a, b, c, d, e, f, g, h].entries()) state[i] = state[i]! + value
}

/** By exact arithmetic: roots in floating point may differ between engines. */
function constants(): [Uint32Array, Uint32Array] {
  const primes: Array<bigint> = []
  for (let n = 2n; primes.length < 64; n++) if (primes.every((prime) => n % prime !== 0n)) primes.push(n)
  const roots = (count: number, power: bigint): Uint32Array =>
    Uint32Array.from(primes.slice(0, count), (prime) =>
      Number(rootOf(prime << (32n * power), power) & 0xffffffffn),
    )
  return [roots(8, 2n), roots(64, 3n)]
}

/** The largest integer whose power is not above `value`. */
function rootOf(value: bigint, power: bigint): bigint {
  let [low, high] = [0n, 1n << 40n]
  while (high - low > 1n) {
    const middle = (low + high) >> 1n
    if (middle ** power <= value) low = middle
    else high = middle
  }
  return low
}
