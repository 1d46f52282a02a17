// Mean, spread and standard error of a few numbers; knows nothing of what was measured.

import { StatisticsError } from "./statistics-error.ts"

/** What a table or an error bar needs of one sample. */
export interface Summary {
  readonly n: number
  readonly mean: number
  /** Sample standard deviation (n − 1 in the denominator); null for a single value, which has none. */
  readonly standardDeviation: number | null
  /** `standardDeviation / √n`; null for a single value. Over folds approximate: their training sets overlap. */
  readonly standardError: number | null
}

/**
 * Arithmetic mean, summed in the order given.
 *
 * @throws StatisticsError when there is no value, or one is not finite
 */
export const mean = (values: ReadonlyArray<number>): number => {
  if (values.length === 0) throw new StatisticsError("the mean of no values is undefined: give at least one")
  let sum = 0
  for (const value of values) {
    if (!Number.isFinite(value)) throw new StatisticsError(`a sample holds finite numbers, found ${value}`)
    sum += value
  }
  return sum / values.length
}

/**
 * Sample standard deviation √(Σ(x − x̄)² / (n − 1)), by two passes.
 *
 * @throws StatisticsError when there are fewer than two values, or one is not finite
 */
export const standardDeviation = (values: ReadonlyArray<number>): number => {
  if (values.length < 2) {
    throw new StatisticsError(`a standard deviation needs at least 2 values, found ${values.length}`)
  }
  const centre = mean(values)
  let squares = 0
  for (const value of values) squares += (value - centre) * (value - centre)
  return Math.sqrt(squares / (values.length - 1))
}

/**
 * Standard error of the mean, sd / √n with sd of n − 1. Over the k folds of a cross-validation it is an
 * approximation that is too small, as their training sets overlap (Bengio & Grandvalet 2004).
 *
 * @throws StatisticsError when there are fewer than two values, or one is not finite
 */
export const standardError = (values: ReadonlyArray<number>): number =>
  standardDeviation(values) / Math.sqrt(values.length)

/**
 * All of the above at once; a single value has a mean and no spread.
 *
 * @throws StatisticsError when there is no value, or one is not finite
 */
export const summary = (values: ReadonlyArray<number>): Summary => ({
  n: values.length,
  mean: mean(values),
  standardDeviation: values.length < 2 ? null : standardDeviation(values),
  standardError: values.length < 2 ? null : standardError(values),
})
