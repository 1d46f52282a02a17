// The baseline of numbers that looks at nothing: their mean, summed in the order of the examples.
import { type Baseline, countOf } from "./parts/problem.ts"

export interface Mean {
  readonly type: "mean"
}

export const meanBaseline: Baseline<Mean> = {
  tells: ["numbers"],
  fit: ({ targets }) => {
    let sum = 0
    for (let row = 0; row < targets.length; row += 1) sum += targets[row]!
    return { mean: { shape: [], data: Float64Array.of(sum / targets.length) } }
  },
  predict: ({ mean }, rows) => new Float64Array(countOf(rows)).fill(mean!.data[0]!),
}
