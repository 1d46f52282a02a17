// What importance is measured by: a score of predictions, higher is better. Knows no model.

import { mostProbable } from "../metrics/by-output.ts"
import { logLoss } from "../metrics/log-loss.ts"
import { meanAbsoluteError, rootMeanSquaredError, rSquared } from "../metrics/regression.ts"
import { StatisticsError } from "../statistics-error.ts"

/** Scores of what was said, of one class or one number an example, by name: losses and errors with their sign turned. */
const SCORES = {
  accuracy: (labels: ArrayLike<number>, probabilities: ArrayLike<number>) => {
    const said = mostProbable(probabilities, probabilities.length / labels.length)
    let right = 0
    for (let at = 0; at < said.length; at += 1) right += said[at] === labels[at] ? 1 : 0
    return right / said.length
  },
  loss: (labels: ArrayLike<number>, probabilities: ArrayLike<number>) =>
    -logLoss(labels, probabilities, probabilities.length / labels.length),
  meanAbsoluteError: (targets: ArrayLike<number>, estimates: ArrayLike<number>) =>
    -meanAbsoluteError(targets, estimates),
  rootMeanSquaredError: (targets: ArrayLike<number>, estimates: ArrayLike<number>) =>
    -rootMeanSquaredError(targets, estimates),
  /** 0 where the targets do not vary, so that nothing can be lost. */
  rSquared: (targets: ArrayLike<number>, estimates: ArrayLike<number>) => rSquared(targets, estimates) ?? 0,
} as const

export type ScoreName = keyof typeof SCORES

/**
 * Of several numbers an example the mean of their scores.
 *
 * @param targets class numbers `[count]`, or numbers `[count, outputs]`, row-major
 * @param said    `[count, classes]` probabilities, or `[count, outputs]` estimates
 * @param count   how many examples there are
 * @throws StatisticsError as the score does
 */
export function scored(
  score: ScoreName,
  targets: ArrayLike<number>,
  said: ArrayLike<number>,
  count: number,
): number {
  const outputs = targets.length / count
  if (outputs === 1) return SCORES[score](targets, said)
  const column = (values: ArrayLike<number>, of: number) =>
    Float64Array.from({ length: values.length / outputs }, (_, at) => values[at * outputs + of]!)
  let sum = 0
  for (let of = 0; of < outputs; of += 1) sum += SCORES[score](column(targets, of), column(said, of))
  return sum / outputs
}

/** @throws StatisticsError where a score is of the other sort of model: of classes, or of numbers */
export function checkScore(score: ScoreName, tellsClasses: boolean): void {
  const isOfClasses = score === "accuracy" || score === "loss"
  if (isOfClasses === tellsClasses) return
  const others = Object.keys(SCORES).filter(
    (name) => (name === "accuracy" || name === "loss") === tellsClasses,
  )
  throw new StatisticsError(
    `"${score}" is no score of a model that ${tellsClasses ? "tells classes" : "estimates numbers"}: take ${others.join(", ")}`,
  )
}
