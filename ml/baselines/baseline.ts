// Any baseline by its settings: fitted, asked, and as one file. Knows no stage, and of each kind only where it is.
import * as Schema from "effect/Schema"
import { decodeSafetensors, encodeSafetensors, SafetensorsError } from "../data/safetensors.ts"
import type { Tensors } from "../data/tensor.ts"
import { kNearestNeighbours } from "./k-nearest-neighbours.ts"
import { linearRegression } from "./linear/linear-regression.ts"
import { logisticRegression } from "./logistic/logistic-regression.ts"
import { majority } from "./majority.ts"
import { meanBaseline } from "./mean.ts"
import { columnsOf, scalingIn, scalingTensors, standardized } from "./parts/columns.ts"
import {
  type Baseline,
  BaselineError,
  checkProblem,
  checkRows,
  type Problem,
  type Rows,
} from "./parts/problem.ts"
import { BaselineSettings } from "./settings.ts"
import { decisionTree } from "./tree/decision-tree.ts"

/** A fitted baseline; plain data. */
export interface FittedBaseline {
  readonly settings: BaselineSettings
  /** Numbers of one example. */
  readonly features: number
  /** How many it tells apart; null where it estimates numbers. */
  readonly classes: number | null
  /** What it learned, with `scaling/mean` and `scaling/deviation` where it standardizes. */
  readonly tensors: Tensors
}

const baselines: {
  readonly [T in BaselineSettings["type"]]: Baseline<Extract<BaselineSettings, { type: T }>>
} = {
  majority,
  mean: meanBaseline,
  "linear-regression": linearRegression,
  "logistic-regression": logisticRegression,
  "k-nearest-neighbours": kNearestNeighbours,
  "decision-tree": decisionTree,
}

const baselineOf = ({ type }: BaselineSettings): Baseline<BaselineSettings> =>
  baselines[type] as Baseline<BaselineSettings>

const standardizes = (settings: BaselineSettings): boolean =>
  "standardize" in settings && settings.standardize

/**
 * @throws BaselineError when the examples are not what they should be, this kind tells no classes or estimates no numbers, or there is
 *   no solution
 */
export function fitBaseline(problem: Problem, settings: BaselineSettings): FittedBaseline {
  checkProblem(problem)
  const { rows, classes } = problem
  const task = classes === null ? "numbers" : "classes"
  const { tells, fit } = baselineOf(settings)
  if (!tells.includes(task)) {
    const others = Object.entries(baselines).filter(([, { tells }]) => tells.includes(task))
    throw new BaselineError(
      `"${settings.type}" ${task === "numbers" ? "estimates no numbers" : "tells no classes"}: take ${others.map(([type]) => type).join(", ")}`,
    )
  }
  const columns = standardizes(settings) ? columnsOf(rows) : undefined
  const given = columns === undefined ? problem : { ...problem, rows: standardized(rows, columns) }
  const tensors = { ...fit(given, settings), ...(columns === undefined ? {} : scalingTensors(columns)) }
  return { settings, features: rows.features, classes, tensors }
}

/**
 * What a baseline says of examples: `[rows, classes]` probabilities, row-major, or `[rows]` numbers.
 *
 * @throws BaselineError when the rows have other features than those that it was fitted on
 */
export function predictBaseline(fitted: FittedBaseline, rows: Rows): Float64Array {
  const { settings, features, classes, tensors } = fitted
  checkRows(rows)
  if (rows.features !== features)
    throw new BaselineError(
      `examples have ${rows.features} features, and ${features} where the baseline was fitted`,
    )
  const scaling = scalingIn(tensors)
  const given = scaling === undefined ? rows : standardized(rows, scaling)
  return baselineOf(settings).predict(tensors, given, settings, classes)
}

const Metadata = Schema.Struct({
  settings: Schema.parseJson(BaselineSettings),
  features: Schema.parseJson(Schema.Int.pipe(Schema.positive())),
  classes: Schema.parseJson(Schema.NullOr(Schema.Int.pipe(Schema.positive()))),
})

/** A fitted baseline as safetensors that say what they belong to. */
export const encodeBaseline = ({ tensors, ...described }: FittedBaseline): Uint8Array =>
  encodeSafetensors(tensors, Schema.encodeSync(Metadata)(described))

/** @throws SafetensorsError when the bytes are no baseline that {@link encodeBaseline} wrote */
export function decodeBaseline(bytes: Uint8Array): FittedBaseline {
  const { tensors, metadata } = decodeSafetensors(bytes)
  const described = Schema.decodeUnknownEither(Metadata)(metadata)
  if (described._tag === "Left")
    throw new SafetensorsError("the metadata name no baseline: are these weights of a network?")
  return { ...described.right, tensors }
}
