// Any baseline by its settings: fitted, asked, and as one file. Knows no stage, and of each kind only where it is.
import * as Schema from "effect/Schema"
import type { Normalization } from "../data/normalization.ts"
import { decodeSafetensors, encodeSafetensors, SafetensorsError } from "../data/safetensors.ts"
import type { Tensors } from "../data/tensor.ts"
import { kNearestNeighbours } from "./k-nearest-neighbours.ts"
import { linearRegression } from "./linear/linear-regression.ts"
import { logisticRegression } from "./logistic/logistic-regression.ts"
import { majority } from "./majority.ts"
import { meanBaseline } from "./mean.ts"
import { standardized } from "./parts/columns.ts"
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
  /** What it learned, with `normalization/mean` and `normalization/deviation` where it sees examples by these. */
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

/**
 * @param normalization of what a network beside it sees too, fitted on the same examples: the baseline keeps it, and sees all by it
 * @throws BaselineError when the examples are not what they should be, this kind tells no classes or estimates no numbers, or there is
 *   no solution
 */
export function fitBaseline(
  problem: Problem,
  settings: BaselineSettings,
  normalization?: Normalization,
): FittedBaseline {
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
  const learned = fit({ ...problem, rows: seen(rows, normalization) }, settings)
  const tensors = { ...learned, ...(normalization === undefined ? {} : normalizationTensors(normalization)) }
  return { settings, features: rows.features, classes, tensors }
}

/**
 * As a network sees them, but in double precision: rounded to single, columns that depend on each other would hardly do so, and linear
 * regression would take the rest for a direction of its own.
 *
 * @throws BaselineError where the normalization is of other channels or features
 */
function seen(rows: Rows, normalization: Normalization | undefined): Rows {
  if (normalization === undefined) return rows
  const [means, deviations] = [normalization.mean, normalization.deviation].map((values) =>
    Float64Array.from(values),
  )
  if (rows.features % means!.length !== 0)
    throw new BaselineError(
      `examples have ${rows.features} features, and the normalization ${means!.length}: fit it on the same examples`,
    )
  return standardized(rows, { means: means!, deviations: deviations! })
}

const normalizationTensors = ({ mean, deviation }: Normalization): Tensors => ({
  "normalization/mean": { shape: [mean.length], data: Float32Array.from(mean) },
  "normalization/deviation": { shape: [deviation.length], data: Float32Array.from(deviation) },
})

function normalizationIn(tensors: Tensors): Normalization | undefined {
  const [mean, deviation] = [tensors["normalization/mean"], tensors["normalization/deviation"]]
  return mean && deviation
    ? { mean: Array.from(mean.data as Float32Array), deviation: Array.from(deviation.data as Float32Array) }
    : undefined
}

/**
 * What a baseline says of examples: `[rows, classes]` probabilities or `[rows, outputs]` numbers, row-major.
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
  return baselineOf(settings).predict(tensors, seen(rows, normalizationIn(tensors)), settings, classes)
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
