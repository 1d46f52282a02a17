// What a layer's tensors are before any training, from its seed; it knows no layer in particular, neither kernels nor memory.
import { extend, type Generator, generator, type Seed } from "../../statistics/random.ts"
import { type LayerShape, type ParameterShape, sizeOf } from "./shape.ts"

/** Hands each tensor of the layers to `set`, values in row-major order; `stream` is the seed of (seed, stream). */
export function setInitialWeights(
  stream: Seed,
  layers: ReadonlyArray<LayerShape>,
  set: (parameter: ParameterShape, values: Float32Array) => void,
): void {
  for (const { name, parameters } of layers) {
    const draws = generator(extend(stream, "init", name))
    for (const parameter of parameters) set(parameter, valuesOf(parameter, draws))
  }
}

function valuesOf({ shape, initial }: ParameterShape, draws: Generator): Float32Array {
  const size = sizeOf(shape)
  if (initial === "zeros" || initial === "ones")
    return new Float32Array(size).fill(initial === "zeros" ? 0 : 1)
  const [inputs, outputs] = shape.slice(-2) as [number, number]
  const field = size / (inputs * outputs)
  const fan = initial === "he" ? field * inputs : field * (inputs + outputs)
  const limit = Math.sqrt(6 / fan)
  return Float32Array.from({ length: size }, () => (2 * draws.uniform() - 1) * limit)
}
