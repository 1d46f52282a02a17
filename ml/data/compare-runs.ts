// Whether a metric of two runs truly differs: pairs of what was measured from the same seed, or on the same fold, then and now. It knows
// what says which examples those were, and no metric by name.
import { correctedResampledT } from "../statistics/corrected-resampled-t.ts"
import { mean } from "../statistics/moments.ts"
import { pairedT } from "../statistics/paired-t.ts"
import type { Interval } from "../statistics/wilson.ts"

/** An artifact that says on which examples something was fitted or measured. */
export interface Sample {
  readonly kind: string
  readonly digest: string
  /** Null where nobody knows. */
  readonly bytes: number | null
}

export interface MeasuredPair {
  readonly before: number
  readonly today: number
  /** Of both alike: all that led to the metric. */
  readonly samples: ReadonlyArray<Sample>
}

export interface ComparedPairs {
  /** Mean of today − before. */
  readonly difference: number
  readonly standardError: number | null
  /** At 95 %. */
  readonly interval: Interval | null
  readonly p: number | null
  /** Which test it was, or why there is none. */
  readonly note: string
}

/** Index sets, and the targets that examples are measured against. */
export const isSample = (kind: string): boolean => /^(indices|idx|array:[^:]+:targets)(:|$)/.test(kind)

/** Fewer pairs say next to nothing of their spread. */
const fewest = 5

/**
 * Pairs that were fitted or measured on different examples are folds, or random splits, whose training sets overlap: their spread is
 * corrected for it (Nadeau & Bengio 2003). Others are repetitions, such as from different seeds.
 *
 * @param pairs at least one
 */
export function comparePairs(pairs: ReadonlyArray<MeasuredPair>): ComparedPairs {
  const differences = pairs.map(({ today, before }) => today - before)
  const untested = (note: string): ComparedPairs => ({
    ...{ difference: mean(differences), standardError: null, interval: null, p: null, note },
  })
  if (pairs.length === 1) return untested("one pair: no test")
  if (pairs.length < fewest) return untested(`${pairs.length} pairs, fewer than ${fewest}: no test`)
  const own = ownSamples(pairs)
  if (own.every((samples) => samples.length === 0)) {
    const { difference, standardError, interval, p } = pairedT(differences)
    return { difference, standardError, interval, p, note: "paired t" }
  }
  const sizes = own.map(sizesOf)
  if (sizes.includes(undefined))
    return untested("on different examples, and how many is not known here: no test")
  const test = mean(sizes.map((size) => size!.test))
  const train = mean(sizes.map((size) => size!.train))
  const { difference, standardError, interval, p } = correctedResampledT(differences, { test, train })
  return { difference, standardError, interval, p, note: "corrected resampled t" }
}

/** Of each pair, the samples that not all pairs have. */
function ownSamples(pairs: ReadonlyArray<MeasuredPair>): ReadonlyArray<ReadonlyArray<Sample>> {
  const counts = new Map<string, number>()
  for (const { samples } of pairs)
    for (const digest of new Set(samples.map(({ digest }) => digest)))
      counts.set(digest, (counts.get(digest) ?? 0) + 1)
  return pairs.map(({ samples }) => samples.filter(({ digest }) => counts.get(digest)! < pairs.length))
}

/** How many examples were fitted, and how many held out, by the smallest sets of indices: a fold lies within its split. */
function sizesOf(
  samples: ReadonlyArray<Sample>,
): { readonly test: number; readonly train: number } | undefined {
  const least = (kind: RegExp): number => {
    const sizes = samples.filter((sample) => kind.test(sample.kind)).map(({ bytes }) => bytes ?? 0)
    return sizes.reduce((least, size) => Math.min(least, size), Number.POSITIVE_INFINITY)
  }
  const train = least(/^indices:train(:|$)/)
  const test = least(/^indices:(validation|test)(:|$)/)
  return train > 0 && test > 0 && train < Infinity && test < Infinity ? { test, train } : undefined
}
