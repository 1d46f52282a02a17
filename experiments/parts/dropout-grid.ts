// The graph of the dropout grid, for whichever data: cross-validation over rates, the best one trained on all.
import { type Bound, bound } from "refold"
import { lenet } from "../../ml/network/lenet.ts"
import { optimizer } from "../../ml/training/optimizer.ts"
import { compare } from "../../stages/compare.ts"
import { select } from "../../stages/select.ts"
import { visualize } from "../../stages/visualize.ts"
import { type Cell, foldsOf, metricsOf, namesOf, onEachFold, toTheEnd } from "./cross-validation.ts"
import { type DataParams, data } from "./data.ts"
import { finalModel } from "./final-model.ts"
import { modelResults, trainingCharts } from "./model.ts"

interface DropoutGridParams extends DataParams {
  readonly rates: readonly [number, ...Array<number>]
  readonly folds: number
  readonly examples: number | "all"
  readonly epochs: number
  readonly finalEpochs: number
  readonly learningRate: number
  readonly batchSize: number
  readonly curveExamples: number | "validation"
}

export function dropoutGrid(p: DropoutGridParams) {
  const given = data(p)
  const { title, classes } = given
  const adam = optimizer({ type: "adam", learningRate: p.learningRate })
  const common = {
    ...toTheEnd,
    network: lenet({ dropout: 0, classes: classes.length }),
    batchSize: p.batchSize,
    classes: classes.length,
    seed: p.seed,
    curveExamples: p.curveExamples,
  }
  const folds = foldsOf(given, p)
  const grid = p.rates.map((rate) => {
    const settings = { ...common, optimizer: adam, dropout: rate, epochs: p.epochs }
    return { rate, cells: onEachFold(given, folds, settings, (fold) => ({ fold, rate })) }
  })
  const { best, compared } = choice(grid, p)
  const dropout = bound(best.choice, "dropout")
  // Fixed beforehand, so the rate may come down to nothing at the last epoch: the end then does not wobble.
  const schedule = { type: "cosine" as const, epochs: p.finalEpochs, floor: 0, warmUp: 0 }
  const trained = finalModel(
    given,
    { ...common, dropout, epochs: p.finalEpochs, optimizer: { ...adam, schedule } },
    { final: "yes" },
  )
  const { model: final, test } = trained
  const called = "the final model"
  const { layers, pytorch, charts } = modelResults(given, { weights: final.weights, called, layer: "conv1" })
  return {
    layers,
    scores: best.scores,
    choice: best.choice,
    folds: best.folds,
    comparisons: compared.comparisons,
    test,
    final,
    ...pytorch,
    charts: {
      ...rateCharts(grid, p, title, dropout),
      ...finalCharts(given, called, trained),
      ...charts,
    },
    cells: grid.flatMap(({ cells }) => cells.map(({ training, evaluation }) => [training, evaluation])),
  }
}

const finalCharts = (
  { title, classes }: ReturnType<typeof data>,
  called: string,
  trained: ReturnType<typeof finalModel>,
) =>
  trainingCharts(
    {
      title: "Final training",
      subtitle: `LeNet on the whole part to fit of ${title}, at the chosen rate; measured with dropout off`,
    },
    `${called} on the test set of ${title}`,
    classes,
    trained,
  )

type Grid = ReadonlyArray<{ readonly rate: number; readonly cells: ReadonlyArray<Cell> }>

/** The best rate, and whether it is better than the others by more than chance. */
function choice(grid: Grid, { folds }: DropoutGridParams) {
  const metrics = metricsOf(grid.flatMap(({ cells }) => cells))
  const [first, ...others] = grid.map(({ rate, cells }) => ({
    candidate: { dropout: rate },
    folds: namesOf(cells),
  }))
  const named = [first!, ...others] as const
  return {
    best: select.best({ cells: named, rule: "best" }, { metrics }),
    compared: compare.cells(
      { cells: named, test: 1, train: folds - 1, stoppedEarly: false },
      { metrics },
      { of: "rates" },
    ),
  }
}

function rateCharts(grid: Grid, p: DropoutGridParams, title: string, chosen: Bound) {
  const all = grid.flatMap(({ cells }) => cells)
  const curves = Object.fromEntries(all.map(({ name, training }) => [name, training.curve]))
  const [first, ...others] = grid.map(({ rate, cells }) => ({ rate, folds: namesOf(cells) }))
  const cells = [first!, ...others] as const
  const size = p.examples === "all" ? "all examples" : `${p.examples} examples`
  const caution = p.examples === "all" ? [] : [`a rate chosen on ${size} may be too strong at full size`]
  return {
    accuracyByRate: visualize.accuracyByRate(
      {
        title: "Accuracy by dropout rate",
        subtitle: [
          `${p.folds}-fold cross-validation on ${size} of ${title}: mean ± standard error`,
          ...caution,
        ],
        cells,
        chosen,
      },
      { metrics: metricsOf(all) },
      { chart: "accuracy-by-rate" },
    ),
    lossByRate: visualize.lossByRate(
      {
        title: "Overfitting by dropout rate",
        subtitle: `validation loss, mean over ${p.folds} folds of ${size} of ${title}`,
        cells,
      },
      { curves },
      { chart: "loss-by-rate" },
    ),
  }
}
