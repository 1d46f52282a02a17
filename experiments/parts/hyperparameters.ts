// The graph of a search: every trial to the end, successive halving over the same trials, the choice trained on all.
import { bound, type Output } from "refold"
import { successiveHalving } from "refold/ml"
import { compare, report, select, visualize } from "refold/stages"
import { type Cell, foldsOf, metricsOf, namesOf, onEachFold, toTheEnd } from "./cross-validation.ts"
import { type DataParams, data, measuredOn } from "./data.ts"
import { finalModel } from "./final-model.ts"
import { modelResults } from "./model.ts"
import { halved, slotSettings, type Validate } from "./rungs.ts"
import { gridSize, type Trial, trials } from "./trials.ts"

interface HyperparametersParams extends DataParams {
  readonly search: "random" | "grid"
  readonly budget: number
  readonly folds: number
  readonly examples: number | "all"
  readonly epochs: number
  readonly leastEpochs: number
  readonly eta: number
  readonly finalists: number
  readonly finalEpochs: number
  readonly curveExamples: number | "validation"
}

export function hyperparameters(p: HyperparametersParams) {
  const given = data(p)
  const { seed, curveExamples } = p
  const common = { ...toTheEnd, classes: given.classes.length, seed, curveExamples }
  const folds = foldsOf(given, p)
  const validate: Validate = (settings, epochs, axes) =>
    onEachFold(given, folds, { ...common, ...settings, epochs }, (fold) => ({ ...axes, fold }))

  checkSearch(p)
  const candidates = trials(p.search, p.budget, p.seed, given.classes.length)
  const complete = everyTrial(candidates, p, validate)
  const plan = successiveHalving({
    trials: candidates.length,
    eta: p.eta,
    finalists: p.finalists,
    leastEpochs: p.leastEpochs,
    mostEpochs: p.epochs,
  })
  const { selections, last } = halved(candidates, plan.rungs, validate)
  const winner = selections.at(-1)!.survivors
  const method = (name: string, epochs: number, cells: ReadonlyArray<ReadonlyArray<Cell>>) => ({
    name,
    epochs: epochs * p.folds,
    cells: cells.map(namesOf),
  })
  const methods = report.searches(
    {
      methods: [
        method("every trial to the end", plan.fullEpochs, complete.cells),
        method("successive halving", plan.totalEpochs, last),
      ],
    },
    { metrics: { ...complete.metrics, ...metricsOf(last.flat()) } },
  )
  const { model: final, test } = finalModel(
    given,
    { ...common, ...slotSettings(winner, 0), epochs: p.finalEpochs },
    { final: "yes" },
  )
  const { layers, pytorch, explorer, charts } = modelResults(given, {
    weights: final.weights,
    called: "the final model",
    layer: "conv1",
    retrained: undefined,
  })
  return {
    layers,
    scores: complete.full.scores,
    methods: methods.searches,
    folds: complete.full.folds,
    comparisons: complete.compared.comparisons,
    rungs: selections.map(({ scores }) => scores),
    test,
    final,
    explorer,
    ...pytorch,
    charts: {
      ...charts,
      learningCurves: visualize.learningCurves(
        {
          title: "Final training",
          subtitle: [
            `the settings that successive halving chose, on all of ${given.title}'s part to fit`,
            `measured ${measuredOn(given, curveExamples)}`,
          ],
        },
        { curve: final.curve },
        { chart: "learning-curves" },
      ),
      trials: trialsChart(p, complete, winner, Math.round((100 * plan.totalEpochs) / plan.fullEpochs)),
    },
  }
}

/** @throws RangeError for params of the search that contradict each other */
function checkSearch({ search, budget, finalists, leastEpochs, epochs }: HyperparametersParams): void {
  if (search === "grid" && budget > gridSize)
    throw new RangeError(
      `budget is ${budget}: the grid has ${gridSize} trials, and all of them are trained; leave budget out, or take search=random`,
    )
  const trials = search === "grid" ? gridSize : budget
  if (finalists > trials)
    throw new RangeError(`finalists is ${finalists}: there are ${trials} trials; take at most so many`)
  if (leastEpochs > epochs)
    throw new RangeError(
      `leastEpochs is ${leastEpochs}: training ends at ${epochs} epochs; take at most so many`,
    )
}

/** All trials for all epochs, the best of them, and whether it is better by more than chance. */
function everyTrial(candidates: ReadonlyArray<Trial>, p: HyperparametersParams, validate: Validate) {
  const cells = candidates.map(({ settings }, i) => validate(settings, p.epochs, { trial: i + 1 }))
  const metrics = metricsOf(cells.flat())
  const [first, ...others] = candidates.map(({ candidate, settings }, i) => ({
    candidate,
    settings,
    folds: namesOf(cells[i]!),
  }))
  const full = select.best({ cells: [first!, ...others], rule: "best" }, { metrics }, { of: "trials" })
  const plain = ({ candidate, folds }: NonNullable<typeof first>) => ({ candidate, folds })
  const named = [plain(first!), ...others.map(plain)] as const
  const compared = compare.cells(
    { cells: named, test: 1, train: p.folds - 1, stoppedEarly: false },
    { metrics },
    { of: "trials" },
  )
  return { cells, metrics, named, full, compared }
}

/** @param percent of the epochs of every trial to the end that successive halving took */
const trialsChart = (
  p: HyperparametersParams,
  { named, metrics }: ReturnType<typeof everyTrial>,
  winner: Output<"value">,
  percent: number,
) =>
  visualize.trials(
    {
      title: "Trials of the search",
      subtitle: [
        `Mean of ${p.folds} folds ± one standard error after ${p.epochs} epochs; grey, each fold.`,
        `Red: what successive halving ended with, for ${percent} % of the epochs.`,
      ],
      trials: named,
      chosen: bound(winner, "0", "candidate"),
    },
    { metrics },
    { chart: "trials" },
  )
