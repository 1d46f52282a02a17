// The data of an experiment: fetched, and the train file split. The test file stays whole and apart.
import { datasets } from "refold/ml"
import { fetch, split } from "refold/stages"
import type { dataset } from "./params.ts"
import { checkExamples, partsOf, trainExamples } from "./sizes.ts"

export interface DataParams {
  readonly dataset: ReturnType<typeof dataset>["Type"]
  readonly validation: number
  readonly seed: number
  readonly batchSize?: number
  readonly curveExamples?: number | "validation"
}

/** The files of a dataset by name, or of one that the params describe; `axes` tell several apart. */
export function source(dataset: DataParams["dataset"], axes?: Readonly<Record<string, string>>) {
  const { name, title, classes, files, mirrors } =
    typeof dataset === "string"
      ? { ...datasets.find((known) => known.name === dataset)!, mirrors: [] }
      : dataset
  const fetched = fetch({ dataset: name, files, mirrors }, {}, axes)
  return { title, classes, examples: trainExamples(files), fetched }
}

/**
 * Of `found`, where several splits are of one dataset; `axes` tell these apart.
 *
 * @throws RangeError for parts that are empty, or smaller than what is to be taken of them
 */
export function data(
  p: DataParams,
  found: ReturnType<typeof source> = source(p.dataset),
  axes?: Readonly<Record<string, string | number>>,
) {
  const { validation, seed } = p
  const { title, classes, examples, fetched } = found
  const { fit, validate } = partsOf(examples, validation)
  checkExamples(p, fit)
  const parts = split({ classes: classes.length, validation, seed }, { targets: fetched.trainLabels }, axes)
  return { title, classes, fit, validate, fetched, split: parts }
}

/** What the points of a training's curve on the whole part to fit are measured on, for the picture's subtitle. */
export function measuredOn(
  { fit, validate }: Pick<ReturnType<typeof data>, "fit" | "validate">,
  curveExamples: number | "validation",
): string {
  const seen = Math.min(fit, curveExamples === "validation" ? validate : curveExamples)
  const train = seen === fit ? `all ${fit}` : `${seen} of the ${fit}`
  return `after each epoch, dropout off: on ${train} images that are fitted and on all ${validate} that validate`
}
