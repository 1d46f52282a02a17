// Newton's method by conjugate gradients, for what is convex and smooth. Knows nothing of what is made least.
import { BaselineError } from "../parts/problem.ts"
import type { At } from "./objective.ts"

/** Half a Newton step's promise, below which the least value is reached: its square root is the step's length in the curvature's measure. */
const REACHED = 1e-20
const MOST_STEPS = 200
const HALVINGS = 60
/** What the value may rise by rounding alone, as a share of it. */
const ROUNDING = 1e-14

export interface Found {
  readonly at: Float64Array
  /** Newton steps. */
  readonly steps: number
}

/**
 * From `start` to the least value: steps solve Hessian · d = −gradient by conjugate gradients, preconditioned by the Hessian's
 * diagonal, and are halved until the value falls (J. Nocedal & S. J. Wright, "Numerical optimization", section 7.1). Ends when a step
 * d promises less than 10⁻²⁰: √(dᵀ H d) < 10⁻¹⁰.
 *
 * @throws BaselineError when that is not reached in 200 steps
 */
export function least(objective: (weights: Float64Array) => At, start: Float64Array): Found {
  let weights = start
  let here = objective(weights)
  for (let steps = 0; steps < MOST_STEPS; steps += 1) {
    const direction = newtonStep(here)
    const promise = -dot(here.gradient, direction)
    const next = halved(objective, weights, here, direction, promise)
    if (next === undefined) {
      if (promise < REACHED) return { at: weights, steps }
      break
    }
    ;[weights, here] = [next.weights, next.here]
    if (promise < REACHED) return { at: weights, steps: steps + 1 }
  }
  throw new BaselineError(
    "logistic regression did not converge: its features differ too much in scale, or C is too large for classes that can be told apart; standardize, or lower C",
  )
}

/** The first of d, d/2, d/4 … after which the value is low enough; rounding apart, as near the least value it tells no more. */
function halved(
  objective: (weights: Float64Array) => At,
  weights: Float64Array,
  here: At,
  direction: Float64Array,
  promise: number,
) {
  for (let [size, halvings] = [1, 0]; halvings < HALVINGS; size /= 2, halvings += 1) {
    const tried = weights.map((weight, at) => weight + size * direction[at]!)
    const there = objective(tried)
    if (there.value <= here.value - 1e-4 * size * promise + ROUNDING * Math.abs(here.value))
      return { weights: tried, here: there }
  }
  return undefined
}

/** H⁻¹ · −gradient, as precisely as the gradient is worth: more so, the nearer to the least value. */
function newtonStep({ gradient, product, diagonal, settle }: At): Float64Array {
  const inverse = diagonal().map((value) => (value > 0 ? 1 / value : 1))
  const step = new Float64Array(gradient.length)
  const residual = gradient.map((value) => -value)
  let scaled = settle(residual.map((value, at) => value * inverse[at]!))
  const direction = scaled.slice()
  let size = dot(residual, scaled)
  const enough = size * Math.min(0.01, Math.max(size, 1e-12))
  for (let round = 0; round < 20 * gradient.length + 100 && size > enough; round += 1) {
    const along = product(direction)
    const curvature = dot(direction, along)
    if (!(curvature > 0)) break
    const length = size / curvature
    for (let at = 0; at < step.length; at += 1) {
      step[at]! += length * direction[at]!
      residual[at]! -= length * along[at]!
    }
    scaled = settle(residual.map((value, at) => value * inverse[at]!))
    const before = size
    size = dot(residual, scaled)
    for (let at = 0; at < step.length; at += 1) direction[at] = scaled[at]! + (size / before) * direction[at]!
  }
  return step
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let at = 0; at < a.length; at += 1) sum += a[at]! * b[at]!
  return sum
}
