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
  /** One an example: class numbers, or numbers to estimate. */
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
  /** `[rows, classes]` probabilities, row-major, or `[rows]` estimates. */
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

/** @throws BaselineError when rows or targets are not what they should be, naming the first row that is wrong */
export function checkProblem({ rows, targets, classes }: Problem): void {
  checkRows(rows)
  if (targets.length !== countOf(rows))
    throw new BaselineError(
      `every example has one target: found ${countOf(rows)} examples and ${targets.length} targets`,
    )
  if (targets.length === 0) throw new BaselineError("a baseline is fitted on at least one example")
  for (let row = 0; row < targets.length; row += 1) {
    const target = targets[row]!
    if (classes === null && !Number.isFinite(target))
      throw new BaselineError(`the target of example ${row} is ${target}, no number to estimate`)
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
