// Linear regression, with a ridge if asked: least squares in double precision. Knows nothing of scaling.
import { columnsOf } from "../parts/columns.ts"
import { type Baseline, countOf, outputsOf, type Problem } from "../parts/problem.ts"
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
  fit: (problem, { ridge }) => {
    const { rows, targets } = problem
    const outputs = outputsOf(problem)
    const { means } = columnsOf(rows)
    const sums = new Float64Array(outputs)
    for (let at = 0; at < targets.length; at += 1) sums[at % outputs]! += targets[at]!
    const centres = sums.map((sum) => sum / countOf(rows))
    const weights = new Float64Array(outputs * rows.features)
    const intercepts = centres.slice()
    for (const [output, own] of solve(problem, means, centres, ridge).entries()) {
      weights.set(own, output * rows.features)
      for (const [feature, weight] of own.entries()) intercepts[output]! -= weight * means[feature]!
    }
    return {
      weights: { shape: [outputs, rows.features], data: weights },
      intercepts: { shape: [outputs], data: intercepts },
    }
  },
  predict: ({ weights, intercepts }, { data, features }) => {
    const [w, b] = [weights!.data, intercepts!.data]
    const estimates = new Float64Array((data.length / features) * b.length)
    for (let at = 0; at < estimates.length; at += 1) {
      const [row, output] = [Math.floor(at / b.length), at % b.length]
      let sum = b[output]!
      for (let feature = 0; feature < features; feature += 1)
        sum += w[output * features + feature]! * data[row * features + feature]!
      estimates[at] = sum
    }
    return estimates
  },
}

/** Weights of each output. */
function solve({ rows, targets }: Problem, means: Float64Array, centres: Float64Array, ridge: number) {
  const { data, features } = rows
  const count = countOf(rows)
  const height = count + (ridge > 0 ? features : 0)
  const columns = Array.from({ length: features }, (_, feature) => {
    const column = new Float64Array(height)
    for (let row = 0; row < count; row += 1) column[row] = data[row * features + feature]! - means[feature]!
    if (ridge > 0) column[count + feature] = Math.sqrt(ridge)
    return column
  })
  const sides = Array.from(centres, (centre, output) => {
    const b = new Float64Array(height)
    for (let row = 0; row < count; row += 1) b[row] = targets[row * centres.length + output]! - centre
    return b
  })
  return leastSquares(columns, sides)
}
