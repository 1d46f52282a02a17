// Logistic regression of two or more classes, with an L2 penalty. Knows nothing of how its least value is found.
import type { Tensors } from "../../data/tensor.ts"
import { columnsOf, standardized } from "../parts/columns.ts"
import { type Baseline, countOf, type Rows } from "../parts/problem.ts"
import { least } from "./newton.ts"
import { chancesOf, objectiveAt, rowsOfWeights } from "./objective.ts"

export interface LogisticRegression {
  readonly type: "logistic-regression"
  /** The inverse of the penalty, as scikit-learn's C: C Σ −ln p(label) + ½ ‖w‖² is made least; intercepts are free. */
  readonly c: number
}

/**
 * The model of `sklearn.linear_model.LogisticRegression`: of two classes one row of weights, of more a softmax over one a class.
 * It is fitted to convergence (√(dᵀ H d) < 10⁻¹⁰ for the last Newton step d), on features of mean 0 and deviation 1, with the penalty
 * of each weight changed so that the solution is that of the features as they are. A class that no example has gets the
 * probability 0.
 */
export const logisticRegression: Baseline<LogisticRegression> = {
  tells: ["classes"],
  fit: (problem, { c }) => {
    const present = [...new Set(Array.from(problem.targets))].sort((a, b) => a - b)
    if (present.length === 1) return oneClass(present[0]!, problem.rows.features)
    const columns = columnsOf(problem.rows)
    const { data: x, features } = standardized(problem.rows, columns)
    const count = countOf(problem.rows)
    const places = new Map(present.map((label, place) => [label, place]))
    const scaled = {
      x,
      features,
      labels: Uint8Array.from(problem.targets, (label) => places.get(label)!),
      classes: present.length,
      penalty: columns.deviations.map((deviation) => 1 / (c * count * deviation * deviation)),
    }
    const rows = rowsOfWeights(present.length)
    const { at, steps } = least(
      (weights) => objectiveAt(scaled, weights),
      new Float64Array(rows * (features + 1)),
    )
    return tensorsOf(at, { rows, features, present, steps }, columns)
  },
  predict: (fitted, rows, _, classes) => {
    const present = fitted.present!.data
    if (present.length === 1) return spread(new Float64Array(countOf(rows)).fill(1), present, classes!)
    const x = rows.data instanceof Float64Array ? rows.data : Float64Array.from(rows.data)
    const own = chancesOf({ x, features: rows.features, classes: present.length }, joined(fitted, rows))
    return spread(own, present, classes!)
  },
}

/** Weights of the features as they are, from those of the standardized ones. */
function tensorsOf(
  at: Float64Array,
  {
    rows,
    features,
    present,
    steps,
  }: { rows: number; features: number; present: ReadonlyArray<number>; steps: number },
  { means, deviations }: { readonly means: Float64Array; readonly deviations: Float64Array },
): Tensors {
  const weights = new Float64Array(rows * features)
  const intercepts = new Float64Array(rows)
  for (let row = 0; row < rows; row += 1) {
    intercepts[row] = at[row * (features + 1) + features]!
    for (let feature = 0; feature < features; feature += 1) {
      const weight = at[row * (features + 1) + feature]! / deviations[feature]!
      weights[row * features + feature] = weight
      intercepts[row]! -= weight * means[feature]!
    }
  }
  return {
    weights: { shape: [rows, features], data: weights },
    intercepts: { shape: [rows], data: intercepts },
    present: { shape: [present.length], data: Uint8Array.from(present) },
    steps: { shape: [], data: Int32Array.of(steps) },
  }
}

const oneClass = (label: number, features: number): Tensors => ({
  weights: { shape: [0, features], data: new Float64Array() },
  intercepts: { shape: [0], data: new Float64Array() },
  present: { shape: [1], data: Uint8Array.of(label) },
  steps: { shape: [], data: Int32Array.of(0) },
})

/** Rows of weights, each with its intercept behind it. */
function joined({ weights, intercepts }: Tensors, { features }: Rows): Float64Array {
  const values = new Float64Array(intercepts!.data.length * (features + 1))
  for (let row = 0; row < intercepts!.data.length; row += 1) {
    values.set(
      weights!.data.subarray(row * features, (row + 1) * features) as Float64Array,
      row * (features + 1),
    )
    values[row * (features + 1) + features] = intercepts!.data[row]!
  }
  return values
}

/** Chances of the classes that occur, among all. */
function spread(own: Float64Array, present: ArrayLike<number>, classes: number): Float64Array {
  const count = own.length / present.length
  const chances = new Float64Array(count * classes)
  for (let at = 0; at < own.length; at += 1)
    chances[Math.floor(at / present.length) * classes + present[at % present.length]!] = own[at]!
  return chances
}
