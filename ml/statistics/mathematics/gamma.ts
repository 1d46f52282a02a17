// The logarithm of Γ, and what Stirling's leading terms leave of it; it knows no distribution.
import { log } from "./elementary.ts"

/** log √(2π). */
export const HALF_LOG_TWO_PI = 0.9189385332046727

/** Stirling's series is exact to double precision from here on. */
const LARGE = 15

/** log Γ(x) for x > 0: Stirling's series (https://dlmf.nist.gov/5.11#E1), below 15 after x has been raised by recurrence. */
export function logGamma(x: number): number {
  let product = 1
  let z = x
  for (; z < LARGE; z += 1) product *= z
  return (z - 0.5) * log(z) - z + HALF_LOG_TWO_PI + series(z) - log(product)
}

/** log Γ(x + 1) less Stirling's leading terms, for x > 0. */
export function stirlingError(x: number): number {
  if (x >= LARGE) return series(x)
  return logGamma(x + 1) - (x + 0.5) * log(x) + x - HALF_LOG_TWO_PI
}

/** 1/12x − 1/360x³ + 1/1260x⁵ − …, for x ≥ 15. */
function series(x: number): number {
  const s = 1 / (x * x)
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - (1 / 1188 - (691 / 360360) * s) * s) * s) * s) * s) / x
}
