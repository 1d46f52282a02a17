// Linear regression, with a ridge if asked: least squares in double precision. Knows nothing of scaling.
import { columnsOf } from "../parts/columns.ts"
import { type Baseline, countOf, type Problem } from "../parts/problem.ts"
import { leastSquares } from "./least-squares.ts"

export interface LinearRegression {
  readonly type: "linear-regression"
  /** λ of λ ‖w‖² beside Σ (y − w·x − b)²; the intercept is free. 0: ordinary least squares. */
  readonly ridge: number
}

/**
 * Means are taken out first, so that the intercept is free of the ridge, which stands as √λ I below the rows (A. E. Hoerl &
 * R. W. Kennard 1970, "Ridge regression", Technometrics 12:55–67). Where features depend on each other and there is no ridge, the
 * shortest of the best weights is taken, as scikit-learn does.
 */
export const linearRegression: Baseline<LinearRegression> = {
  tells: ["numbers"],
  fit: ({ rows, targets }, { ridge }) => {
    const { means } = columnsOf(rows)
    let sum = 0
    for (let row = 0; row < targets.length; row += 1) sum += targets[row]!
    const mean = sum / targets.length
    const weights = solve({ rows, targets, classes: null }, means, mean, ridge)
    let intercept = mean
    for (const [feature, weight] of weights.entries()) intercept -= weight * means[feature]!
    return {
      weights: { shape: [rows.features], data: weights },
      intercept: { shape: [], data: Float64Array.of(intercept) },
    }
  },
  predict: ({ weights, intercept }, { data, features }) => {
    const w = weights!.data
    const estimates = new Float64Array(data.length / features).fill(intercept!.data[0]!)
    for (let at = 0; at < data.length; at += 1)
      estimates[Math.floor(at / features)]! += w[at % features]! * data[at]!
    return estimates
  },
}

function solve({ rows, targets }: Problem, means: Float64Array, mean: number, ridge: number): Float64Array {
  const { data, features } = rows
  const count = countOf(rows)
  const height = count + (ridge > 0 ? features : 0)
  const columns = Array.from({ length: features }, (_, feature) => {
    const column = new Float64Array(height)
    for (let row = 0; row < count; row += 1) column[row] = data[row * features + feature]! - means[feature]!
    if (ridge > 0) column[count + feature] = Math.sqrt(ridge)
    return column
  })
  const b = new Float64Array(height)
  for (let row = 0; row < count; row += 1) b[row] = targets[row]! - mean
  return leastSquares(columns, b)
}
