// Inverted dropout: draws a mask and applies it; it knows nothing of how its generators were seeded.
import { Pointer, Vectors } from './quantities'

/**
 * Fills `mask` with `scale` or 0 and out with x · mask, over `vectors` vectors in order. `states` holds four
 * xoshiro128** (https://prng.di.unimi.it/xoshiro128starstar.c), one a lane; a lane is kept if its draw is ≥ threshold.
 */
export function dropoutForward(
  x: Pointer, out: Pointer, mask: Pointer, vectors: Vectors, states: Pointer, threshold: u32, scale: f32,
): void {
  let a = v128.load(states)
  let b = v128.load(states, 16)
  let c = v128.load(states, 32)
  let d = v128.load(states, 48)
  const least = i32x4.splat(threshold)
  const scales = f32x4.splat(scale)
  for (let at = 0, end = vectors << 4; at != end; at += 16) {
    const draw = timesNine(rotate(timesFive(b), 7))
    const t = i32x4.shl(b, 9)
    c = v128.xor(c, a)
    d = v128.xor(d, b)
    b = v128.xor(b, c)
    a = v128.xor(a, d)
    c = v128.xor(c, t)
    d = rotate(d, 11)
    const factor = v128.and(i32x4.ge_u(draw, least), scales)
    v128.store(mask + at, factor)
    v128.store(out + at, f32x4.mul(v128.load(x + at), factor))
  }
}

/** gradient · mask. */
export function dropoutBackward(gradient: Pointer, mask: Pointer, to: Pointer, vectors: Vectors): void {
  for (let at = 0, end = vectors << 4; at != end; at += 16) {
    v128.store(to + at, f32x4.mul(v128.load(gradient + at), v128.load(mask + at)))
  }
}

// @ts-ignore: decorator
@inline
function rotate(v: v128, by: i32): v128 {
  return v128.or(i32x4.shl(v, by), i32x4.shr_u(v, 32 - by))
}

// @ts-ignore: decorator
@inline
function timesFive(v: v128): v128 {
  return i32x4.add(v, i32x4.shl(v, 2))
}

// @ts-ignore: decorator
@inline
function timesNine(v: v128): v128 {
  return i32x4.add(v, i32x4.shl(v, 3))
}
