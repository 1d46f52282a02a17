// Which weights shrink before an update, and by how much; it knows neither makers nor kernels.
import type { Optimizer } from "./optimizer.ts"

/** λ, 0 where there is none; throws RangeError for one that would turn weights round instead of shrinking them. */
export function decayOf({ learningRate, weightDecay = 0 }: Optimizer): number {
  if (!(learningRate * weightDecay < 1))
    throw new RangeError(
      `learning rate ${learningRate} times weight decay ${weightDecay} is not below 1: lower one of them`,
    )
  return weightDecay
}

/** Kernels are the tensors of more than one axis. */
export const isDecayed = ({ shape }: { readonly shape: ReadonlyArray<number> }): boolean => shape.length > 1
