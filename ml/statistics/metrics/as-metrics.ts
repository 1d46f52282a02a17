// What models are measured by, as numbers under names: one record for classes, for labels and for numbers. Knows no model.
import { classify } from "../classification.ts"
import { wilsonInterval } from "../wilson.ts"
import {
  macro,
  mostProbable,
  multiLabel,
  type OutputScores,
  oneVersusRest,
  topCalibration,
} from "./by-output.ts"
import type { Calibration } from "./calibration.ts"
import { logLoss } from "./log-loss.ts"
import { regressionScores } from "./regression.ts"

/** Figures under their names; one that is undefined, such as an area without positives, is left out. */
export type NamedFigures = Readonly<Record<string, number>>

/** One chance's scores under the name of its class or label. */
export interface NamedScores extends Pick<OutputScores, "roc" | "precisionRecall" | "positives"> {
  readonly name: string
}

export interface Measured {
  readonly metrics: NamedFigures
  /** Of two classes the second alone, as the first mirrors it. */
  readonly outputs: ReadonlyArray<NamedScores>
  /** By name: of two classes the second, of more "the most probable" one. */
  readonly calibrations: ReadonlyArray<Calibration & { readonly name: string }>
}

/** Of more than two classes, whose probability is calibrated. */
export const MOST_PROBABLE = "most probable class"

/**
 * `loss` (nats), `accuracy` with its 95 % Wilson interval, `correct`, `examples`; `f1`, `rocArea` and `averagePrecision` of the second of two
 * classes, of more their macro means; `brierScore` and `calibrationError` of the second of two classes, of more those of the most probable.
 *
 * @param labels        class numbers
 * @param probabilities `[labels.length, names.length]`, row-major
 * @throws StatisticsError when there is no example, the lengths differ, a class or a probability is out of range
 */
export function measureClasses(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  names: ReadonlyArray<string>,
  bins: number,
): Measured & { readonly classification: ReturnType<typeof classify>; readonly said: Uint8Array } {
  const size = names.length
  const loss = logLoss(labels, probabilities, size)
  const said = mostProbable(probabilities, size)
  const classification = classify(labels, said, size)
  const { correct, total, classes } = classification
  const { low, high } = wilsonInterval(correct, total)
  const isBinary = size === 2
  const scores = oneVersusRest(labels, probabilities, size, bins)
  const outputs = named(scores, names).slice(isBinary ? 1 : 0)
  const calibration = isBinary ? scores[1]!.calibration : topCalibration(labels, probabilities, size, bins)
  const f1 = classes.slice(isBinary ? 1 : 0).map(({ f1 }) => f1)
  return {
    metrics: {
      ...{ loss, accuracy: correct / total, "accuracy.low": low, "accuracy.high": high },
      ...{ correct, examples: total },
      ...defined({ f1: macro(f1), ...areas(outputs) }),
      ...{ brierScore: calibration.brierScore, calibrationError: calibration.expectedCalibrationError },
    },
    outputs,
    calibrations: [{ ...calibration, name: isBinary ? names[1]! : MOST_PROBABLE }],
    ...{ classification, said },
  }
}

/**
 * Of labels of which an example may have several or none: `loss` (nats, the mean over labels), `accuracy` (the share of labels that a
 * threshold of a half gets right), `examples`; macro `rocArea`, `averagePrecision`, `brierScore` and `calibrationError`.
 *
 * @param targets       `[examples, names.length]` of 0 and 1, row-major
 * @param probabilities likewise, the chance that each is 1
 * @throws StatisticsError when there is no example, the lengths differ, a target or a probability is out of range
 */
export function measureLabels(
  targets: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  names: ReadonlyArray<string>,
  bins: number,
): Measured {
  const scores = multiLabel(targets, probabilities, names.length, bins)
  let right = 0
  for (let at = 0; at < targets.length; at += 1)
    right += (probabilities[at]! >= 0.5 ? 1 : 0) === targets[at] ? 1 : 0
  const outputs = named(scores, names)
  return {
    metrics: {
      loss: macro(scores.map(({ logLoss }) => logLoss))!,
      accuracy: right / targets.length,
      examples: targets.length / names.length,
      ...defined(areas(outputs)),
      brierScore: macro(scores.map(({ calibration }) => calibration.brierScore))!,
      calibrationError: macro(scores.map(({ calibration }) => calibration.expectedCalibrationError))!,
    },
    outputs,
    calibrations: scores.map(({ calibration }, at) => ({ ...calibration, name: names[at]! })),
  }
}

/**
 * `meanAbsoluteError`, `rootMeanSquaredError`, `rSquared`, means over outputs where there are several, and then each under its
 * output's name too; `examples`.
 *
 * @param targets   `[examples, names.length]`, row-major
 * @param estimates likewise
 * @throws StatisticsError when there is no example, the lengths differ, or a number is not finite
 */
export function measureNumbers(
  targets: ArrayLike<number>,
  estimates: ArrayLike<number>,
  names: ReadonlyArray<string>,
): NamedFigures {
  const width = names.length
  const column = (values: ArrayLike<number>, of: number) =>
    Float64Array.from({ length: values.length / width }, (_, at) => values[at * width + of]!)
  const each = names.map((_, of) => regressionScores(column(targets, of), column(estimates, of)))
  const means = {
    meanAbsoluteError: macro(each.map((one) => one.meanAbsoluteError)),
    rootMeanSquaredError: macro(each.map((one) => one.rootMeanSquaredError)),
    rSquared: macro(each.map((one) => one.rSquared)),
  }
  const single =
    width === 1
      ? []
      : each.flatMap((one, of) =>
          Object.entries(one).map(
            ([name, value]) => [`${names[of]}.${name}`, value as number | null] as const,
          ),
        )
  return { ...defined(means), ...defined(Object.fromEntries(single)), examples: targets.length / width }
}

const named = (
  scores: ReadonlyArray<OutputScores>,
  names: ReadonlyArray<string>,
): ReadonlyArray<NamedScores> =>
  scores.map(({ positives, roc, precisionRecall }, at) => ({
    name: names[at]!,
    positives,
    roc,
    precisionRecall,
  }))

const areas = (outputs: ReadonlyArray<NamedScores>) => ({
  rocArea: macro(outputs.map(({ roc }) => roc.area)),
  averagePrecision: macro(outputs.map(({ precisionRecall }) => precisionRecall.averagePrecision)),
})

const defined = (figures: Readonly<Record<string, number | null>>): NamedFigures =>
  Object.fromEntries(Object.entries(figures).filter((entry): entry is [string, number] => entry[1] !== null))
