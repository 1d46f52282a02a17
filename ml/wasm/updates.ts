/** Optimizers on the kernels, with the state that they keep between steps; they know no layer. */
import type { Kernels } from "../kernels/kernels.ts"
import type { Optimizer } from "../optimizer.ts"
import type { Arena } from "./arena.ts"
import type { Parameters } from "./parameters.ts"

export interface Update {
  /** Blocks laid out like the parameters, by the name under which a state holds them. */
  readonly moments: Readonly<Record<string, number>>
  /** Float64 numbers of the state, by name; changed in place. */
  readonly products: Readonly<Record<string, Float64Array>>
  /**
   * One step with the sum of `shards` gradient blocks from `gradients` on, at the learning rate times `factor`.
   */
  apply(gradients: number, shards: number, factor: number): void
}

/** Throws RangeError where a weight decay would turn weights round instead of shrinking them. */
export function planUpdate(
  kernels: Kernels,
  arena: Arena,
  parameters: Parameters,
  optimizer: Optimizer,
): Update {
  const { bytes, weights } = parameters
  const vectors = bytes / 16
  const decay = planDecay(kernels, parameters, optimizer)
  if (optimizer.type === "sgd") {
    const velocity = arena.allocate(bytes, "moments")
    const { learningRate, momentum } = optimizer
    return {
      moments: { "sgd/velocity": velocity },
      products: {},
      apply: (gradients, shards, factor) => {
        const rate = learningRate * factor
        decay(rate)
        kernels.momentumStep(weights, velocity, gradients, shards, bytes, vectors, rate, momentum)
      },
    }
  }
  const first = arena.allocate(bytes, "moments")
  const second = arena.allocate(bytes, "moments")
  const { learningRate, beta1, beta2, epsilon } = optimizer
  const products = new Float64Array([1, 1])
  return {
    moments: { "adam/first": first, "adam/second": second },
    products: { "adam/products": products },
    apply: (gradients, shards, factor) => {
      const rate = learningRate * factor
      decay(rate)
      products[0]! *= beta1
      products[1]! *= beta2
      // The kernel's parameters are float32: each argument is rounded on its way in.
      // biome-ignore format: one group of arguments a line
      kernels.adamStep(
        weights, first, second, gradients, shards, bytes, vectors,
        rate / (1 - products[0]!), 1 / (1 - products[1]!),
        beta1, beta2, 1 - beta1, 1 - beta2, epsilon)
    },
  }
}

/** Kernels are the tensors of more than one axis. */
function planDecay(
  kernels: Kernels,
  { slots, weights }: Parameters,
  { learningRate, weightDecay = 0 }: Optimizer,
): (rate: number) => void {
  if (weightDecay === 0) return () => {}
  if (!(learningRate * weightDecay < 1))
    throw new RangeError(
      `learning rate ${learningRate} times weight decay ${weightDecay} is not below 1: lower one of them`,
    )
  const decayed = slots.filter(({ shape }) => shape.length > 1)
  return (rate) => {
    for (const { offset, source } of decayed)
      kernels.decayWeights(weights + offset, source.length / 4, 1 - rate * weightDecay)
  }
}
