// A random case as a network with weights, and an image for it.
import type { Tensors } from "../../../ml/data/tensor.ts"
import { sizeOf } from "../../../ml/layers/parts/shape.ts"
import { shapes } from "../../../ml/network/shapes.ts"
import type { TrainedNetwork } from "../../../ml/network/weights.ts"
import { generator, seedOf } from "../../../ml/statistics/random.ts"
import type { Case } from "./harness.ts"
import { arraysFor } from "./random-networks.ts"

export function drawnNetwork(example: Case): TrainedNetwork {
  const { network, inputShape } = example
  const { weights } = arraysFor(example)
  const tensors: Tensors = Object.fromEntries(
    shapes(network, inputShape)
      .flatMap(({ parameters }) => parameters)
      .map(({ name, shape }) => [name, { shape, data: weights[name]! }]),
  )
  return { network, inputShape, weights: tensors }
}

/** Bytes of one image. */
export function drawnImage({ inputShape, seed }: Case): Uint8Array {
  const draws = generator(seedOf(seed, "pixels"))
  return Uint8Array.from({ length: sizeOf(inputShape) }, () => draws.below(256))
}
