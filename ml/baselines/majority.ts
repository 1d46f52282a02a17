// The baseline of classes that looks at nothing: each class with its share of the examples.
import { type Baseline, countOf } from "./parts/problem.ts"

export interface Majority {
  readonly type: "majority"
}

/** Every example gets the shares of the classes as probabilities, so that the most frequent one is said, the lowest of equals. */
export const majority: Baseline<Majority> = {
  tells: ["classes"],
  fit: ({ targets, classes }) => {
    const shares = new Float64Array(classes!)
    for (let row = 0; row < targets.length; row += 1) shares[targets[row]!]! += 1
    return { shares: { shape: [classes!], data: shares.map((count) => count / targets.length) } }
  },
  predict: ({ shares }, rows) => {
    const { data } = shares!
    return Float64Array.from({ length: countOf(rows) * data.length }, (_, at) => data[at % data.length]!)
  },
}
