/** Initial weights of a layer from its seed; it knows neither kernels nor memory. */

import type { LayerShape } from "../network/shapes.ts"
import { extend, generator, type Seed } from "../statistics/random.ts"

/**
 * Uniform in ±limit: √(6 / fan in) for "he" (He et al., https://arxiv.org/abs/1502.01852), √(6 / (fan in + fan out))
 * for "glorot" (Glorot and Bengio, https://proceedings.mlr.press/v9/glorot10a.html). Biases are zero,
 * as are a batch normalization's shift and mean; its scale and variance are one.
 * `stream` is the seed of (seed, stream). Returns values in row-major order by parameter name.
 */
export function initialWeights(stream: Seed, shape: LayerShape): ReadonlyMap<string, Float32Array> {
  const values = new Map<string, Float32Array>()
  const { layer, parameters } = shape
  if (layer.type === "batch-normalization")
    for (const { name, shape } of parameters)
      values.set(name, new Float32Array(shape[0]!).fill(/\/(scale|variance)$/.test(name) ? 1 : 0))
  if (layer.type !== "conv" && layer.type !== "dense") return values
  const [kernel, bias] = parameters
  const size = kernel!.shape.reduce((a, b) => a * b, 1)
  const [inputs, outputs] = kernel!.shape.slice(-2) as [number, number]
  const field = size / (inputs * outputs)
  const fan = layer.initializer === "he" ? field * inputs : field * (inputs + outputs)
  const limit = Math.sqrt(6 / fan)
  const draws = generator(extend(stream, "init", shape.name))
  values.set(
    kernel!.name,
    Float32Array.from({ length: size }, () => (2 * draws.uniform() - 1) * limit),
  )
  values.set(bias!.name, new Float32Array(outputs))
  return values
}
