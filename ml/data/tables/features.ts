// Columns as features: numbers, missing ones filled in by what the part to train on says, and categories one-hot. It reads no cells.
import type { ArrayOf } from "../arrays/array.ts"
import { TableError } from "./cells.ts"

export type Feature =
  | {
      readonly type: "number"
      readonly name: string
      /** By row; NaN where missing. */
      readonly values: Float64Array
      readonly fill: "mean" | "median" | null
    }
  | {
      readonly type: "category"
      readonly name: string
      readonly categories: ReadonlyArray<string>
      /** By row, places among the categories; -1 where missing. */
      readonly codes: Int32Array
      /** Whether missing is a category of its own, the last. */
      readonly hasOwn: boolean
    }

/** A feature's columns in the array of inputs: `age`, or `colour=red`, `colour=blue` and perhaps `colour=(missing)`. */
export const featureNames = (features: ReadonlyArray<Feature>): ReadonlyArray<string> =>
  features.flatMap((feature) => {
    if (feature.type === "number") return [feature.name]
    const own = feature.hasOwn ? ["(missing)"] : []
    return [...feature.categories, ...own].map((category) => `${feature.name}=${category}`)
  })

/**
 * What missing numbers become, by the rows that are trained on: their mean, summed in the order of rows in 64 bits, or their
 * median, of an even count the mean of the two in the middle; rounded to 32 bits.
 *
 * @returns by the name of a feature, those that are filled
 * @throws TableError for one that is missing in every such row
 */
export function fittedFills(
  features: ReadonlyArray<Feature>,
  train: Uint32Array,
): Readonly<Record<string, number>> {
  const fills: Record<string, number> = {}
  for (const feature of features) {
    if (feature.type !== "number" || feature.fill === null) continue
    const known = Array.from(train, (row) => feature.values[row]!).filter((value) => !Number.isNaN(value))
    if (known.length === 0)
      throw new TableError(
        `column "${feature.name}" is missing in every row to train on: there is no ${feature.fill} to fill it with; leave it out`,
      )
    fills[feature.name] = Math.fround(feature.fill === "mean" ? meanOf(known) : medianOf(known))
  }
  return fills
}

/** Of the rows given, in their order, `[rows, features]` in floats of 32 bits. */
export function encodedFeatures(
  features: ReadonlyArray<Feature>,
  rows: Uint32Array,
  fills: Readonly<Record<string, number>>,
): ArrayOf {
  const width = featureNames(features).length
  const data = new Float32Array(rows.length * width)
  let column = 0
  for (const feature of features) {
    for (const [at, row] of rows.entries()) {
      if (feature.type === "number") {
        const value = feature.values[row]!
        data[at * width + column] = Number.isNaN(value) ? fills[feature.name]! : value
      } else {
        const code = feature.codes[row]!
        data[at * width + column + (code < 0 ? feature.categories.length : code)] = 1
      }
    }
    column += feature.type === "number" ? 1 : feature.categories.length + (feature.hasOwn ? 1 : 0)
  }
  return { shape: [rows.length, width], data }
}

const meanOf = (values: ReadonlyArray<number>): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

function medianOf(values: ReadonlyArray<number>): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
