// A model trained on the whole part to fit, and tested once on the test file.
import type { Bound } from "refold"
import { evaluate } from "../../stages/evaluate.ts"
import { train } from "../../stages/train.ts"
import type { data } from "./data.ts"

/** Classes of which test images are shown, at most. */
export const MOST_ROWS = 12

/** What `train` is told, but for the stream, which says what the training is for. */
export type Settings = Omit<Exclude<Parameters<typeof train>[0], Bound>, "stream">

export function finalModel(
  { classes, fetched, split }: ReturnType<typeof data>,
  settings: Settings,
  axes?: Readonly<Record<string, string>>,
) {
  const model = train(
    { ...settings, stream: "final" },
    {
      images: fetched.trainImages,
      labels: fetched.trainLabels,
      train: split.train,
      validation: split.validation,
    },
    axes,
  )
  const test = evaluate.test(
    { classes },
    { images: fetched.testImages, labels: fetched.testLabels, weights: model.weights },
    axes,
  )
  const examples = evaluate.examples(
    { classes, each: 8, most: MOST_ROWS },
    {
      images: fetched.testImages,
      labels: fetched.testLabels,
      predictions: test.predictions,
      sureness: test.sureness,
    },
    { ...axes, of: "examples" },
  )
  return { model, test, examples }
}
