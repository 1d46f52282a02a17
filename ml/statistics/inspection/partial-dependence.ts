// What a model says on average when one feature is set to a value, over a grid of values; knows nothing of the model.
import { StatisticsError } from "../statistics-error.ts"
import { checkColumn, checkedCount, type FeatureRows } from "./permutation-importance.ts"

export interface DependencePoint {
  /** What the feature is set to, in every row. */
  readonly value: number
  /** The mean of each output over the rows. */
  readonly means: ReadonlyArray<number>
}

/**
 * J. H. Friedman 2001, "Greedy function approximation: a gradient boosting machine", Annals of Statistics 29:1189–1232, section 8.2.
 * Where features go together, a row can be set to what never occurs, and the mean says what the model makes of that.
 *
 * @param rows    examples to take the mean over, and the grid from
 * @param predict outputs of the model on such rows, `[rows, outputs]` row-major
 * @param column  the feature, from 0
 * @param points  at most so many values: quantiles of the feature at equal steps from the least to the greatest, each once
 * @throws StatisticsError when the column does not exist, the rows are not whole, or `points` is below 2
 */
export function partialDependence(
  rows: FeatureRows,
  predict: (rows: FeatureRows) => ArrayLike<number>,
  column: number,
  points: number,
): ReadonlyArray<DependencePoint> {
  const { data, features } = rows
  const count = checkedCount(rows)
  checkColumn(rows, column, `${column}`)
  const values = Float64Array.from({ length: count }, (_, row) => data[row * features + column]!)
  return quantileGrid(values, points).map((value) => {
    const set = data.slice()
    for (let row = 0; row < count; row += 1) set[row * features + column] = value
    const said = predict({ data: set, features })
    const outputs = said.length / count
    const means = Array.from({ length: outputs }, (_, output) => {
      let sum = 0
      for (let row = 0; row < count; row += 1) sum += said[row * outputs + output]!
      return sum / count
    })
    return { value, means }
  })
}

/**
 * Quantiles at 0, 1/(points − 1) … 1, each distinct one once. They are values that occur, the lower of two neighbours, so that a
 * feature of whole numbers is set to whole numbers.
 *
 * @throws StatisticsError when `points` is below 2 or there is no value
 */
export function quantileGrid(values: ArrayLike<number>, points: number): ReadonlyArray<number> {
  if (!Number.isInteger(points) || points < 2)
    throw new StatisticsError(`a grid of quantiles has at least 2 points, found ${points}`)
  if (values.length === 0) throw new StatisticsError("a grid of quantiles is of at least one value")
  const sorted = Float64Array.from(values).sort()
  const at = (point: number) => sorted[Math.floor((point * (sorted.length - 1)) / (points - 1))]!
  return [...new Set(Array.from({ length: points }, (_, point) => at(point)))]
}
