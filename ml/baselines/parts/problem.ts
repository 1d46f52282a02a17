// What a baseline is fitted on and what it gives, and the errors of both; knows no baseline.
import type { Tensors } from "../../data/tensor.ts"

/** Examples as rows of numbers, `data.length / features` of them, row-major. Images are flat rows of their values. */
export interface Rows {
  readonly data: Float32Array | Float64Array | Uint8Array
  /** Numbers of one example. */
  readonly features: number
}

/** What is learned from. */
export interface Problem {
  readonly rows: Rows
  /** One class number an example; or numbers to estimate, as many an example in each, `[rows, outputs]` row-major. */
  readonly targets: ArrayLike<number>
  /** How many classes there are; null where numbers are estimated. */
  readonly classes: number | null
}

/**
 * One kind of baseline. What it learned is named tensors, plain data; `classes` is null where numbers are estimated.
 * Every sum has its order written, and nothing is drawn: the same examples give the same bits.
 */
export interface Baseline<S> {
  /** Whether it tells classes, estimates numbers, or can do either. */
  readonly tells: ReadonlyArray<"classes" | "numbers">
  /** @throws BaselineError when the problem has no solution with these settings */
  fit(problem: Problem, settings: S): Tensors
  /** `[rows, classes]` probabilities or `[rows, outputs]` estimates, row-major. */
  predict(fitted: Tensors, rows: Rows, settings: S, classes: number | null): Float64Array
}

/** Examples or settings with which a baseline cannot be fitted, and what to do. */
export class BaselineError extends Error {
  readonly _tag = "BaselineError"

  constructor(message: string) {
    super(message)
    this.name = "BaselineError"
  }
}

export const countOf = ({ data, features }: Rows): number => data.length / features

/** Of one example: how many chances, or how many estimates. */
export const outputsOf = ({ rows, targets, classes }: Problem): number =>
  classes ?? targets.length / countOf(rows)

/** @throws BaselineError when rows or targets are not what they should be, naming the first row that is wrong */
export function checkProblem({ rows, targets, classes }: Problem): void {
  checkRows(rows)
  if (targets.length === 0) throw new BaselineError("a baseline is fitted on at least one example")
  const width = targets.length / countOf(rows)
  if (classes === null ? !Number.isInteger(width) : width !== 1)
    throw new BaselineError(
      `every example has one class, or as many numbers as all others: found ${countOf(rows)} examples and ${targets.length} targets`,
    )
  for (let at = 0; at < targets.length; at += 1) {
    const target = targets[at]!
    const row = Math.floor(at / width)
    if (classes === null && !Number.isFinite(target))
      throw new BaselineError(`a target of example ${row} is ${target}, no number to estimate`)
    if (classes !== null && !(Number.isInteger(target) && target >= 0 && target < classes))
      throw new BaselineError(
        `the target of example ${row} is ${target}: with ${classes} classes it is 0 to ${classes - 1}`,
      )
  }
}

/** @throws BaselineError when the rows are not whole, or a number is not finite */
export function checkRows({ data, features }: Rows): void {
  if (!(Number.isInteger(features) && features > 0 && data.length % features === 0))
    throw new BaselineError(`${data.length} numbers are no rows of ${features} features`)
  if (data instanceof Uint8Array) return
  const wrong = data.findIndex((value) => !Number.isFinite(value))
  if (wrong >= 0)
    throw new BaselineError(
      `example ${Math.floor(wrong / features)} has ${data[wrong]} as feature ${wrong % features}: fill in or leave out what is missing before`,
    )
}
