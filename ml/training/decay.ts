// Which weights shrink before an update, and by how much; it knows neither makers nor kernels.
import type { Optimizer } from "./optimizer.ts"

/** λ, 0 where there is none. */
export const decayOf = ({ weightDecay = 0 }: Optimizer): number => weightDecay

/** Throws RangeError for a decay that would turn weights round instead of shrinking them. */
export function checkDecay(optimizer: Optimizer): void {
  const weightDecay = decayOf(optimizer)
  if (weightDecay === 0) return
  const { learningRate } = optimizer
  if (learningRate * weightDecay < 1) return
  throw new RangeError(
    `learning rate ${learningRate} times weight decay ${weightDecay} is not below 1: lower one of them`,
  )
}

/** Kernels are the tensors of more than one axis. */
export const isDecayed = ({ shape }: { readonly shape: ReadonlyArray<number> }): boolean => shape.length > 1
