// Columns of rows: their means and deviations, and rows with these taken out; knows no model.
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

/** Every value less its mean, divided by its deviation; with fewer of these than features, as of an image's channels, they come round again. */
export function standardized(
  { data, features }: Rows,
  { means, deviations }: Pick<Columns, "means" | "deviations">,
): Rows & { readonly data: Float64Array } {
  const values = new Float64Array(data.length)
  for (let at = 0; at < data.length; at += 1)
    values[at] = (data[at]! - means[at % means.length]!) / deviations[at % means.length]!
  return { data: values, features }
}
