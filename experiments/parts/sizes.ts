// Whether a dataset has as many examples as the params ask for: its table says so before anything is fetched or trained.
/** Bytes of an IDX file of labels that are no label. */
const header = 8

/** How many examples of the train file are fitted on, and how many validate. @throws RangeError for a part that is empty */
export function partsOf(
  total: number,
  validation: number,
): { readonly fit: number; readonly validate: number } {
  const validate = Math.floor(validation * total + 0.5)
  if (validate < 1 || validate >= total) {
    const [part, least] = validate < 1 ? ["to validate on", "above"] : ["to fit", "below"]
    const bound = validate < 1 ? 0.5 / total : 1 - 0.5 / total
    throw new RangeError(
      `validation is ${validation}: of ${total} examples that leaves none ${part}; take one ${least} ${Number(bound.toPrecision(3))}`,
    )
  }
  return { fit: total - validate, validate }
}

/** @throws RangeError for a batch or a curve of more examples than there are to fit */
export function checkExamples(
  p: { readonly batchSize?: number; readonly curveExamples?: number | "validation" },
  fit: number,
): void {
  const { batchSize = 1, curveExamples } = p
  if (batchSize > fit)
    throw new RangeError(`batchSize is ${batchSize}: the part to fit has ${fit}; take at most so many`)
  if (typeof curveExamples === "number" && curveExamples > fit)
    throw new RangeError(
      `curveExamples is ${curveExamples}: the part to fit has ${fit}; take at most so many, or curveExamples=validation`,
    )
}

export const trainExamples = ({
  trainLabels,
}: {
  readonly trainLabels: { readonly bytes: number }
}): number => trainLabels.bytes - header

/** @throws RangeError for more examples or folds than the part to fit can give */
export function checkFolds(
  p: { readonly folds: number; readonly examples: number | "all" },
  { fit, classes }: { readonly fit: number; readonly classes: number },
): void {
  if (p.examples !== "all" && p.examples > fit)
    throw new RangeError(
      `examples is ${p.examples}: the part to fit has ${fit}; take at most so many, or examples=all`,
    )
  const taken = p.examples === "all" ? fit : p.examples
  const most = Math.floor(taken / classes)
  if (p.folds > most)
    throw new RangeError(
      `folds is ${p.folds}: each fold needs an example of each of ${classes} classes, and there are ${taken} examples; ${most < 2 ? "take more examples" : `take at most ${most} folds, or more examples`}`,
    )
}
