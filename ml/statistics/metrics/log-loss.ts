// The cross-entropy of predicted probabilities, in nats; knows nothing of the model.
import { log } from "../mathematics/elementary.ts"
import { StatisticsError } from "../statistics-error.ts"
import { checkChances } from "./pairs.ts"

/** The smallest chance that counts: of none at all the loss would be infinite. */
const SMALLEST = 2 ** -149

/** −ln of the probability of what is true, in nats; of none at all, that of the smallest float32. */
export const crossEntropy = (probability: number): number => -log(Math.max(probability, SMALLEST))

/**
 * The mean of −ln p of the true class, in nats, summed in the order given.
 *
 * @param labels        class numbers
 * @param probabilities `[labels.length, classes]`, row-major
 * @throws StatisticsError when there is no example, the lengths differ, a class or a probability is out of range
 */
export function logLoss(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  classes: number,
): number {
  checkRows(labels, probabilities, classes)
  let sum = 0
  for (let at = 0; at < labels.length; at += 1)
    sum += crossEntropy(probabilities[at * classes + labels[at]!]!)
  return sum / labels.length
}

/**
 * Of two classes: the mean of −ln p where the target is 1, of −ln (1 − p) where it is 0.
 *
 * @param probabilities the chance of 1
 * @throws StatisticsError when there is no example, the lengths differ, or one is out of range
 */
export function binaryLogLoss(targets: ArrayLike<number>, probabilities: ArrayLike<number>): number {
  checkChances(targets, probabilities)
  let sum = 0
  for (let at = 0; at < targets.length; at += 1)
    sum += crossEntropy(targets[at] === 1 ? probabilities[at]! : 1 - probabilities[at]!)
  return sum / targets.length
}

/** @throws StatisticsError when these are not the probabilities of so many classes for each label */
export function checkRows(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  classes: number,
): void {
  if (labels.length === 0) throw new StatisticsError("a metric needs at least one example")
  if (probabilities.length !== labels.length * classes) {
    throw new StatisticsError(
      `${labels.length} examples of ${classes} classes have ${labels.length * classes} probabilities, found ${probabilities.length}`,
    )
  }
  for (let at = 0; at < labels.length; at += 1) {
    const label = labels[at]!
    if (!Number.isInteger(label) || label < 0 || label >= classes)
      throw new StatisticsError(`label ${at} is ${label}: with ${classes} classes it is 0 to ${classes - 1}`)
  }
  for (let at = 0; at < probabilities.length; at += 1)
    if (!(probabilities[at]! >= 0 && probabilities[at]! <= 1))
      throw new StatisticsError(
        `example ${Math.floor(at / classes)} has a probability of ${probabilities[at]}: it is within 0 and 1`,
      )
}
