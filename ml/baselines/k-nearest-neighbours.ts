// The k nearest neighbours: classes by vote, numbers by mean. Knows nothing of scaling, on which distances rest.
import { type Baseline, BaselineError, countOf, outputsOf, type Rows } from "./parts/problem.ts"

export interface KNearestNeighbours {
  readonly type: "k-nearest-neighbours"
  readonly k: number
}

/**
 * Nearest by Euclid's distance, summed over features in their order; of equally near examples the ones that come first are
 * neighbours. A class's probability is its share of the neighbours (T. M. Cover & P. E. Hart 1967, "Nearest neighbor pattern
 * classification", IEEE Trans. Inf. Theory 13:21–27); a number is the mean of theirs, the nearest first. What is fitted is the examples.
 */
export const kNearestNeighbours: Baseline<KNearestNeighbours> = {
  tells: ["classes", "numbers"],
  fit: (problem, { k }) => {
    const { rows, targets, classes } = problem
    const count = countOf(rows)
    if (k > count)
      throw new BaselineError(
        `there are ${count} examples to be neighbours: take a k of at most ${count}, not ${k}`,
      )
    return {
      examples: { shape: [count, rows.features], data: rows.data },
      targets: {
        shape: classes === null ? [count, outputsOf(problem)] : [count],
        data: Float64Array.from(targets),
      },
    }
  },
  predict: ({ examples, targets }, rows, { k }, classes) => {
    const known = { data: examples!.data as Rows["data"], features: rows.features }
    const count = countOf(rows)
    const outputs = classes ?? targets!.shape[1]!
    const said = new Float64Array(count * outputs)
    for (let row = 0; row < count; row += 1) {
      const from = row * rows.features
      const near = nearest(rows.data.subarray(from, from + rows.features), known, k)
      if (classes === null) {
        for (let output = 0; output < outputs; output += 1) {
          let sum = 0
          for (const neighbour of near) sum += targets!.data[neighbour * outputs + output]!
          said[row * outputs + output] = sum / k
        }
      } else {
        for (const neighbour of near) said[row * classes + targets!.data[neighbour]!]! += 1
        for (let label = 0; label < classes; label += 1) said[row * classes + label]! /= k
      }
    }
    return said
  },
}

/** Features that are added up before one asks whether an example is already too far. */
const BLOCK = 16

/** Which examples are nearest, the nearest first, of equals the first one first. */
function nearest(row: Rows["data"], { data, features }: Rows, k: number): ReadonlyArray<number> {
  const near: Array<number> = []
  const distances: Array<number> = []
  const count = data.length / features
  for (let example = 0; example < count; example += 1) {
    const worst = near.length < k ? Number.POSITIVE_INFINITY : distances[k - 1]!
    const from = example * features
    let squares = 0
    for (let feature = 0; feature < features && squares < worst; ) {
      const end = Math.min(features, feature + BLOCK)
      for (; feature < end; feature += 1) {
        const difference = row[feature]! - data[from + feature]!
        squares += difference * difference
      }
    }
    if (!(squares < worst)) continue
    let place = near.length
    while (place > 0 && distances[place - 1]! > squares) place -= 1
    near.splice(place, 0, example)
    distances.splice(place, 0, squares)
    if (near.length > k) {
      near.pop()
      distances.pop()
    }
  }
  return near
}
