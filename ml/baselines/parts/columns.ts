// Columns of rows: their means and deviations, and rows with these taken out; knows no model.
import type { Tensors } from "../../data/tensor.ts"
import { countOf, type Rows } from "./problem.ts"

export interface Columns {
  /** Of each feature, summed in the order of the rows; the value itself where there is but one. */
  readonly means: Float64Array
  /** √(Σ(x − mean)² / n) of each; 1 where the feature never varies, so that it can be divided by. */
  readonly deviations: Float64Array
  /** Whether a feature varies at all. */
  readonly varies: Uint8Array
}

export function columnsOf(rows: Rows): Columns {
  const { data, features } = rows
  const count = countOf(rows)
  const [means, deviations, varies] = [
    new Float64Array(features),
    new Float64Array(features),
    new Uint8Array(features),
  ]
  for (let at = 0; at < data.length; at += 1) {
    const feature = at % features
    means[feature]! += data[at]!
    if (data[at] !== data[feature]) varies[feature] = 1
  }
  for (let feature = 0; feature < features; feature += 1)
    means[feature] = varies[feature] === 1 ? means[feature]! / count : data[feature]!
  for (let at = 0; at < data.length; at += 1) {
    const difference = data[at]! - means[at % features]!
    deviations[at % features]! += difference * difference
  }
  for (let feature = 0; feature < features; feature += 1)
    deviations[feature] = varies[feature] === 1 ? Math.sqrt(deviations[feature]! / count) : 1
  return { means, deviations, varies }
}

/** Every value less its feature's mean, divided by its deviation. */
export function standardized(
  { data, features }: Rows,
  { means, deviations }: Pick<Columns, "means" | "deviations">,
): Rows & { readonly data: Float64Array } {
  const values = new Float64Array(data.length)
  for (let at = 0; at < data.length; at += 1)
    values[at] = (data[at]! - means[at % features]!) / deviations[at % features]!
  return { data: values, features }
}

/** As a fitted baseline carries them. */
export const scalingTensors = ({ means, deviations }: Columns): Tensors => ({
  "scaling/mean": { shape: [means.length], data: means },
  "scaling/deviation": { shape: [means.length], data: deviations },
})

/** What {@link scalingTensors} gave; undefined where the rows were taken as they are. */
export function scalingIn(tensors: Tensors): Pick<Columns, "means" | "deviations"> | undefined {
  const [means, deviations] = [tensors["scaling/mean"], tensors["scaling/deviation"]]
  return means && deviations
    ? { means: means.data as Float64Array, deviations: deviations.data as Float64Array }
    : undefined
}
