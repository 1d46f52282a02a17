// A mean and how sure it is, over independent repetitions.
import { studentQuantile } from "./mathematics/student.ts"
import { summary } from "./moments.ts"

export interface MeanInterval {
  readonly mean: number
  /** The 95 % interval by Student's t; null for a single value. */
  readonly low: number | null
  readonly high: number | null
}

/** Of values that are independent of each other, as trainings from different seeds are. */
export function meanInterval(values: ReadonlyArray<number>): MeanInterval {
  const { mean, standardError } = summary(values)
  if (standardError === null) return { mean, low: null, high: null }
  const reach = studentQuantile(0.975, values.length - 1) * standardError
  return { mean, low: mean - reach, high: mean + reach }
}
