// Binomial probabilities by Loader's saddle-point expansion, which stays exact for large counts; it knows no test.
import { exp, log } from "./elementary.ts"
import { HALF_LOG_TWO_PI, stirlingError } from "./gamma.ts"

/**
 * Γ(n+1) / (Γ(x+1) Γ(n−x+1)) pˣ qⁿ⁻ˣ for real x within (0, n), q = 1 − p given apart: C. Loader, "Fast and accurate
 * computation of binomial probabilities" (2000), as in R's dbinom.
 */
export function binomialDensity(x: number, n: number, p: number, q: number): number {
  const y = n - x
  const exponent =
    stirlingError(n) - stirlingError(x) - stirlingError(y) - deviance(x, n * p) - deviance(y, n * q)
  return exp(exponent - HALF_LOG_TWO_PI) * Math.sqrt(n / (x * y))
}

/** x log(x / m) + m − x, without cancellation where x is near m. */
function deviance(x: number, m: number): number {
  const gap = x - m
  if (Math.abs(gap) >= 0.1 * (x + m)) return x * log(x / m) + m - x
  const v = gap / (x + m)
  let term = 2 * x * v
  let sum = gap * v
  for (let j = 3; ; j += 2) {
    term *= v * v
    const next = sum + term / j
    if (next === sum) return sum
    sum = next
  }
}
