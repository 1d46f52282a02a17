// The layers of docs/numerics.md that work value by value or channel by channel, in plain TypeScript.
import type { Activation } from "../../../ml/layers/activation.ts"
import { exp } from "../../../ml/statistics/mathematics/elementary.ts"
import { freshKernels } from "./harness.ts"

const f = Math.fround

export type Values = Float32Array
export type Weights = Readonly<Record<string, Values>>

export interface Pass {
  readonly output: Values
  /** The gradient of the layer's input; parameters' gradients go into `into`. */
  backward(g: Values, into: Record<string, Values>): Values
  /** Those of the maps that it takes besides; left out, each gets the gradient of its output. */
  toTaken?(g: Values): ReadonlyArray<Values>
}

export function batchNormalization(
  name: string,
  epsilon: number,
  channels: number,
  x: Values,
  weights: Weights,
  training: boolean,
): Pass {
  const [scale, shift] = [weights[`${name}/scale`]!, weights[`${name}/shift`]!]
  const n = x.length / channels
  /** Σ of a float64 over the entries of a channel, in order. */
  const sums = (of: (i: number, c: number) => number): Float64Array => {
    const all = new Float64Array(channels)
    for (let i = 0; i < x.length; i++) all[i % channels]! += of(i, i % channels)
    return all
  }
  const mean = training
    ? Float32Array.from(
        sums((i) => x[i]!),
        (sum) => sum / n,
      )
    : weights[`${name}/mean`]!
  const variance = training
    ? Float32Array.from(
        sums((i, c) => (x[i]! - mean[c]!) * (x[i]! - mean[c]!)),
        (sum) => sum / n,
      )
    : weights[`${name}/variance`]!
  const inverse = variance.map((v) => 1 / Math.sqrt(v + epsilon))
  const normal = x.map((value, i) => f(value - mean[i % channels]!) * inverse[i % channels]!)
  return {
    output: normal.map((value, i) => f(value * scale[i % channels]!) + shift[i % channels]!),
    backward: (g, into) => {
      const [shifts, scales] = [sums((i) => g[i]!), sums((i) => g[i]! * normal[i]!)]
      into[`${name}/scale`] = Float32Array.from(scales)
      into[`${name}/shift`] = Float32Array.from(shifts)
      into[`${name}/mean`] = into[`${name}/variance`] = new Float32Array(channels)
      return g.map((value, i) => {
        const c = i % channels
        const shared = f(f(shifts[c]! / n) + f(normal[i]! * f(scales[c]! / n)))
        return f(scale[c]! * inverse[c]!) * f(value - shared)
      })
    },
  }
}

const relu = (x: Values): Pass => ({
  output: x.map((value) => (value < 0 ? 0 : value)),
  backward: (g) => g.map((value, i) => (x[i]! > 0 ? value : 0)),
})

const leakyRelu = (x: Values, slope = 0.01): Pass => {
  const leak = f(slope)
  return {
    output: x.map((value) => (value < 0 ? leak * value : value)),
    backward: (g) => g.map((value, i) => (x[i]! > 0 ? value : leak * value)),
  }
}

const curves: { readonly [K in Activation["kind"]]: (x: Values, slope?: number) => Pass } = {
  relu,
  tanh,
  sigmoid,
  "leaky-relu": leakyRelu,
}

export const activation = ({ kind, slope }: Activation, x: Values): Pass => curves[kind](x, slope)

/** exp is AssemblyScript's, of the module that holds nothing but such functions. */
function sigmoid(x: Values): Pass {
  const output = x.map((value) => 1 / (1 + exp(-value)))
  return { output, backward: (g) => g.map((value, i) => f(value * f(output[i]! * f(1 - output[i]!)))) }
}

/** The curve itself is the kernel's own; what is checked here is the slope. */
function tanh(x: Values): Pass {
  const { kernels, arena } = freshKernels()
  const padded = Math.ceil(x.length / 4) * 4
  const at = arena.allocate(padded * 4)
  arena.floats(at, x.length).set(x)
  kernels.tanhForward(at, at, padded / 4)
  const output = arena.floats(at, x.length).slice()
  return { output, backward: (g) => g.map((value, i) => f(value * f(1 - f(output[i]! * output[i]!)))) }
}
