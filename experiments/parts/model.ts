// What a trained model is, for its reader: its layers in numbers, its first filters, and the feature maps that they give.
import type { Output } from "refold"
import { describe, visualize } from "refold/stages"
import type { data } from "./data.ts"
import { errorCharts } from "./error-charts.ts"
import { explorerPage, type Retrained } from "./explorer.ts"
import type { finalModel } from "./final-model.ts"
import { pytorchModel } from "./pytorch.ts"

/** Shown as far as there are so many: of Fashion-MNIST trousers, a T-shirt, a sneaker and a bag. */
const SHOWN = [1, 0, 7, 8]

interface Model {
  readonly weights: Output<"weights:safetensors">
  /** What the pictures call it: "LeNet", "the final model". */
  readonly called: string
  /** Its first convolution. */
  readonly layer: string
  /** What its page trains again; undefined for what any page can. */
  readonly retrained: Retrained | undefined
}

/** Images come from the part that validates: neither fitted on, nor of the test set. */
export function modelResults(given: ReturnType<typeof data>, { weights, called, layer, retrained }: Model) {
  const { title, classes, fetched, split } = given
  const [first, ...rest] = SHOWN.filter((shown) => shown < classes.length)
  const { layers } = describe.trained({}, { weights }, { about: "model" })
  const { maps } = describe.maps(
    { classes, shown: [first!, ...rest], layer, most: 8 },
    { images: fetched.trainImages, labels: fetched.trainLabels, indices: split.validation, weights },
    { about: "maps" },
  )
  return {
    layers,
    explorer: explorerPage(given, weights, called, retrained),
    pytorch: pytorchModel({ title, classes }, { weights, called }),
    charts: {
      filters: visualize.filters(
        {
          title: "First-layer filters",
          subtitle: `${called} on ${title}: what the first convolution learned`,
          layer,
        },
        { weights },
        { chart: "filters" },
      ),
      featureMaps: visualize.featureMaps(
        {
          title: "First-layer filters, and the feature maps that they give",
          subtitle: [
            `${called}, on images of ${title} that it was not fitted on`,
            "red is positive, blue negative, white 0, before the activation; one scale for all filters, one each for a filter's maps",
          ],
          filterScale: "one",
        },
        { maps },
        { chart: "feature-maps" },
      ),
    },
  }
}

/** A training's curve under `heading`, and how the model does on the test file, under what `tested` says that this is. */
export const trainingCharts = (
  heading: { readonly title: string; readonly subtitle: string | ReadonlyArray<string> },
  tested: string,
  classes: ReadonlyArray<string>,
  { model, test, examples }: ReturnType<typeof finalModel>,
) => ({
  learningCurves: visualize.learningCurves(heading, { curve: model.curve }, { chart: "learning-curves" }),
  confusion: visualize.confusion(
    { title: "Confusion matrix", subtitle: tested, classes },
    { confusion: test.confusion },
    { chart: "confusion" },
  ),
  classScores: visualize.classScores(
    { title: "Precision and recall by class", subtitle: tested },
    { classes: test.classes },
    { chart: "class-scores" },
  ),
  ...errorCharts(tested, classes, { test, examples }),
})
