// Figures of the pages that are reckoned from several others, by name: `{{= NAME as 0.00}}`. Each is one short function.
import type { Row } from "../../engine/content/kind.ts"
import { successiveHalving } from "../../ml/search/halving.ts"

/** What a figure is reckoned from. */
export interface Known {
  readonly number: (reference: string) => number
  readonly value: (reference: string) => unknown
  readonly rows: (of: string, name: string) => ReadonlyArray<Row>
}

type Derive = (known: Known) => number | string

const product =
  (...references: ReadonlyArray<string>): Derive =>
  ({ number }) =>
    references.reduce((all, reference) => all * number(reference), 1)

const ratio =
  (over: string, under: string): Derive =>
  ({ number }) =>
    number(over) / number(under)

export const derived: Readonly<Record<string, Derive>> = {
  "exercise-1.padding": ({ number }) =>
    number("exercise-1 convolution.padding.before") + number("exercise-1 convolution.padding.after"),
  "exercise-1.patch": product(
    "exercise-1 params.kernel",
    "exercise-1 params.kernel",
    "exercise-1 params.channels",
  ),
  "exercise-1.places": product("exercise-1 convolution.map.height", "exercise-1 convolution.map.width"),
  "exercise-2.maps' share": ratio("exercise-2 memory[what=maps].bytes", "exercise-2 network.training.bytes"),
  "exercise-2.work of pooling": ratio(
    "exercise-2 pooling.after.multiplyAdds",
    "exercise-2 network.multiplyAdds",
  ),
  "exercise-2.memory of pooling": ratio(
    "exercise-2 pooling.after.training.bytes",
    "exercise-2 network.training.bytes",
  ),

  "lenet.parting": (known) => partingOf(curveOf(known, "lenet", "model.curve")),
  "lenet.gap at parting": (known) => {
    const curve = curveOf(known, "lenet", "model.curve")
    return gapAt(curve, partingOf(curve))
  },
  "lenet.gap at the end": (known) => {
    const curve = curveOf(known, "lenet", "model.curve")
    return gapAt(curve, curve.length)
  },
  "lenet.mistakes among tops": ({ rows }) => {
    const tops = ["T-shirt/top", "Pullover", "Coat", "Shirt"]
    const mistakes = rows("lenet", "test.confusion").filter(({ actual, predicted }) => actual !== predicted)
    const among = mistakes.filter(
      ({ actual, predicted }) => tops.includes(String(actual)) && tops.includes(String(predicted)),
    )
    return total(among, "count") / total(mistakes, "count")
  },

  "dropout-grid.rates": ({ value }) => (value("dropout-grid params.rates") as ReadonlyArray<number>).length,
  /** Seeds of which some finalist with dropout has a lower validation loss than rate 0. */
  "dropout-seeds.lower losses": ({ rows }) =>
    rows("dropout-seeds", "seeds").filter(({ seed }) => {
      const confirmation = rows("dropout-seeds", `confirmations.${seed}`)
      const without = confirmation.find(({ dropout }) => dropout === 0)!
      return confirmation.some(({ loss }) => Number(loss) < Number(without.loss))
    }).length,

  ...rungs(4),
  "eager halving.loss": ({ number }) =>
    number("run:eager-halving methods[0].accuracy") - number("run:eager-halving methods[1].accuracy"),
  "eager halving.place of the best": ({ rows, value }) => {
    const isBest = (row: Row): boolean =>
      ["learningRate", "batchSize", "optimizer"].every(
        (name) => row[name] === value(`run:eager-halving scores[most accuracy].${name}`),
      )
    const rung = rows("run:eager-halving", "select@rung=1.scores")
    const best = rung.find(isBest)!
    return ordinals[rung.filter(({ accuracy }) => Number(accuracy) > Number(best.accuracy)).length]!
  },
  "grid search.combinations": ({ rows }) => rows("run:grid-search", "scores").length,
}

const ordinals = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"]

function rungs(count: number): Readonly<Record<string, Derive>> {
  const plan = ({ number }: Known) =>
    successiveHalving({
      trials: number("hyperparameters params.budget"),
      eta: number("hyperparameters params.eta"),
      finalists: number("hyperparameters params.finalists"),
      leastEpochs: number("hyperparameters params.leastEpochs"),
      mostEpochs: number("hyperparameters params.epochs"),
    }).rungs
  return Object.fromEntries(
    Array.from(
      { length: count },
      (_, at): ReadonlyArray<[string, Derive]> => [
        [`halving.trials of rung ${at + 1}`, (known) => plan(known)[at]!.trials],
        [`halving.epochs of rung ${at + 1}`, (known) => plan(known)[at]!.epochs],
      ],
    ).flat(),
  )
}

type Curve = ReadonlyArray<{ readonly training: number; readonly validation: number }>

const curveOf = ({ rows }: Known, of: string, name: string): Curve =>
  rows(of, name).map(({ trainLoss, validationLoss }) => ({
    training: Number(trainLoss),
    validation: Number(validationLoss),
  }))

/** From which epoch on the validation loss lies above the training loss, in every epoch that follows. */
const partingOf = (curve: Curve): number =>
  2 + curve.findLastIndex(({ training, validation }) => validation <= training)

const gapAt = (curve: Curve, epoch: number): number => {
  const at = curve[epoch - 1]!
  return at.validation - at.training
}

const total = (rows: ReadonlyArray<Row>, column: string): number =>
  rows.reduce((sum, row) => sum + Number(row[column]), 0)
