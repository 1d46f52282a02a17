// How well predicted classes match the true ones: counts and ratios; knows nothing of the model or of class names.

/** Precision and its like for one class. A ratio 0/0 is undefined and stands here as null, never as NaN or 0. */
interface ClassScores {
  readonly class: number
  /** True positives / predicted; null when the class was never predicted. */
  readonly precision: number | null
  /** True positives / support; null when no example is of the class. */
  readonly recall: number | null
  /** 2 TP / (support + predicted); null when the class neither occurs nor is predicted. */
  readonly f1: number | null
  /** How many examples truly are of the class. */
  readonly support: number
  /** How many examples were predicted to be of the class. */
  readonly predicted: number
}

interface Classification {
  readonly total: number
  readonly correct: number
  /** `correct / total`; null when there are no examples. */
  readonly accuracy: number | null
  /** `confusion[true class][predicted class]` counts examples. */
  readonly confusion: ReadonlyArray<ReadonlyArray<number>>
  readonly classes: ReadonlyArray<ClassScores>
}

export class ClassificationError extends Error {
  readonly _tag = "ClassificationError"

  constructor(message: string) {
    super(message)
    this.name = "ClassificationError"
  }
}

/**
 * Counts pairs of true and predicted class.
 *
 * @param labels      true class of every example
 * @param predictions predicted class of every example, in the same order
 * @param classes     number of classes
 * @returns `classes × classes` counts; rows are the true class, columns the predicted one
 * @throws ClassificationError when the lengths differ or a class is out of range
 */
export const confusionMatrix = (
  labels: ArrayLike<number>,
  predictions: ArrayLike<number>,
  classes: number,
): Array<Array<number>> => {
  if (labels.length !== predictions.length) {
    throw new ClassificationError(
      `every example has one prediction: found ${labels.length} labels and ${predictions.length} predictions`,
    )
  }
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0))
  for (let at = 0; at < labels.length; at += 1) {
    const row = counts[checked("label", labels[at]!, at, classes)]!
    row[checked("prediction", predictions[at]!, at, classes)]! += 1
  }
  return counts
}

/**
 * The confusion matrix and every score that follows from it; plain data, ready for JSON.
 *
 * @throws ClassificationError as {@link confusionMatrix} does
 */
export const classify = (
  labels: ArrayLike<number>,
  predictions: ArrayLike<number>,
  classes: number,
): Classification => {
  const confusion = confusionMatrix(labels, predictions, classes)
  const correct = confusion.reduce((sum, row, label) => sum + row[label]!, 0)
  return {
    total: labels.length,
    correct,
    accuracy: ratio(correct, labels.length),
    confusion,
    classes: confusion.map((row, label) => {
      const hits = row[label]!
      const support = row.reduce((sum, count) => sum + count, 0)
      const predicted = confusion.reduce((sum, other) => sum + other[label]!, 0)
      return {
        class: label,
        precision: ratio(hits, predicted),
        recall: ratio(hits, support),
        f1: ratio(2 * hits, support + predicted),
        support,
        predicted,
      }
    }),
  }
}

const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole)

const checked = (what: string, value: number, at: number, classes: number): number => {
  if (!Number.isInteger(value) || value < 0 || value >= classes) {
    throw new ClassificationError(
      `${what} ${at} is ${value}: with ${classes} classes it is 0 to ${classes - 1}`,
    )
  }
  return value
}
