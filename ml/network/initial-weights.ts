// All tensors of a network before any training, by name; it knows neither trainers nor kernels.
import type { Tensor, Tensors } from "../data/tensor.ts"
import { setInitialWeights } from "../layers/parts/initial-weights.ts"
import type { Shape } from "../layers/parts/shape.ts"
import type { Seed } from "../statistics/random.ts"
import type { Network } from "./network.ts"
import { shapes } from "./shapes.ts"

/** Those that a training starts with whose seed of (seed, stream) is `stream`; throws ImpossibleNetwork. */
export function initialWeights(network: Network, input: Shape, stream: Seed): Tensors {
  const tensors: Record<string, Tensor> = {}
  setInitialWeights(stream, shapes(network, input), ({ name, shape }, data) => {
    tensors[name] = { shape, data }
  })
  return tensors
}
