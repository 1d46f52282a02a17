// Initial weights of any layer, by its own rule; it knows neither kernels nor memory.
import type { WeightsRule } from "../layers/parts/initial-weights.ts"
import type { LayerShape } from "../layers/parts/shape.ts"
import { type Layer, weightsRules } from "../layers/table.ts"
import type { Seed } from "../statistics/random.ts"

/** Values in row-major order by parameter name; `stream` is the seed of (seed, stream). */
export function initialWeights(stream: Seed, shape: LayerShape<Layer>): ReadonlyMap<string, Float32Array> {
  const rule = weightsRules[shape.layer.type] as WeightsRule<Layer> | undefined
  return rule === undefined ? new Map() : rule(stream, shape)
}
