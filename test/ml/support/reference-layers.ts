// More layers of docs/numerics.md in plain TypeScript: depth-wise convolution, layer normalization.
import type { LayerShape } from "../../../ml/layers/parts/shape.ts"
import { extentOf, strideOf } from "../../../ml/layers/parts/windows.ts"
import type { LayerOf } from "../../../ml/layers/table.ts"
import type { Pass, Values, Weights } from "./reference-elementwise.ts"

const f = Math.fround
const madd = (sum: number, a: number, b: number): number => f(sum + f(a * b))

export function depthwise(
  rows: number,
  { layer, name, input, output, margins }: LayerShape<LayerOf<"depthwise-conv">>,
  x: Values,
  weights: Weights,
): Pass {
  const [h, w, channels] = input as readonly [number, number, number]
  const [oh, ow] = output as readonly [number, number, number]
  const [kh, kw] = extentOf(layer.kernel)
  const [sy, sx] = strideOf(layer)
  const [kernel, bias] = [weights[`${name}/kernel`]!, weights[`${name}/bias`]!]
  /** For each output in order: its channel, and the terms of its chain as (index in x, index in the kernel). */
  const entries = Array.from({ length: rows * oh * ow * channels }, (_, i) => {
    const c = i % channels
    const [n, oy, ox] = [
      Math.floor(i / (channels * ow * oh)),
      Math.floor(i / (channels * ow)) % oh,
      Math.floor(i / channels) % ow,
    ]
    const terms: Array<readonly [number, number]> = []
    for (let ky = 0; ky < kh; ky++)
      for (let kx = 0; kx < kw; kx++) {
        const [y, at] = [oy * sy + ky - margins.top, ox * sx + kx - margins.left]
        if (y >= 0 && y < h && at >= 0 && at < w)
          terms.push([((n * h + y) * w + at) * channels + c, (ky * kw + kx) * channels + c])
      }
    return { c, terms }
  })
  return {
    output: Float32Array.from(entries, ({ c, terms }) =>
      f(terms.reduce((sum, [from, k]) => madd(sum, x[from]!, kernel[k]!), 0) + bias[c]!),
    ),
    backward: (g, into) => {
      const [dw, db, dx] = [kernel, bias, x].map(({ length }) => new Float32Array(length)) as [
        Values,
        Values,
        Values,
      ]
      entries.forEach(({ c, terms }, i) => {
        db[c] = f(db[c]! + g[i]!)
        for (const [from, k] of terms) {
          dw[k] = madd(dw[k]!, g[i]!, x[from]!)
          dx[from] = madd(dx[from]!, g[i]!, kernel[k]!)
        }
      })
      into[`${name}/kernel`] = dw
      into[`${name}/bias`] = db
      return dx
    },
  }
}

export function layerNormalization(
  rows: number,
  { layer, name, input }: LayerShape<LayerOf<"layer-normalization">>,
  x: Values,
  weights: Weights,
): Pass {
  const channels = input.at(-1)!
  const [scale, shift] = [weights[`${name}/scale`]!, weights[`${name}/shift`]!]
  const size = x.length / rows
  /** Of one example: a float64 chain a channel, then one over these. */
  const sum = (row: number, of: (i: number) => number): number => {
    const chains = new Float64Array(channels)
    for (let i = row * size; i < (row + 1) * size; i++) chains[i % channels]! += of(i)
    return chains.reduce((all, chain) => all + chain, 0)
  }
  const each = (of: (row: number) => number): Values =>
    Float32Array.from({ length: rows }, (_, row) => of(row))
  const rowOf = (i: number): number => Math.floor(i / size)
  const mean = each((row) => sum(row, (i) => x[i]!) / size)
  const variance = each((row) => sum(row, (i) => (x[i]! - mean[row]!) * (x[i]! - mean[row]!)) / size)
  const inverse = variance.map((v) => 1 / Math.sqrt(v + layer.epsilon))
  const normal = x.map((value, i) => f(value - mean[rowOf(i)]!) * inverse[rowOf(i)]!)
  return {
    output: normal.map((value, i) => f(value * scale[i % channels]!) + shift[i % channels]!),
    backward: (g, into) => {
      const byChannel = (of: (i: number) => number): Values => {
        const sums = new Float64Array(channels)
        for (let i = 0; i < x.length; i++) sums[i % channels]! += of(i)
        return Float32Array.from(sums)
      }
      into[`${name}/scale`] = byChannel((i) => g[i]! * normal[i]!)
      into[`${name}/shift`] = byChannel((i) => g[i]!)
      const u = g.map((value, i) => value * scale[i % channels]!)
      const plain = each((row) => sum(row, (i) => u[i]!) / size)
      const slope = each((row) => sum(row, (i) => u[i]! * normal[i]!) / size)
      return u.map((value, i) => {
        const shared = f(plain[rowOf(i)]! + f(normal[i]! * slope[rowOf(i)]!))
        return inverse[rowOf(i)]! * f(value - shared)
      })
    },
  }
}
