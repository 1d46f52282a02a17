// The graph of the dropout grid, for whichever data: cross-validation over rates, the best one trained on all.
import { bound } from "../../engine/declare/stage.ts"
import { lenet } from "../../ml/network/lenet.ts"
import { compare } from "../../stages/compare.ts"
import { evaluate } from "../../stages/evaluate.ts"
import { fold } from "../../stages/fold.ts"
import { select } from "../../stages/select.ts"
import { train } from "../../stages/train.ts"
import { visualize } from "../../stages/visualize.ts"
import { type DataParams, data } from "./data.ts"
import { modelResults } from "./model.ts"

interface DropoutGridParams extends DataParams {
  readonly rates: readonly [number, ...Array<number>]
  readonly folds: number
  readonly examples: number | "all"
  readonly epochs: number
  readonly finalEpochs: number
  readonly learningRate: number
  readonly batchSize: number
  readonly curveExamples: number
}

export function dropoutGrid(p: DropoutGridParams) {
  const given = data(p)
  const { title, classes, fetched, split } = given
  const { trainImages: images, trainLabels: labels } = fetched
  const common = {
    network: lenet({ dropout: 0, classes: classes.length }),
    optimizer: {
      type: "adam" as const,
      learningRate: p.learningRate,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
    },
    batchSize: p.batchSize,
    classes: classes.length,
    seed: p.seed,
    curveExamples: p.curveExamples,
    patience: null,
    minimumDelta: 0,
    monitor: "loss" as const,
    restoreBest: false,
  }
  const folds = Array.from({ length: p.folds }, (_, i) =>
    fold(
      { classes: classes.length, k: p.folds, fold: i + 1, examples: p.examples, seed: p.seed },
      { labels, indices: split.train },
      { fold: i + 1 },
    ),
  )
  const grid = p.rates.flatMap((rate) =>
    folds.map((part, i) => {
      const axes = { fold: i + 1, rate }
      const training = train(
        { ...common, dropout: rate, epochs: p.epochs, stream: `fold=${i + 1}` },
        { images, labels, train: part.train, validation: part.validation },
        axes,
      )
      const { weights } = training
      const evaluation = evaluate.validation(
        { classes },
        { images, labels, indices: part.validation, weights },
        axes,
      )
      return { name: `fold=${i + 1}+rate=${rate}`, rate, training, evaluation }
    }),
  )
  const cellsBy = p.rates.map((rate) => ({
    rate,
    folds: grid.filter((cell) => cell.rate === rate).map(({ name }) => name),
  }))
  const [firstCell, ...otherCells] = cellsBy.map(({ rate, folds: [first, ...rest] }) => ({
    rate,
    folds: [first!, ...rest] as const,
  }))
  const cells = [firstCell!, ...otherCells] as const
  const metrics = Object.fromEntries(grid.map(({ name, evaluation }) => [name, evaluation.metrics]))
  const curves = Object.fromEntries(grid.map(({ name, training }) => [name, training.curve]))
  const [first, ...others] = cells.map(({ rate, folds }) => ({ candidate: { dropout: rate }, folds }))
  const named = [first!, ...others] as const
  const chosen = select.best({ cells: named, rule: "best" }, { metrics })
  const compared = compare.cells(
    { cells: named, test: 1, train: p.folds - 1, stoppedEarly: false },
    { metrics },
    { of: "rates" },
  )
  const dropout = bound(chosen.choice, "dropout")

  const final = train(
    {
      ...common,
      dropout,
      epochs: p.finalEpochs,
      stream: "final",
      // Fixed beforehand, so the rate may come down to nothing at the last epoch: the end then does not wobble.
      optimizer: {
        ...common.optimizer,
        schedule: { type: "cosine", epochs: p.finalEpochs, floor: 0, warmUp: 0 },
      },
    },
    { images, labels, train: split.train, validation: split.validation },
    { final: "yes" },
  )
  const test = evaluate.test(
    { classes },
    { images: fetched.testImages, labels: fetched.testLabels, weights: final.weights },
    { final: "yes" },
  )
  const size = p.examples === "all" ? "all examples" : `${p.examples} examples`
  const caution = p.examples === "all" ? [] : [`a rate chosen on ${size} may be too strong at full size`]
  const { layers, charts: pictures } = modelResults(given, {
    weights: final.weights,
    called: "the final model",
    layer: "conv1",
  })
  return {
    layers,
    scores: chosen.scores,
    choice: chosen.choice,
    folds: chosen.folds,
    comparisons: compared.comparisons,
    test,
    final,
    charts: {
      accuracyByRate: visualize.accuracyByRate(
        {
          title: "Accuracy by dropout rate",
          subtitle: [
            `${p.folds}-fold cross-validation on ${size} of ${title}: mean ± standard error`,
            ...caution,
          ],
          cells,
          chosen: dropout,
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
        { curves },
        { chart: "loss-by-rate" },
      ),
      learningCurves: visualize.learningCurves(
        {
          title: "Final training",
          subtitle: `LeNet on the whole part to fit of ${title}, at the chosen rate; measured with dropout off`,
        },
        { curve: final.curve },
        { chart: "learning-curves" },
      ),
      confusion: visualize.confusion(
        { title: "Confusion matrix", subtitle: `the final model on the test set of ${title}`, classes },
        { confusion: test.confusion },
        { chart: "confusion" },
      ),
      classScores: visualize.classScores(
        { title: "Precision and recall by class", subtitle: `the final model on the test set of ${title}` },
        { classes: test.classes },
        { chart: "class-scores" },
      ),
      ...pictures,
    },
    cells: grid.map(({ training, evaluation }) => [training, evaluation]),
  }
}
