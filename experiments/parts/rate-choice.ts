// Which dropout rate, as a graph: cross-validation picks finalists, each is trained at full size, validation picks one.
import { type Bound, bound, type Output } from "refold"
import { lenet, optimizer } from "refold/ml"
import { compare, select } from "refold/stages"
import { type Cell, foldsOf, metricsOf, namesOf, onEachFold, toTheEnd } from "./cross-validation.ts"
import type { data } from "./data.ts"
import { type FinalSettings, trainedOnAll, validatedOnAll } from "./final-model.ts"

export interface RateChoiceParams {
  readonly rates: readonly [number, ...Array<number>]
  readonly folds: number
  readonly examples: number | "all"
  readonly epochs: number
  readonly finalists: number
  readonly finalEpochs: number
  readonly filters: readonly [number, number]
  readonly learningRate: number
  readonly batchSize: number
  readonly curveExamples: number | "validation"
  readonly seed: number
}

/** The cells of one rate, one a fold. */
interface RateCells {
  readonly rate: number
  readonly cells: ReadonlyArray<Cell>
}

type Given = ReturnType<typeof data>

/**
 * Rate 0 is confirmed in any case, beside the `finalists` best of the others. A finalist's training is the training of a final
 * model, so that the one that is chosen is not trained again.
 */
export function rateChoice(given: Given, p: RateChoiceParams) {
  const settings = settingsOf(given, p)
  const crossed = crossValidated(given, p, settings)
  const slots = Array.from({ length: crossed.keep }, (_, i) =>
    bound(crossed.finalists, `${i + 1}`, "dropout"),
  )
  const finalists = [0, ...slots].map((dropout, finalist) => {
    const axes = { finalist }
    const model = trainedOnAll(given, settings(p.finalEpochs, dropout), axes)
    return { name: `${finalist}`, model, validated: validatedOnAll(given, model, axes) }
  })
  return {
    settings,
    ...crossed,
    without: finalists[0]!.model,
    ...confirmed(given, finalists, crossed),
  }
}

/** Every rate on every fold, and who is confirmed after it. */
function crossValidated(given: Given, p: RateChoiceParams, settings: SettingsOf) {
  const folds = foldsOf(given, p)
  const grid = p.rates.map((rate): RateCells => {
    const training = settings(p.epochs, rate)
    return { rate, cells: onEachFold(given, folds, training, (fold) => ({ fold, rate })) }
  })
  const [first, ...others] = grid.map(({ rate, cells }) => ({
    candidate: { dropout: rate },
    folds: namesOf(cells),
  }))
  const cells = [first!, ...others] as const
  const metrics = metricsOf(grid.flatMap(({ cells }) => cells))
  const keep = Math.min(p.finalists, p.rates.filter((rate) => rate !== 0).length)
  const axes = { of: "rates" }
  const {
    finalists,
    scores,
    folds: table,
  } = select.finalists({ cells, always: [{ dropout: 0 }], keep }, { metrics }, axes)
  const { comparisons } = compare.cells(
    { cells, test: 1, train: p.folds - 1, stoppedEarly: false },
    { metrics },
    axes,
  )
  return { grid, cells, keep, finalists, scores, folds: table, comparisons }
}

type SettingsOf = ReturnType<typeof settingsOf>

/** The training of a cell or of a final model: the same but for its length, over which the learning rate comes down to 0. */
const settingsOf =
  ({ classes }: Given, p: RateChoiceParams) =>
  (epochs: number, dropout: number | Bound): FinalSettings => ({
    ...toTheEnd,
    network: lenet({ dropout: 0, classes: classes.length, filters: p.filters }),
    dropout,
    optimizer: optimizer({
      type: "adam",
      learningRate: p.learningRate,
      schedule: { type: "cosine", epochs, floor: 0, warmUp: 0 },
    }),
    batchSize: p.batchSize,
    epochs,
    classes: classes.length,
    seed: p.seed,
    curveExamples: p.curveExamples,
  })

type Finalists = ReadonlyArray<{
  readonly name: string
  readonly validated: ReturnType<typeof validatedOnAll>
}>

/** The finalist that does best on the whole validation part, and which of them differ there by more than chance. */
function confirmed(
  { fetched, split, classes }: Given,
  finalists: Finalists,
  { finalists: found }: { readonly finalists: Output<"value"> },
) {
  const [first, ...others] = finalists.map(({ name }) => name)
  const names = [first!, ...others] as const
  const of = <K extends "metrics" | "predictions" | "losses">(output: K) =>
    Object.fromEntries(finalists.map(({ name, validated }) => [name, validated[output]]))
  const params = { finalists: bound(found), names }
  const axes = { of: "finalists" }
  const { choice, scores } = select.confirmed(params, { metrics: of("metrics") }, axes)
  const { pairs } = compare.finalists(
    { ...params, classes: classes.length },
    {
      targets: fetched.trainLabels,
      indices: split.validation,
      predictions: of("predictions"),
      losses: of("losses"),
    },
    axes,
  )
  return { choice, confirmation: scores, pairs, dropout: bound(choice, "dropout") }
}
