// The graph of one network: trained on the part to fit, tested once, shown from its curves to its filters.
import type { Network } from "../../ml/network/network.ts"
import { evaluate } from "../../stages/evaluate.ts"
import { train } from "../../stages/train.ts"
import { visualize } from "../../stages/visualize.ts"
import { type DataParams, data } from "./data.ts"
import { modelResults } from "./model.ts"
import {
  batchSize,
  count,
  curveExamples,
  dataset,
  learningRate,
  Rate,
  seed,
  stopping,
  validation,
} from "./params.ts"

/** The params of such an experiment; what differs between networks are the defaults. */
export const singleModelParams = (epochs: number, dropout: number) => ({
  dataset: dataset(),
  validation,
  epochs: count(epochs, "passes over the part to fit"),
  dropout: Rate.annotations({ default: dropout, description: "the rate of every dropout layer" }),
  learningRate,
  batchSize,
  curveExamples,
  seed,
  ...stopping,
})

interface SingleModelParams extends DataParams {
  readonly epochs: number
  readonly dropout: number
  readonly learningRate: number
  readonly batchSize: number
  readonly curveExamples: number
  readonly patience: number | null
  readonly minimumDelta: number
  readonly monitor: "loss" | "accuracy"
  readonly restoreBest: boolean
}

/** The model and its test: what another experiment compares with, cached if this one ran. */
export function trained(
  p: SingleModelParams,
  given: ReturnType<typeof data>,
  network: Network,
  axes?: { readonly network: string },
) {
  const { classes, fetched, split } = given
  const { dropout, learningRate, batchSize, epochs, seed, curveExamples } = p
  const { patience, minimumDelta, monitor, restoreBest } = p
  const model = train(
    {
      network,
      dropout,
      optimizer: { type: "adam", learningRate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
      batchSize,
      epochs,
      classes: classes.length,
      seed,
      stream: "final",
      curveExamples,
      patience,
      minimumDelta,
      monitor,
      restoreBest,
    },
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
  return { model, test }
}

/** @param called what the pictures call the network */
export function singleModel(
  p: SingleModelParams,
  network: (classes: number) => Network,
  called: string,
  given: ReturnType<typeof data> = data(p),
) {
  const { title, classes } = given
  const { model, test } = trained(p, given, network(classes.length))
  const { layers, charts } = modelResults(given, { weights: model.weights, called, layer: "conv1" })
  return {
    layers,
    test,
    model,
    charts: {
      learningCurves: visualize.learningCurves(
        {
          title: `${called} on ${title}`,
          subtitle: `dropout ${p.dropout}; measured after each epoch, dropout off`,
        },
        { curve: model.curve },
        { chart: "learning-curves" },
      ),
      confusion: visualize.confusion(
        { title: "Confusion matrix", subtitle: `${called} on the test set of ${title}`, classes },
        { confusion: test.confusion },
        { chart: "confusion" },
      ),
      classScores: visualize.classScores(
        { title: "Precision and recall by class", subtitle: `${called} on the test set of ${title}` },
        { classes: test.classes },
        { chart: "class-scores" },
      ),
      ...charts,
    },
  }
}
