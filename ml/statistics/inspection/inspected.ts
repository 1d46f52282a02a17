// A model's importances and dependences as rows of tables. Knows no model, only how to ask one.
import { partialDependence } from "./partial-dependence.ts"
import {
  checkedCount,
  type FeatureGroup,
  type FeatureRows,
  permutationImportance,
} from "./permutation-importance.ts"
import { type ScoreName, scored } from "./scores.ts"

/** What a model says of rows: `[rows, outputs]`, row-major. */
export type Ask = (rows: FeatureRows) => ArrayLike<number>

/**
 * A row a group of features: the mean drop of the score when it is dealt out anew, the deviation over repeats, and the least and the
 * greatest drop.
 *
 * @throws StatisticsError as {@link permutationImportance} does, or as the score does
 */
export const importanceRows = (
  ask: Ask,
  rows: FeatureRows,
  targets: ArrayLike<number>,
  groups: ReadonlyArray<FeatureGroup>,
  { score, ...settings }: { readonly score: ScoreName; readonly repeats: number; readonly seed: number },
) => {
  const count = checkedCount(rows)
  const scoreOf = (dealt: FeatureRows) => scored(score, targets, ask(dealt), count)
  return permutationImportance(rows, scoreOf, groups, settings).map(
    ({ name, mean, standardDeviation, drops }) => ({
      ...{ feature: name, importance: mean, deviation: standardDeviation },
      ...{ least: drops.reduce((a, b) => Math.min(a, b)), most: drops.reduce((a, b) => Math.max(a, b)) },
      ...{ score, repeats: drops.length },
    }),
  )
}

/**
 * A row a feature, value and output: the mean of the output with the feature set to the value.
 *
 * @param names   of the outputs
 * @throws StatisticsError as {@link partialDependence} does
 */
export const dependenceRows = (
  ask: Ask,
  rows: FeatureRows,
  features: ReadonlyArray<{ readonly name: string; readonly column: number }>,
  { points, outputs }: { readonly points: number; readonly outputs: ReadonlyArray<string> },
) =>
  features.flatMap(({ name, column }) =>
    partialDependence(rows, ask, column, points).flatMap(({ value, means }) =>
      means.map((mean, at) => ({ feature: name, value, output: outputs[at] ?? `output ${at}`, mean })),
    ),
  )
