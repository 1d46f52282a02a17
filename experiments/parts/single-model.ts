// The graph of one network: trained on the part to fit, tested once, shown from its curves to its filters.
import { type Network, optimizer } from "refold/ml"
import { type DataParams, data, measuredOn } from "./data.ts"
import { ownTraining } from "./explorer.ts"
import { filtersOverTime } from "./filters-over-time.ts"
import { finalModel } from "./final-model.ts"
import { modelResults, trainingCharts } from "./model.ts"
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
  readonly curveExamples: number | "validation"
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
  const { dropout, learningRate, batchSize, epochs, seed, curveExamples } = p
  const { patience, minimumDelta, monitor, restoreBest } = p
  return finalModel(
    given,
    {
      network,
      dropout,
      optimizer: optimizer({ type: "adam", learningRate }),
      batchSize,
      epochs,
      classes: given.classes.length,
      seed,
      curveExamples,
      patience,
      minimumDelta,
      monitor,
      restoreBest,
    },
    axes,
  )
}

/** @param called what the pictures call the network, within a sentence */
export function singleModel(
  p: SingleModelParams,
  network: (classes: number) => Network,
  called: string,
  given: ReturnType<typeof data> = data(p),
) {
  const { title, classes } = given
  const tested = trained(p, given, network(classes.length))
  const { model, test } = tested
  const { layers, pytorch, explorer, charts } = modelResults(given, {
    ...{ weights: model.weights, called, layer: "conv1" },
    retrained: ownTraining(p.dataset, given, tested, called),
  })
  return {
    layers,
    test,
    model,
    explorer,
    ...pytorch,
    charts: {
      ...trainingCharts(
        {
          title: `${called[0]!.toUpperCase()}${called.slice(1)} on ${title}`,
          subtitle: [`dropout ${p.dropout}`, `measured ${measuredOn(given, p.curveExamples)}`],
        },
        `${called} on the test set of ${title}`,
        classes,
        tested,
      ),
      ...charts,
      filtersOverTime: filtersOverTime(given, tested, { called, layer: "conv1" }),
    },
  }
}
