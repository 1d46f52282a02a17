// What some numbers come to: how many there are, their mean, and how far they lie apart. It knows not what they measure.

export interface Spread {
  readonly n: number
  readonly mean: number
  /** Sample standard deviation: the root of the sum of squared deviations over n − 1; null for a single number. */
  readonly sd: number | null
  /** Standard error of the mean: sd / √n; null for a single number. */
  readonly se: number | null
  readonly min: number
  readonly max: number
}

/** Squares of larger numbers than this, and of smaller ones than its inverse, are taken in another unit, a power of two. */
const large = 2 ** 400
const far = 2 ** 600

/**
 * In two passes, with the second one's own rounding taken off (Chan, Golub and LeVeque, "Algorithms for computing the sample variance",
 * The American Statistician 37, 1983): equal numbers have just their mean, and deviation 0.
 *
 * @param values finite, at least one; in an order that is fixed, since that of sums is part of the last digit
 */
export function spreadOf(values: ReadonlyArray<number>): Spread {
  const n = values.length
  let [min, max] = [values[0]!, values[0]!]
  for (const value of values) {
    min = Math.min(min, value)
    max = Math.max(max, value)
  }
  const size = Math.max(-min, max)
  const unit = size > large ? far : size > 0 && size < 1 / large ? 1 / far : 1
  const first = values[0]! / unit
  const middle = first + sum(values, (value) => value / unit - first) / n
  const mean = Math.min(max, Math.max(min, middle * unit))
  if (n === 1) return { n, mean, sd: null, se: null, min, max }
  const deviation = (value: number): number => value / unit - middle
  const squares = sum(values, (value) => deviation(value) ** 2)
  const left = sum(values, deviation)
  const sd = Math.sqrt(Math.max(0, squares - left ** 2 / n) / (n - 1)) * unit
  return { n, mean, sd, se: sd / Math.sqrt(n), min, max }
}

/** What each addition rounds off is kept, and added at the end (Neumaier, ZAMM 54, 1974). */
function sum(values: ReadonlyArray<number>, term: (value: number) => number): number {
  let [total, lost] = [0, 0]
  for (const value of values) {
    const next = term(value)
    const more = total + next
    lost += Math.abs(total) >= Math.abs(next) ? total - more + next : next - more + total
    total = more
  }
  return total + lost
}
