// Initial weights of a layer with a kernel and a bias, from its seed; it knows neither kernels nor memory.
import { extend, generator, type Seed } from "../../statistics/random.ts"
import { type AnyLayer, type LayerShape, sizeOf } from "./shape.ts"

/** Values in row-major order by parameter name; `stream` is the seed of (seed, stream). */
export type WeightsRule<L extends AnyLayer> = (
  stream: Seed,
  shape: LayerShape<L>,
) => ReadonlyMap<string, Float32Array>

/**
 * Uniform in ±limit: √(6 / fan in) for "he" (He et al., https://arxiv.org/abs/1502.01852), √(6 / (fan in + fan out))
 * for "glorot" (Glorot and Bengio, https://proceedings.mlr.press/v9/glorot10a.html). Biases are zero.
 */
export const uniformKernel: WeightsRule<AnyLayer & { readonly initializer: "he" | "glorot" }> = (
  stream,
  { layer, name, parameters },
) => {
  const [kernel, bias] = parameters
  const size = sizeOf(kernel!.shape)
  const [inputs, outputs] = kernel!.shape.slice(-2) as [number, number]
  const field = size / (inputs * outputs)
  const fan = layer.initializer === "he" ? field * inputs : field * (inputs + outputs)
  const limit = Math.sqrt(6 / fan)
  const draws = generator(extend(stream, "init", name))
  return new Map([
    [kernel!.name, Float32Array.from({ length: size }, () => (2 * draws.uniform() - 1) * limit)],
    [bias!.name, new Float32Array(outputs)],
  ])
}
