/** Optimizers on the kernels, with the state that they keep between steps; they know no layer. */
import type { Kernels } from "../kernels/kernels.ts"
import type { Optimizer } from "../training/optimizer.ts"
import type { Arena } from "./arena.ts"
import type { Parameters } from "./parameters.ts"

export interface Update {
  /** Blocks laid out like the parameters, by the name under which a state holds them. */
  readonly moments: Readonly<Record<string, number>>
  /** Float64 numbers of the state, by name; changed in place. */
  readonly products: Readonly<Record<string, Float64Array>>
  /** Begins a step at the learning rate times `factor`: the numbers that `apply` takes, once for all parts. */
  begin(factor: number): ReadonlyArray<number>
  /**
   * The step for some parameters, `vectors` vectors from vector `first` on, with the sum of `shards` gradient blocks from
   * `gradients` on.
   */
  apply(given: ArrayLike<number>, gradients: number, shards: number, first: number, vectors: number): void
}

/** Throws RangeError where a weight decay would turn weights round instead of shrinking them. */
export function planUpdate(
  kernels: Kernels,
  arena: Arena,
  parameters: Parameters,
  optimizer: Optimizer,
): Update {
  const { bytes, weights } = parameters
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
        const from = first * 16
        // biome-ignore format: one group of arguments a line
        kernels.momentumStep(
          weights + from, velocity + from, gradients + from, shards, bytes, vectors,
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
      const from = first * 16
      // The kernel's parameters are float32: each argument is rounded on its way in.
      // biome-ignore format: one group of arguments a line
      kernels.adamStep(
        weights + from, mean + from, square + from, gradients + from, shards, bytes, vectors,
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
): (rate: number, first: number, vectors: number) => void {
  if (weightDecay === 0) return () => {}
  if (!(learningRate * weightDecay < 1))
    throw new RangeError(
      `learning rate ${learningRate} times weight decay ${weightDecay} is not below 1: lower one of them`,
    )
  const decayed = slots
    .filter(({ shape }) => shape.length > 1)
    .map(({ offset, source }) => ({ start: offset / 16, end: (offset + source.length * 4) / 16 }))
  return (rate, first, vectors) => {
    for (const { start, end } of decayed) {
      const from = Math.max(start, first)
      const count = Math.min(end, first + vectors) - from
      if (count > 0) kernels.decayWeights(weights + from * 16, count, 1 - rate * weightDecay)
    }
  }
}
