// The curves and figures of several chances at once: of each class against the rest, or of each label; and their means.
import { type Calibration, calibration } from "./calibration.ts"
import { binaryLogLoss, checkRows } from "./log-loss.ts"
import { type PrecisionRecallCurve, precisionRecallCurve } from "./precision-recall-curve.ts"
import { type RocCurve, rocCurve } from "./roc-curve.ts"

/** What one chance is worth: that of a class against all others, or that of a label. */
export interface OutputScores {
  /** Examples of which it is true. */
  readonly positives: number
  readonly roc: RocCurve
  readonly precisionRecall: PrecisionRecallCurve
  readonly calibration: Calibration
  /** Nats. */
  readonly logLoss: number
}

/** Of one chance, in two classes. */
export const binaryScores = (
  targets: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  bins = 10,
): OutputScores => ({
  positives: Array.from(targets).filter((target) => target === 1).length,
  roc: rocCurve(targets, probabilities),
  precisionRecall: precisionRecallCurve(targets, probabilities),
  calibration: calibration(targets, probabilities, bins),
  logLoss: binaryLogLoss(targets, probabilities),
})

/**
 * Each class against the rest.
 *
 * @param labels        class numbers
 * @param probabilities `[labels.length, classes]`, row-major
 * @throws StatisticsError when there is no example, the lengths differ, a class or a probability is out of range
 */
export function oneVersusRest(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  classes: number,
  bins = 10,
): ReadonlyArray<OutputScores> {
  checkRows(labels, probabilities, classes)
  return Array.from({ length: classes }, (_, of) =>
    binaryScores(
      Uint8Array.from({ length: labels.length }, (_, at) => (labels[at] === of ? 1 : 0)),
      column(probabilities, of, classes),
      bins,
    ),
  )
}

/**
 * Each label by itself, where an example has several or none.
 *
 * @param targets       `[examples, labels]` of 0 and 1, row-major
 * @param probabilities likewise, the chance that each is 1
 * @throws StatisticsError when there is no example, the lengths differ, a target or a probability is out of range
 */
export const multiLabel = (
  targets: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  labels: number,
  bins = 10,
): ReadonlyArray<OutputScores> =>
  Array.from({ length: labels }, (_, of) =>
    binaryScores(column(targets, of, labels), column(probabilities, of, labels), bins),
  )

/**
 * How far the highest probability of each example can be believed: it against whether that class is the true one, as
 * C. Guo, G. Pleiss, Y. Sun & K. Q. Weinberger 2017, "On calibration of modern neural networks", ICML, measure it.
 */
export function topCalibration(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  classes: number,
  bins = 10,
): Calibration {
  checkRows(labels, probabilities, classes)
  const said = mostProbable(probabilities, classes)
  return calibration(
    Uint8Array.from(said, (label, at) => (label === labels[at] ? 1 : 0)),
    Float64Array.from(said, (label, at) => probabilities[at * classes + label]!),
    bins,
  )
}

/** The most probable class of each row, the lowest of equals. */
export function mostProbable(probabilities: ArrayLike<number>, classes: number): Uint8Array {
  const said = new Uint8Array(probabilities.length / classes)
  for (let at = 0; at < said.length; at += 1)
    for (let label = 1; label < classes; label += 1)
      if (probabilities[at * classes + label]! > probabilities[at * classes + said[at]!]!) said[at] = label
  return said
}

/**
 * The unweighted mean over classes, of those that have a value; null where none has. scikit-learn counts a class without one as
 * 0, which says that the model failed where nothing was asked.
 */
export function macro(values: ReadonlyArray<number | null>): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length
}

const column = (values: ArrayLike<number>, of: number, width: number): Float64Array =>
  Float64Array.from({ length: Math.floor(values.length / width) }, (_, at) => values[at * width + of]!)
