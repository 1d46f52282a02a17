// What scikit-learn is asked: its tables and drawn ones, each fold of them with each of several settings. Knows no law.
import { fitBaseline, predictBaseline } from "../../../../ml/baselines/baseline.ts"
import { type BaselineSettingsEncoded, baselineSettings } from "../../../../ml/baselines/settings.ts"
import { everyIndex } from "../../../../ml/data/indices.ts"
import { kFold } from "../../../../ml/data/k-fold.ts"
import { fitNormalization } from "../../../../ml/data/normalization.ts"
import { generator, permutation, seedOf } from "../../../../ml/statistics/random.ts"
import type { FitTask, MeasureTask, RegressionTask, Table } from "./scikit-learn.ts"

const FOLDS = 3
const SEED = Number(process.env.REFOLD_TEST_SEED ?? 1)

/** How many classes a table has; null where its targets are numbers. */
const classesOf: Readonly<Record<string, number | null>> = {
  ...{ iris: 3, wine: 3, breast_cancer: 2, digits: 10, drawn: 3, diabetes: null, dependent: null },
}
export const TABLES = Object.keys(classesOf)

/** Two more: continuous features, of which no two part examples alike by chance; and columns that depend on each other. */
export function withDrawn(tables: Readonly<Record<string, Table>>): Readonly<Record<string, Table>> {
  const draws = generator(seedOf(SEED, "drawn"))
  const features = 6
  const x = Array.from({ length: 900 * features }, () => draws.uniform() + draws.uniform())
  const y = Array.from({ length: 900 }, (_, row) => {
    const [a, b, c] = x.slice(row * features)
    return Math.min(2, Math.floor(a! * b! + 0.5 * c! * draws.uniform()))
  })
  const { diabetes } = tables
  // A column twice, the sum of two, a constant.
  const dependent = diabetes!.y.flatMap((_, row) => {
    const own = diabetes!.x
      .slice(row * diabetes!.features, (row + 1) * diabetes!.features)
      .map((value) => Math.round(value * 4096) / 64)
    return [...own, own[0]!, own[2]! + own[3]!, 7]
  })
  return {
    ...tables,
    drawn: { features, x, y },
    dependent: { ...diabetes!, features: diabetes!.features + 3, x: dependent },
  }
}

/** Each fold of some tables with each of some settings, on features as they are and, where asked, standardized. */
export const tasksOf = (
  tables: Readonly<Record<string, Table>>,
  names: ReadonlyArray<string>,
  all: ReadonlyArray<BaselineSettingsEncoded>,
  scaled: ReadonlyArray<boolean> = [false],
): ReadonlyArray<FitTask> =>
  names.flatMap((table) => {
    const classes = classesOf[table]!
    const { y } = tables[table]!
    const strata = classes === null ? new Uint8Array(y.length) : Uint8Array.from(y)
    const folds = kFold(strata, FOLDS, generator(seedOf(SEED, table)))
    return all.flatMap((settings) =>
      scaled.flatMap((standardize) =>
        folds.map(({ train, validation }) => ({
          ...{ table, classes, settings: baselineSettings(settings), standardize },
          ...{ train: [...train], validation: [...validation] },
        })),
      ),
    )
  })

export const rowsOf = ({ x, features }: Table, rows: ReadonlyArray<number>) => ({
  features,
  data: Float32Array.from(rows.flatMap((row) => x.slice(row * features, (row + 1) * features))),
})

/** What ours makes of a task. */
export function fitted({ train, validation, classes, settings, standardize }: FitTask, table: Table) {
  const targets = train.map((row) => table.y[row]!)
  const rows = rowsOf(table, train)
  const known = { shape: [rows.features] as const, inputs: rows.data }
  const normalization = standardize ? fitNormalization(known, everyIndex(train.length)) : undefined
  const fitted = fitBaseline({ rows, targets, classes }, settings, normalization)
  return { fitted, said: predictBaseline(fitted, rowsOf(table, validation)) }
}

/** Probabilities of few levels and of many, with targets that do not quite follow them. */
export function measureTasks(): ReadonlyArray<MeasureTask> {
  const draws = generator(seedOf(SEED, "metrics"))
  return [2, 5, 10, 1000, 1000].map((levels, at) => {
    const size = at === 4 ? 5000 : 300
    const probabilities = Array.from({ length: size }, () =>
      Math.fround((draws.below(levels) + 0.4) / levels),
    )
    const targets = probabilities.map((p) => (draws.uniform() < p * p ? 1 : 0))
    return { targets, probabilities, bins: 5 + at }
  })
}

export function regressionTasks(): ReadonlyArray<RegressionTask> {
  const draws = generator(seedOf(SEED, "regression"))
  const targets = [...permutation(200, draws)]
  return [{ targets, estimates: targets.map((value) => value + 20 * draws.uniform()) }]
}
