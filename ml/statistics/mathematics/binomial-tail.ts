// How likely at least so many successes are; it knows no test.
import { betaTails } from "./incomplete-beta.ts"

/**
 * P(X ≥ k) for X of n trials that succeed with chance p within (0, 1); k an integer of 0 to n + 1
 * (https://dlmf.nist.gov/8.17#E24).
 */
export function binomialTail(k: number, n: number, p: number): number {
  if (k <= 0) return 1
  return k > n ? 0 : betaTails(p, 1 - p, k, n - k + 1).lower
}
