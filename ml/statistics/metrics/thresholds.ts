// How many examples of two classes have at least a score, for each score that occurs; knows no curve.
import { checkBinary } from "./pairs.ts"

/** At one threshold: examples whose score is at least it. */
export interface ThresholdCount {
  readonly threshold: number
  readonly truePositives: number
  readonly falsePositives: number
}

export interface ThresholdCounts {
  /** By falling threshold, one for each distinct score: equal scores pass together. */
  readonly counts: ReadonlyArray<ThresholdCount>
  readonly positives: number
  readonly negatives: number
}

/** @throws StatisticsError when there is no example, the lengths differ, a score is not finite or a target neither 0 nor 1 */
export function thresholdCounts(targets: ArrayLike<number>, scores: ArrayLike<number>): ThresholdCounts {
  checkBinary(targets, scores, "score")
  const falling = Uint32Array.from({ length: targets.length }, (_, at) => at).sort(
    (a, b) => scores[b]! - scores[a]!,
  )
  const counts: Array<ThresholdCount> = []
  let [truePositives, falsePositives] = [0, 0]
  for (const [at, example] of falling.entries()) {
    if (targets[example] === 1) truePositives += 1
    else falsePositives += 1
    const threshold = scores[example]!
    const next = falling[at + 1]
    if (next === undefined || scores[next] !== threshold)
      counts.push({ threshold, truePositives, falsePositives })
  }
  return { counts, positives: truePositives, negatives: falsePositives }
}
