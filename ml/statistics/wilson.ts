// The interval of a proportion, such as a test accuracy; it covers the sampling of the examples, not retraining.

import { StatisticsError } from "./statistics-error.ts"

export interface Interval {
  readonly low: number
  readonly high: number
}

/** The normal quantile of 0.975, for 95 % intervals. */
export const Z_95 = 1.959963984540054

/**
 * Wilson's score interval of a proportion: (p̂ + z²/2n ± z √(p̂(1 − p̂)/n + z²/4n²)) / (1 + z²/n)
 * (E. B. Wilson 1927, "Probable inference, the law of succession, and statistical inference", JASA 22:209–212).
 * Unlike p̂ ± z·se it stays within 0 and 1 and is sensible at both ends.
 *
 * @param successes how many of the trials succeeded, an integer of 0 to `trials`
 * @param trials    an integer of at least 1
 * @param z         the normal quantile of the level; 95 % by default
 * @throws StatisticsError when the counts are not such integers, or z is not positive
 */
export const wilsonInterval = (successes: number, trials: number, z: number = Z_95): Interval => {
  if (!Number.isInteger(trials) || trials < 1) {
    throw new StatisticsError(`a proportion needs at least 1 trial, found ${trials}`)
  }
  if (!Number.isInteger(successes) || successes < 0 || successes > trials) {
    throw new StatisticsError(`successes are an integer of 0 to ${trials}, found ${successes}`)
  }
  if (!(z > 0 && z < Infinity)) throw new StatisticsError(`z is positive, found ${z}`)
  const proportion = successes / trials
  const squared = (z * z) / trials
  const centre = proportion + squared / 2
  const half = z * Math.sqrt((proportion * (1 - proportion)) / trials + squared / (4 * trials))
  return {
    low: successes === 0 ? 0 : (centre - half) / (1 + squared),
    high: successes === trials ? 1 : (centre + half) / (1 + squared),
  }
}
