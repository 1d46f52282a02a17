// The page that runs a model in its reader's browser and trains there: the model's own training where its data fit on a page, else
// LeNet's on the sample that the repository holds.
import type { Output } from "refold"
import { fashionMnistSample, lenet, optimizer } from "refold/ml"
import { explore } from "refold/stages"
import { toTheEnd } from "./cross-validation.ts"
import { type DataParams, data, source } from "./data.ts"
import { FINAL, type finalModel, type Settings, trainedOnAll } from "./final-model.ts"

/** A training that the page can do again, and what came of it. */
export interface Retrained {
  /** What the page calls it. */
  readonly called: string
  readonly given: Given
  readonly settings: Settings
  readonly weights: Output<"weights:safetensors">
}

type Given = ReturnType<typeof data>

/** Test images on the page. */
const SHOWN = 200

/** @param called what the page calls the model */
export function explorerPage(
  { title, classes, fetched }: Given,
  weights: Output<"weights:safetensors">,
  called: string,
  { given, ...retrained }: Retrained = sampleTraining(),
): Output<"document:html"> {
  const { dropout, ...settings } = retrained.settings
  const training = { called: retrained.called, ...settings, stream: FINAL }
  return explore(
    { title, called, classes, shown: SHOWN, seed: 1, training, dropout },
    {
      weights,
      images: fetched.testImages,
      labels: fetched.testLabels,
      fitImages: given.fetched.trainImages,
      fitLabels: given.fetched.trainLabels,
      train: given.split.train,
      validation: given.split.validation,
      fitted: retrained.weights,
    },
  ).page
}

/** A model's own training, if it is on images that a page can hold. */
export const ownTraining = (
  dataset: DataParams["dataset"],
  given: Given,
  { settings, model: { weights } }: Pick<ReturnType<typeof finalModel>, "settings" | "model">,
  called: string,
): Retrained | undefined =>
  dataset === fashionMnistSample.name
    ? { called: `${called} on ${given.title}`, given, settings, weights }
    : undefined

/** The final training of the experiment `smoke`, with the rate of dropout that it comes to. */
export const sample = {
  dropout: 0,
  epochs: 4,
  validation: 0.1,
  seed: 1,
  batchSize: 64,
  learningRate: 0.001,
}

function sampleTraining(): Retrained {
  const axes = { on: "sample" }
  const { dropout, epochs, validation, seed, batchSize, learningRate } = sample
  const { name: dataset, title } = fashionMnistSample
  const given = data({ dataset, validation, seed }, source(dataset, axes), axes)
  const classes = given.classes.length
  const settings: Settings = {
    ...toTheEnd,
    ...{ network: lenet({ dropout: 0, classes }), dropout, epochs, batchSize, seed },
    optimizer: optimizer({
      ...{ type: "adam", learningRate },
      schedule: { type: "cosine", epochs, floor: 0, warmUp: 0 },
    }),
    classes,
    curveExamples: "validation",
  }
  const { weights } = trainedOnAll(given, settings, axes)
  return { called: `LeNet on ${title}`, given, settings, weights }
}
