// Whether what is said to be likely with p comes true with p: reliability by bins, and two figures; knows no model.
import { StatisticsError } from "../statistics-error.ts"
import { checkChances } from "./pairs.ts"

/** Probabilities above `low`, up to and with `high`; the first bin holds 0 too. */
export interface CalibrationBin {
  readonly low: number
  readonly high: number
  readonly examples: number
  /** The mean of the probabilities; null for an empty bin. */
  readonly predicted: number | null
  /** The share of examples that are 1; null for an empty bin. */
  readonly observed: number | null
}

export interface Calibration {
  readonly bins: ReadonlyArray<CalibrationBin>
  /** Σ (examples of the bin / examples) · |observed − predicted|. */
  readonly expectedCalibrationError: number
  /** The mean of (p − y)²: 0 is perfect, 1 the worst. */
  readonly brierScore: number
}

/**
 * A reliability diagram's figures, over bins of equal width (A. Niculescu-Mizil & R. Caruana 2005, "Predicting good
 * probabilities with supervised learning", ICML), the expected calibration error (M. P. Naeini, G. Cooper & M. Hauskrecht 2015,
 * "Obtaining well calibrated probabilities using Bayesian binning", AAAI) and the score of G. W. Brier 1950, "Verification of
 * forecasts expressed in terms of probability", Monthly Weather Review 78:1–3. Sums go in the order given, then over bins.
 *
 * @param targets       0 or 1, one an example
 * @param probabilities likewise, the chance of 1
 * @param bins          how many, of equal width; the edges are i / bins
 * @throws StatisticsError when there is no example, the lengths differ, a probability is not within 0 and 1, a target neither
 *   0 nor 1, or `bins` no positive integer
 */
export function calibration(
  targets: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  bins = 10,
): Calibration {
  checkChances(targets, probabilities)
  if (!Number.isInteger(bins) || bins < 1)
    throw new StatisticsError(`calibration has a positive number of bins, found ${bins}`)
  const edges = Array.from({ length: bins + 1 }, (_, at) => at / bins)
  const [counts, chances, ones] = [0, 1, 2].map(() => new Float64Array(bins)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  let squares = 0
  for (let at = 0; at < targets.length; at += 1) {
    const [target, probability] = [targets[at]!, probabilities[at]!]
    const bin = binOf(probability, edges)
    counts[bin]! += 1
    chances[bin]! += probability
    ones[bin]! += target
    squares += (probability - target) * (probability - target)
  }
  let error = 0
  for (let bin = 0; bin < bins; bin += 1) error += Math.abs(ones[bin]! - chances[bin]!)
  return {
    bins: edges.slice(1).map((high, bin) => ({
      low: edges[bin]!,
      high,
      examples: counts[bin]!,
      predicted: counts[bin] === 0 ? null : chances[bin]! / counts[bin]!,
      observed: counts[bin] === 0 ? null : ones[bin]! / counts[bin]!,
    })),
    expectedCalibrationError: error / targets.length,
    brierScore: squares / targets.length,
  }
}

/** The bin whose edges hold it; the product is off by a rounding at most, and the edges decide. */
function binOf(probability: number, edges: ReadonlyArray<number>): number {
  let bin = Math.max(0, Math.min(edges.length - 2, Math.ceil(probability * (edges.length - 1)) - 1))
  if (bin > 0 && probability <= edges[bin]!) bin -= 1
  if (bin < edges.length - 2 && probability > edges[bin + 1]!) bin += 1
  return bin
}
