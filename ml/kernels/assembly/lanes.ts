// Storing part of a vector, and comparing lanes; it knows nothing of what they mean.
import { Count, Pointer } from './quantities'

/** Stores the first `lanes` floats of `v`; four or more store all of it. */
// @ts-ignore: decorator
@inline
export function storeLanes(to: Pointer, v: v128, lanes: Count): void {
  if (lanes >= 4) {
    v128.store(to, v)
  } else if (lanes == 3) {
    v128.store64_lane(to, v, 0)
    v128.store32_lane(to, v, 2, 8)
  } else if (lanes == 2) {
    v128.store64_lane(to, v, 0)
  } else if (lanes == 1) {
    v128.store32_lane(to, v, 0)
  }
}

/** `v` with its first `lanes` floats kept and the others +0. */
// @ts-ignore: decorator
@inline
export function keepLanes(v: v128, lanes: Count): v128 {
  return v128.and(v, i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(lanes)))
}

/** Lanes where `a` beats `best`: larger, or NaN, which then stays. */
// @ts-ignore: decorator
@inline
export function larger(a: v128, best: v128): v128 {
  return v128.or(f32x4.gt(a, best), f32x4.ne(a, a))
}
