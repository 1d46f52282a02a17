// The graph of the dropout grid, for whichever data: a rate chosen by cross-validation and confirmed at full size, tested once.
import { report, visualize } from "refold/stages"
import { metricsOf, namesOf } from "./cross-validation.ts"
import { type DataParams, data, measuredOn } from "./data.ts"
import { ownTraining } from "./explorer.ts"
import { filtersOverTime } from "./filters-over-time.ts"
import { finalModel } from "./final-model.ts"
import { modelResults, trainingCharts } from "./model.ts"
import { type RateChoiceParams, rateChoice } from "./rate-choice.ts"

type DropoutGridParams = DataParams & RateChoiceParams

export function dropoutGrid(p: DropoutGridParams) {
  const given = data(p)
  const choice = rateChoice(given, p)
  const trained = finalModel(given, choice.settings(p.finalEpochs, choice.dropout), { final: "yes" })
  const { model: final, test } = trained
  const called = "the final model"
  const { layers, pytorch, explorer, charts } = modelResults(given, {
    ...{ weights: final.weights, called, layer: "conv1" },
    retrained: ownTraining(p.dataset, given, trained, called),
  })
  return {
    layers,
    scores: choice.scores,
    confirmation: choice.confirmation,
    overfitting: overfitted(choice, p),
    choice: choice.choice,
    folds: choice.folds,
    comparisons: choice.comparisons,
    pairs: choice.pairs,
    test,
    final,
    explorer,
    ...pytorch,
    charts: {
      ...rateCharts(choice, p, given.title),
      ...trainingCharts(
        {
          title: "Final training",
          subtitle: `LeNet on the whole part to fit of ${given.title}, at the chosen rate; ${measuredOn(given, p.curveExamples)}`,
        },
        `${called} on the test set of ${given.title}`,
        given.classes,
        trained,
      ),
      ...charts,
      filtersOverTime: filtersOverTime(given, trained, { called, layer: "conv1" }),
    },
    cells: choice.grid.flatMap(({ cells }) =>
      cells.map(({ training, evaluation }) => [training, evaluation]),
    ),
  }
}

type Choice = ReturnType<typeof rateChoice>

const curvesOf = ({ grid }: Choice) =>
  Object.fromEntries(grid.flatMap(({ cells }) => cells.map(({ name, training }) => [name, training.curve])))

const overfitted = (choice: Choice, { folds }: DropoutGridParams) =>
  report.overfitting({ cells: choice.cells, test: 1, train: folds - 1 }, { curves: curvesOf(choice) })
    .overfitting

const differenceChart = (choice: Choice, p: DropoutGridParams, of: string) => ({
  differences: visualize.differences(
    {
      title: "Differences from the best rate",
      subtitle: [
        `accuracy, paired over ${p.folds} folds of ${of}; lines: 95 % intervals that hold for all pairs of rates at once`,
        "grey: the interval holds 0, so this cross-validation does not tell the two apart",
      ],
    },
    { comparisons: choice.comparisons },
    { chart: "differences" },
  ),
})

function rateCharts(choice: Choice, p: DropoutGridParams, title: string) {
  const metrics = metricsOf(choice.grid.flatMap(({ cells }) => cells))
  const [first, ...others] = choice.grid.map(({ rate, cells }) => ({ rate, folds: namesOf(cells) }))
  const cells = [first!, ...others] as const
  const size = p.examples === "all" ? "all examples" : `${p.examples} examples`
  return {
    accuracyByRate: visualize.accuracyByRate(
      {
        title: "Accuracy by dropout rate",
        subtitle: [
          `${p.folds}-fold cross-validation on ${size} of ${title}: mean ± one standard error; grey, each fold.`,
          "Red: the rate that was chosen, once the best were trained at full size.",
        ],
        cells,
        chosen: choice.dropout,
      },
      { metrics },
      { chart: "accuracy-by-rate" },
    ),
    lossByRate: visualize.lossByRate(
      {
        title: "Validation loss by dropout rate",
        subtitle: [
          `mean over ${p.folds} folds of ${size} of ${title}, ± one standard error; circled: the lowest`,
          "where a curve turns upwards, the network overfits",
        ],
        cells,
      },
      { curves: curvesOf(choice) },
      { chart: "loss-by-rate" },
    ),
    gapByRate: visualize.gapByRate(
      {
        title: "Training and validation loss by dropout rate",
        subtitle: [
          `means over ${p.folds} folds of ${size} of ${title}, measured with dropout off`,
          "shaded: the generalisation gap; circled: the lowest validation loss",
        ],
        cells,
      },
      { curves: curvesOf(choice) },
      { chart: "gap-by-rate" },
    ),
    ...(choice.grid.length < 2 ? {} : differenceChart(choice, p, `${size} of ${title}`)),
  }
}
