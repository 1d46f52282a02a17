// The regularized incomplete beta function, both tails; it knows no distribution.
import { binomialDensity } from "./binomial.ts"

interface Tails {
  /** Iₓ(a, b). */
  readonly lower: number
  /** 1 − Iₓ(a, b), precise where it is small. */
  readonly upper: number
}

const MOST_TERMS = 100_000
const TINY = 1e-300

/**
 * Iₓ(a, b) for a, b > 0 and x within 0 to 1, with y = 1 − x given apart, as it may be known more precisely than by
 * subtraction. Continued fraction https://dlmf.nist.gov/8.17#E22 on the side of the mean where it converges fast.
 */
export function betaTails(x: number, y: number, a: number, b: number): Tails {
  if (x <= 0) return { lower: 0, upper: 1 }
  if (y <= 0) return { lower: 1, upper: 0 }
  // xᵃ yᵇ / B(a, b), as a binomial density of real counts
  const factor = ((a * b) / (a + b)) * binomialDensity(a, a + b, x, y)
  if (x < (a + 1) / (a + b + 2)) {
    const lower = Math.min(1, (factor * fraction(x, a, b)) / a)
    return { lower, upper: 1 - lower }
  }
  const upper = Math.min(1, (factor * fraction(y, b, a)) / b)
  return { lower: 1 - upper, upper }
}

/** The continued fraction by Lentz's method as Thompson and Barnett changed it (J. Comput. Phys. 64, 1986, 490). */
function fraction(x: number, a: number, b: number): number {
  let c = 1
  let d = away(1 - ((a + b) * x) / (a + 1))
  let value = 1 / d
  d = value
  for (let m = 1; m < MOST_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / away(1 + even * d)
    c = away(1 + even / c)
    value *= d * c
    d = 1 / away(1 + odd * d)
    c = away(1 + odd / c)
    value *= d * c
    if (Math.abs(d * c - 1) < 1e-16) return value
  }
  return value
}

const away = (value: number): number => (Math.abs(value) < TINY ? TINY : value)
