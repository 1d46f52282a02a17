/** Optimizers on the kernels, with the state that they keep between steps; they know no layer. */

import type { Arena } from "../kernels/arena.ts"
import type { Parameters } from "../kernels/parameters.ts"
import { at, type Count, type Pointer, stride, VECTOR, type Vectors } from "../kernels/quantities.ts"
import type { Kernels } from "../kernels/signatures.ts"
import type { Optimizer } from "../training/optimizer.ts"

export interface Update {
  /** Blocks laid out like the parameters, by the name under which a state holds them. */
  readonly moments: Readonly<Record<string, Pointer>>
  /** Float64 numbers of the state, by name; changed in place. */
  readonly products: Readonly<Record<string, Float64Array>>
  /** Begins a step at the learning rate times `factor`: the numbers that `apply` takes, once for all parts. */
  begin(factor: number): ReadonlyArray<number>
  /**
   * The step for some parameters, `vectors` vectors from vector `first` on, with the sum of `shards` gradient blocks from
   * `gradients` on.
   */
  apply(given: ArrayLike<number>, gradients: Pointer, shards: Count, first: Vectors, vectors: Vectors): void
}

/** Throws RangeError where a weight decay would turn weights round instead of shrinking them. */
export function planUpdate(
  kernels: Kernels,
  arena: Arena,
  parameters: Parameters,
  optimizer: Optimizer,
): Update {
  const { bytes, weights } = parameters
  const block = stride(bytes)
  const decay = planDecay(kernels, parameters, optimizer)
  if (optimizer.type === "sgd") {
    const velocity = arena.allocate(bytes, "moments")
    const { learningRate, momentum } = optimizer
    return {
      moments: { "sgd/velocity": velocity },
      products: {},
      begin: (factor) => [learningRate * factor],
      apply: ({ 0: rate = 0 }, gradients, shards, first, vectors) => {
        decay(rate, first, vectors)
        const from = first * VECTOR
        // biome-ignore format: one group of arguments a line
        kernels.momentumStep(
          at(weights, from), at(velocity, from), at(gradients, from), shards, block, vectors,
          rate, momentum)
      },
    }
  }
  const mean = arena.allocate(bytes, "moments")
  const square = arena.allocate(bytes, "moments")
  const { learningRate, beta1, beta2, epsilon } = optimizer
  const products = new Float64Array([1, 1])
  return {
    moments: { "adam/first": mean, "adam/second": square },
    products: { "adam/products": products },
    begin: (factor) => {
      const rate = learningRate * factor
      products[0]! *= beta1
      products[1]! *= beta2
      return [rate, rate / (1 - products[0]!), 1 / (1 - products[1]!)]
    },
    apply: ({ 0: rate = 0, 1: corrected = 0, 2: correction = 0 }, gradients, shards, first, vectors) => {
      decay(rate, first, vectors)
      const from = first * VECTOR
      // The kernel's parameters are float32: each argument is rounded on its way in.
      // biome-ignore format: one group of arguments a line
      kernels.adamStep(
        at(weights, from), at(mean, from), at(square, from), at(gradients, from), shards, block, vectors,
        corrected, correction,
        beta1, beta2, 1 - beta1, 1 - beta2, epsilon)
    },
  }
}

/** Kernels are the tensors of more than one axis. */
function planDecay(
  kernels: Kernels,
  { slots, weights }: Parameters,
  { learningRate, weightDecay = 0 }: Optimizer,
): (rate: number, first: Vectors, vectors: Vectors) => void {
  if (weightDecay === 0) return () => {}
  if (!(learningRate * weightDecay < 1))
    throw new RangeError(
      `learning rate ${learningRate} times weight decay ${weightDecay} is not below 1: lower one of them`,
    )
  const decayed = slots
    .filter(({ shape }) => shape.length > 1)
    .map(({ offset, source }) => ({ start: offset / VECTOR, end: (offset + source.length * 4) / VECTOR }))
  return (rate, first, vectors) => {
    for (const { start, end } of decayed) {
      const from = Math.max(start, first)
      const count = Math.min(end, first + vectors) - from
      if (count > 0) kernels.decayWeights(at(weights, from * VECTOR), count, 1 - rate * weightDecay)
    }
  }
}
