// How far a loss on what was not fitted has risen again by the end of training, over paired curves; it trains nothing.
import { correctedResampledT } from "./corrected-resampled-t.ts"
import { mean } from "./moments.ts"
import { StatisticsError } from "./statistics-error.ts"

interface Overfitting {
  /** The epoch, from 1, after which the mean of the curves is lowest. */
  readonly turn: number
  /** The mean of the curves there. */
  readonly lowest: number
  /** The mean of the curves at the end. */
  readonly last: number
  /** Mean over the folds of the loss at the end, less that at the turn of *the other folds*' mean curve: no fold says where its own is lowest, so noise alone makes no rise. */
  readonly rise: number
  /** Of the rise, corrected for training sets that overlap. */
  readonly standardError: number
}

/**
 * @param curves validation losses by epoch, one curve a fold, all of one length; at least two
 * @param sizes  examples that each training was validated and trained on: their ratio corrects for overlap
 * @throws StatisticsError when there are fewer than two curves, or they differ in length
 */
export function overfitting(
  curves: ReadonlyArray<ReadonlyArray<number>>,
  sizes: { readonly test: number; readonly train: number },
): Overfitting {
  const epochs = curves[0]?.length ?? 0
  if (curves.length < 2 || epochs === 0 || curves.some(({ length }) => length !== epochs))
    throw new StatisticsError("overfitting is measured on two curves or more, of one length, not empty")
  const whole = meanCurve(curves)
  const rises = curves.map((curve, fold) => {
    const turn = lowestAt(meanCurve(curves.filter((_, other) => other !== fold)))
    return curve.at(-1)! - curve[turn]!
  })
  const { difference, standardError } = correctedResampledT(rises, sizes)
  const turn = lowestAt(whole)
  return { turn: turn + 1, lowest: whole[turn]!, last: whole.at(-1)!, rise: difference, standardError }
}

const meanCurve = (curves: ReadonlyArray<ReadonlyArray<number>>): ReadonlyArray<number> =>
  curves[0]!.map((_, epoch) => mean(curves.map((curve) => curve[epoch]!)))

const lowestAt = (curve: ReadonlyArray<number>): number =>
  curve.reduce((lowest, loss, at) => (loss < curve[lowest]! ? at : lowest), 0)
