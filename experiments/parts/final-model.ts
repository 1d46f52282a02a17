// A model trained on the whole part to fit, and tested once on the test file.
import type { Bound } from "refold"
import { evaluate, train } from "refold/stages"
import type { data } from "./data.ts"

/** Classes of which test images are shown, at most. */
export const MOST_ROWS = 12

/** What `train` is told, but for the stream, which says what the training is for. */
export type Settings = Omit<Exclude<Parameters<typeof train>[0], Bound>, "stream">

/** The stream of a training on the whole part to fit. */
export const FINAL = "final"

type Given = ReturnType<typeof data>
/** How long it trains, and from which seed, is known before anything runs. */
export type FinalSettings = Settings & { readonly epochs: number; readonly seed: number }
type Place = Readonly<Record<string, string | number>>

/** Trained on the whole part to fit. */
export const trainedOnAll = ({ fetched, split }: Given, settings: Settings, axes?: Place) =>
  train(
    { ...settings, stream: FINAL },
    {
      inputs: fetched.trainImages,
      targets: fetched.trainLabels,
      train: split.train,
      validation: split.validation,
    },
    axes,
  )

type Model = ReturnType<typeof trainedOnAll>

/** On the whole part to validate on. */
export const validatedOnAll = ({ classes, fetched, split }: Given, { weights }: Model, axes?: Place) =>
  evaluate.validation(
    { classes },
    { inputs: fetched.trainImages, targets: fetched.trainLabels, indices: split.validation, weights },
    axes,
  )

/** On the test file. */
export const tested = ({ classes, fetched }: Given, { weights }: Model, axes?: Place) =>
  evaluate.test({ classes }, { inputs: fetched.testImages, targets: fetched.testLabels, weights }, axes)

/** Trained, tested once, and the test images that tell most about it. */
export function finalModel(given: Given, settings: FinalSettings, axes?: Place) {
  const { classes, fetched } = given
  const model = trainedOnAll(given, settings, axes)
  const test = tested(given, model, axes)
  const examples = evaluate.examples(
    { classes, each: 8, most: MOST_ROWS },
    {
      inputs: fetched.testImages,
      targets: fetched.testLabels,
      predictions: test.predictions,
      sureness: test.sureness,
    },
    { ...axes, of: "examples" },
  )
  return { model, test, examples, settings, axes }
}
