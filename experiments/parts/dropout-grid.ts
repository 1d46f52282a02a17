// The graph of the dropout grid, for whichever data: a rate chosen by cross-validation and confirmed at full size, tested once.
import { report } from "../../stages/report.ts"
import { visualize } from "../../stages/visualize.ts"
import { metricsOf, namesOf } from "./cross-validation.ts"
import { type DataParams, data, measuredOn } from "./data.ts"
import { ownTraining } from "./explorer.ts"
import { finalModel } from "./final-model.ts"
import { modelResults, trainingCharts } from "./model.ts"
import { type RateChoiceParams, rateChoice } from "./rate-choice.ts"

export type DropoutGridParams = DataParams & RateChoiceParams

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
          `${p.folds}-fold cross-validation on ${size} of ${title}: mean ± standard error.`,
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
        title: "Overfitting by dropout rate",
        subtitle: `validation loss, mean over ${p.folds} folds of ${size} of ${title}`,
        cells,
      },
      { curves: curvesOf(choice) },
      { chart: "loss-by-rate" },
    ),
  }
}
