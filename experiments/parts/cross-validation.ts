// Cross-validation as a graph: the part to fit cut into folds, and settings trained and validated on each of them.
import { evaluate, fold, train } from "refold/stages"
import type { data } from "./data.ts"
import type { Settings } from "./final-model.ts"
import { checkFolds } from "./sizes.ts"

type Given = ReturnType<typeof data>
export type Folds = ReturnType<typeof foldsOf>
/** One training and its validation, under the name that tables know it by. */
export type Cell = ReturnType<typeof onEachFold>[number]

/** Every training goes to its last epoch and keeps that one's weights, so that all have had the same. */
export const toTheEnd = {
  patience: null,
  minimumDelta: 0,
  monitor: "loss",
  restoreBest: false,
} as const

/** @throws RangeError for more folds or examples than there can be */
export function foldsOf(
  { classes, fit, fetched, split }: Given,
  p: { readonly folds: number; readonly examples: number | "all"; readonly seed: number },
) {
  checkFolds(p, { fit, classes: classes.length })
  return Array.from({ length: p.folds }, (_, i) =>
    fold(
      { classes: classes.length, k: p.folds, fold: i + 1, examples: p.examples, seed: p.seed },
      { targets: fetched.trainLabels, indices: split.train },
      { fold: i + 1 },
    ),
  )
}

/** `axes` label the training on a fold, and name it: "trial=1+fold=2". */
export const onEachFold = (
  { classes, fetched }: Given,
  folds: Folds,
  settings: Settings,
  axes: (fold: number) => Readonly<Record<string, string | number>>,
) =>
  folds.map((part, i) => {
    const at = axes(i + 1)
    const { trainImages: inputs, trainLabels: targets } = fetched
    const training = train(
      { ...settings, stream: `fold=${i + 1}` },
      { inputs, targets, train: part.train, validation: part.validation },
      at,
    )
    const { weights } = training
    const evaluation = evaluate.validation(
      { classes },
      { inputs, targets, indices: part.validation, weights },
      at,
    )
    const name = Object.entries(at)
      .map(([axis, value]) => `${axis}=${value}`)
      .join("+")
    return { name, training, evaluation }
  })

export const namesOf = (cells: ReadonlyArray<Cell>) =>
  cells.map(({ name }) => name) as [string, ...Array<string>]

export const metricsOf = (cells: ReadonlyArray<Cell>) =>
  Object.fromEntries(cells.map(({ name, evaluation }) => [name, evaluation.metrics]))
