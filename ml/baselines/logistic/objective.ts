// What logistic regression makes least: its value, gradient and curvature at given weights. Knows no way to the least one.
import { exp, log } from "../../statistics/mathematics/elementary.ts"

/** Examples whose features have mean 0, and what is asked of the weights. */
export interface LogisticProblem {
  /** `[examples, features]`, row-major. */
  readonly x: Float64Array
  readonly features: number
  /** Of each example, 0 to classes − 1; each class occurs. */
  readonly labels: Uint8Array
  readonly classes: number
  /** Of each feature: its weight's square counts so much, halved. */
  readonly penalty: Float64Array
}

/** What it is at some weights. */
export interface At {
  readonly value: number
  readonly gradient: Float64Array
  /** The Hessian's product with a direction. */
  readonly product: (direction: Float64Array) => Float64Array
  /** The Hessian's diagonal. */
  readonly diagonal: () => Float64Array
  /** Takes out, in place, the directions along which no chance changes: of a softmax, one vector added to all rows. */
  readonly settle: (vector: Float64Array) => Float64Array
}

/** Of two classes one row of weights is enough: it is of class 1, and that of class 0 is 0. */
export const rowsOfWeights = (classes: number): number => (classes === 2 ? 1 : classes)

/**
 * (1/n) Σ −ln p(label) + ½ Σ penalty · w². Weights are rows of `features` numbers and an intercept, one a class; with two classes
 * p(1) = 1 / (1 + e^−z), with more the softmax of the rows' z (C. M. Bishop, "Pattern recognition and machine learning", section 4.3).
 * Sums go over examples in their order; within one over features, the intercept last.
 */
export function objectiveAt(problem: LogisticProblem, weights: Float64Array): At {
  const { x, features, labels, penalty } = problem
  const [count, rows] = [labels.length, rowsOfWeights(problem.classes)]
  const z = linear(problem, weights)
  const [loss, chances] = [lossOf(z, labels, rows), chancesIn(z, rows)]
  const gradient = new Float64Array(weights.length)
  const residuals = chances.slice()
  for (let at = 0; at < count; at += 1) {
    if (rows > 1) residuals[at * rows + labels[at]!]! -= 1
    else residuals[at]! -= labels[at]!
  }
  accumulate(x, features, residuals, rows, gradient)
  let penalties = 0
  for (let at = 0; at < weights.length; at += 1) {
    const factor = penaltyAt(penalty, features, at)
    penalties += factor * weights[at]! * weights[at]!
    gradient[at] = gradient[at]! / count + factor * weights[at]!
  }
  const settle = (vector: Float64Array) => settled(vector, features + 1, rows)
  return {
    value: loss / count + penalties / 2,
    gradient: settle(gradient),
    product: (direction) => settle(hessianProduct(problem, chances, direction)),
    diagonal: () => hessianDiagonal(problem, chances),
    settle,
  }
}

/** The least value's rows have a sum of 0, but for the intercepts, where the sum is free: 0 is taken, and rounding cannot lead away. */
function settled(vector: Float64Array, width: number, rows: number): Float64Array {
  if (rows === 1) return vector
  for (let at = 0; at < width; at += 1) {
    let sum = 0
    for (let row = 0; row < rows; row += 1) sum += vector[row * width + at]!
    for (let row = 0; row < rows; row += 1) vector[row * width + at]! -= sum / rows
  }
  return vector
}

/** The chance of each class, `[examples, classes]`, for weights that are rows of features and an intercept. */
export function chancesOf(
  problem: Pick<LogisticProblem, "x" | "features" | "classes">,
  weights: Float64Array,
) {
  const rows = rowsOfWeights(problem.classes)
  const own = chancesIn(linear(problem, weights), rows)
  if (rows > 1) return own
  return Float64Array.from({ length: 2 * own.length }, (_, at) =>
    at % 2 === 1 ? own[at >> 1]! : 1 - own[at >> 1]!,
  )
}

const penaltyAt = (penalty: Float64Array, features: number, at: number): number =>
  at % (features + 1) === features ? 0 : penalty[at % (features + 1)]!

/** Each example's product with each row of weights. */
function linear(
  { x, features, classes }: Pick<LogisticProblem, "x" | "features" | "classes">,
  weights: Float64Array,
): Float64Array {
  const [count, rows] = [x.length / features, rowsOfWeights(classes)]
  const z = new Float64Array(count * rows)
  const width = features + 1
  for (let at = 0; at < count; at += 1) {
    const from = at * features
    let row = 0
    for (; row + 4 <= rows; row += 4) {
      const [a, b, c, d] = [row * width, (row + 1) * width, (row + 2) * width, (row + 3) * width]
      let [first, second, third, fourth] = [0, 0, 0, 0]
      for (let feature = 0; feature < features; feature += 1) {
        const value = x[from + feature]!
        first += weights[a + feature]! * value
        second += weights[b + feature]! * value
        third += weights[c + feature]! * value
        fourth += weights[d + feature]! * value
      }
      z[at * rows + row] = first + weights[a + features]!
      z[at * rows + row + 1] = second + weights[b + features]!
      z[at * rows + row + 2] = third + weights[c + features]!
      z[at * rows + row + 3] = fourth + weights[d + features]!
    }
    for (; row < rows; row += 1) {
      const start = row * width
      let sum = 0
      for (let feature = 0; feature < features; feature += 1)
        sum += weights[start + feature]! * x[from + feature]!
      z[at * rows + row] = sum + weights[start + features]!
    }
  }
  return z
}

/** Adds each example's factor of each row, times its features and 1, to the rows of `sums`. */
function accumulate(
  x: Float64Array,
  features: number,
  factors: Float64Array,
  rows: number,
  sums: Float64Array,
): void {
  const count = factors.length / rows
  let at = 0
  for (; at + 4 <= count; at += 4)
    for (let row = 0; row < rows; row += 1) {
      const [f0, f1, f2, f3] = [
        factors[at * rows + row]!,
        factors[(at + 1) * rows + row]!,
        factors[(at + 2) * rows + row]!,
        factors[(at + 3) * rows + row]!,
      ]
      const from = row * (features + 1)
      const [a, b, c, d] = [at * features, (at + 1) * features, (at + 2) * features, (at + 3) * features]
      for (let feature = 0; feature < features; feature += 1)
        sums[from + feature] =
          sums[from + feature]! +
          f0 * x[a + feature]! +
          f1 * x[b + feature]! +
          f2 * x[c + feature]! +
          f3 * x[d + feature]!
      sums[from + features] = sums[from + features]! + f0 + f1 + f2 + f3
    }
  for (; at < count; at += 1)
    for (let row = 0; row < rows; row += 1) {
      const factor = factors[at * rows + row]!
      const from = row * (features + 1)
      for (let feature = 0; feature < features; feature += 1)
        sums[from + feature]! += factor * x[at * features + feature]!
      sums[from + features]! += factor
    }
}

/** Σ −ln p(label), in nats. */
function lossOf(z: Float64Array, labels: Uint8Array, rows: number): number {
  let loss = 0
  for (let at = 0; at < labels.length; at += 1) {
    const from = at * rows
    const [own, most] = [z[from + (rows === 1 ? 0 : labels[at]!)]!, mostOf(z, from, rows)]
    if (rows === 1) loss += log(1 + exp(-Math.abs(own))) + Math.max(own, 0) - labels[at]! * own
    else {
      let sum = 0
      for (let row = 0; row < rows; row += 1) sum += exp(z[from + row]! - most)
      loss += log(sum) - (own - most)
    }
  }
  return loss
}

/** Of one row 1 / (1 + e^−z), of more their softmax. */
function chancesIn(z: Float64Array, rows: number): Float64Array {
  if (rows === 1)
    return z.map((own) => {
      const small = exp(-Math.abs(own))
      return (own >= 0 ? 1 : small) / (1 + small)
    })
  const chances = new Float64Array(z.length)
  for (let from = 0; from < z.length; from += rows) {
    const most = mostOf(z, from, rows)
    let sum = 0
    for (let row = 0; row < rows; row += 1) {
      chances[from + row] = exp(z[from + row]! - most)
      sum += chances[from + row]!
    }
    for (let row = 0; row < rows; row += 1) chances[from + row]! /= sum
  }
  return chances
}

function mostOf(z: Float64Array, from: number, rows: number): number {
  let most = z[from]!
  for (let row = 1; row < rows; row += 1) most = Math.max(most, z[from + row]!)
  return most
}

function hessianProduct(
  problem: LogisticProblem,
  chances: Float64Array,
  direction: Float64Array,
): Float64Array {
  const { x, features, labels, penalty } = problem
  const rows = rowsOfWeights(problem.classes)
  const factors = linear(problem, direction)
  for (let at = 0; at < labels.length; at += 1) {
    const from = at * rows
    let mean = 0
    for (let row = 0; row < rows; row += 1) mean += chances[from + row]! * factors[from + row]!
    for (let row = 0; row < rows; row += 1)
      factors[from + row] = chances[from + row]! * (factors[from + row]! - mean)
  }
  const sums = new Float64Array(direction.length)
  accumulate(x, features, factors, rows, sums)
  for (let at = 0; at < sums.length; at += 1)
    sums[at] = sums[at]! / labels.length + penaltyAt(penalty, features, at) * direction[at]!
  return sums
}

function hessianDiagonal(
  { x, features, labels, classes, penalty }: LogisticProblem,
  chances: Float64Array,
): Float64Array {
  const rows = rowsOfWeights(classes)
  const sums = new Float64Array(rows * (features + 1))
  accumulate(
    x.map((value) => value * value),
    features,
    chances.map((chance) => chance * (1 - chance)),
    rows,
    sums,
  )
  return sums.map((sum, at) => sum / labels.length + penaltyAt(penalty, features, at))
}
