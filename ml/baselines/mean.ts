// The baseline of numbers that looks at nothing: the mean of each, summed in the order of the examples.
import { type Baseline, countOf, outputsOf } from "./parts/problem.ts"

export interface Mean {
  readonly type: "mean"
}

export const meanBaseline: Baseline<Mean> = {
  tells: ["numbers"],
  fit: (problem) => {
    const { targets } = problem
    const sums = new Float64Array(outputsOf(problem))
    for (let at = 0; at < targets.length; at += 1) sums[at % sums.length]! += targets[at]!
    const count = targets.length / sums.length
    return { mean: { shape: [sums.length], data: sums.map((sum) => sum / count) } }
  },
  predict: ({ mean }, rows) => {
    const { data } = mean!
    return Float64Array.from({ length: countOf(rows) * data.length }, (_, at) => data[at % data.length]!)
  },
}
