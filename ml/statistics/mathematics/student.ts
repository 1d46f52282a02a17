// Student's t-distribution; it knows nothing of the tests that use it.
import { betaTails } from "./incomplete-beta.ts"

/** P(|T| ≥ |t|) with `df` > 0 degrees of freedom (https://dlmf.nist.gov/8.17 with A&S 26.7.1). */
export function studentTwoSided(t: number, df: number): number {
  if (!Number.isFinite(t)) return Number.isNaN(t) ? t : 0
  const square = t * t
  return betaTails(df / (df + square), square / (df + square), df / 2, 0.5).lower
}

/** The t below which T lies with chance `p`, within (0, 1): by bisection down to neighbouring numbers. */
export function studentQuantile(p: number, df: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`a quantile is of a chance between 0 and 1, not ${p}`)
  if (p === 0.5) return 0
  if (p < 0.5) return -above(2 * p, df)
  return above(2 * (1 - p), df)
}

/** The t > 0 with P(|T| ≥ t) = p. */
function above(p: number, df: number): number {
  let [low, high] = [0, 1]
  while (studentTwoSided(high, df) > p) [low, high] = [high, 2 * high]
  for (;;) {
    const middle = low + (high - low) / 2
    if (middle === low || middle === high) return high
    if (studentTwoSided(middle, df) > p) low = middle
    else high = middle
  }
}
