// Optimizers on the kernels, with the state that they keep between steps; they know no layer.
import type { Arena } from "../kernels/arena.ts"
import type { Parameters } from "../kernels/parameters.ts"
import { at, type Count, type Pointer, VECTOR, type Vectors } from "../kernels/quantities.ts"
import type { Kernels } from "../kernels/signatures.ts"
import type { GradientBlocks } from "../layers/parts/unit.ts"
import { AdamCorrections, type CorrectedRates } from "../training/adam-corrections.ts"
import { decayOf, isDecayed } from "../training/decay.ts"
import type { Adam, Optimizer, Sgd } from "../training/optimizer.ts"
import { ADAM, SGD } from "../training/optimizer-state.ts"

/** The rates of one step; without bias corrections they are the learning rate and 1. */
export interface Rates extends CorrectedRates {
  /** The learning rate itself, times the schedule's factor. */
  readonly rate: number
}

export interface Update {
  /** Blocks laid out like the parameters, by the name under which a state holds them. */
  readonly moments: Readonly<Record<string, Pointer>>
  /** Float64 numbers of the state, by name; changed in place. */
  readonly products: Readonly<Record<string, Float64Array>>
  /** Begins a step at the learning rate times `factor`: the rates that `apply` takes, once for all parts. */
  begin(factor: number): Rates
  /**
   * The step for some parameters, `vectors` vectors from vector `first` on, with the sum of their gradients in `shards` blocks, of
   * which `gradients` says where these vectors' lie.
   */
  apply(rates: Rates, gradients: GradientBlocks, shards: Count, first: Vectors, vectors: Vectors): void
}

export function planUpdate(
  kernels: Kernels,
  arena: Arena,
  parameters: Parameters,
  optimizer: Optimizer,
): Update {
  return optimizer.type === "sgd"
    ? planSgd(kernels, arena, parameters, optimizer)
    : planAdam(kernels, arena, parameters, optimizer)
}

function planSgd(kernels: Kernels, arena: Arena, parameters: Parameters, optimizer: typeof Sgd.Type): Update {
  const { bytes, weights } = parameters
  const { learningRate, momentum } = optimizer
  const decay = planDecay(kernels, parameters, optimizer)
  const velocity = arena.allocate(bytes, "moments")
  return {
    moments: { [SGD.velocity]: velocity },
    products: {},
    begin: (factor) => ({ rate: learningRate * factor, corrected: learningRate * factor, correction: 1 }),
    apply: ({ rate }, gradients, shards, first, vectors) => {
      decay(rate, first, vectors)
      const from = first * VECTOR
      // biome-ignore format: one group of arguments a line
      kernels.momentumStep(
        at(weights, from), at(velocity, from), gradients.first, shards, gradients.stride, vectors,
        rate, momentum)
    },
  }
}

function planAdam(
  kernels: Kernels,
  arena: Arena,
  parameters: Parameters,
  optimizer: typeof Adam.Type,
): Update {
  const { bytes, weights } = parameters
  const { learningRate, beta1, beta2, epsilon } = optimizer
  const decay = planDecay(kernels, parameters, optimizer)
  const mean = arena.allocate(bytes, "moments")
  const square = arena.allocate(bytes, "moments")
  const corrections = new AdamCorrections(optimizer)
  return {
    moments: { [ADAM.first]: mean, [ADAM.second]: square },
    products: { [ADAM.products]: corrections.products },
    begin: (factor) => {
      const rate = learningRate * factor
      return { rate, ...corrections.next(rate) }
    },
    apply: ({ rate, corrected, correction }, gradients, shards, first, vectors) => {
      decay(rate, first, vectors)
      const from = first * VECTOR
      // The kernel's parameters are float32: each argument is rounded on its way in.
      // biome-ignore format: one group of arguments a line
      kernels.adamStep(
        at(weights, from), at(mean, from), at(square, from), gradients.first, shards, gradients.stride, vectors,
        corrected, correction,
        beta1, beta2, 1 - beta1, 1 - beta2, epsilon)
    },
  }
}

function planDecay(
  kernels: Kernels,
  { slots, weights }: Parameters,
  optimizer: Optimizer,
): (rate: number, first: Vectors, vectors: Vectors) => void {
  const weightDecay = decayOf(optimizer)
  if (weightDecay === 0) return () => {}
  const decayed = slots.filter(isDecayed).map(({ offset, source }) => {
    const start = offset / VECTOR
    return { start, end: start + source.length / 4 }
  })
  return (rate, first, vectors) => {
    for (const { start, end } of decayed) {
      const from = Math.max(start, first)
      const count = Math.min(end, first + vectors) - from
      if (count > 0) kernels.decayWeights(at(weights, from * VECTOR), count, 1 - rate * weightDecay)
    }
  }
}
