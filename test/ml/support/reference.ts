// docs/numerics.md word by word, one number at a time in plain TypeScript: slow, and the judge of the kernels' bits.
import { type LayerShape, type Shape, sizeOf } from "../../../ml/layers/parts/shape.ts"
import { extentOf, strideOf } from "../../../ml/layers/parts/windows.ts"
import type { Layer, LayerOf } from "../../../ml/layers/table.ts"
import { shapes } from "../../../ml/network/shapes.ts"
import { extend, generator, xoshiro128 } from "../../../ml/statistics/random.ts"
import type { Case, Passed } from "./harness.ts"
import {
  activation,
  batchNormalization,
  type Pass,
  type Values,
  type Weights,
} from "./reference-elementwise.ts"
import { depthwise, layerNormalization } from "./reference-layers.ts"

const f = Math.fround
const madd = (sum: number, a: number, b: number): number => f(sum + f(a * b))

/** The same as the kernels' run of the case, with the masks of epoch 3, step 5, shard 1; `training` off for predicting. */
export function byTheBook(
  test: Case,
  x: Values,
  weights: Weights,
  outputGradient: Values,
  training = true,
): Passed {
  const layers = shapes(test.network, test.inputShape)
  const passes: Array<Pass> = []
  const placeOf = (name: string | undefined): number => layers.findIndex((shape) => shape.name === name)
  const isTaken = layers.map(({ name }) => layers.some(({ takes = [] }) => takes.includes(name)))
  let values = x
  layers.forEach((shape, i) => {
    const oracle = oracles[shape.layer.type] as Oracle<Layer>
    const last = isTaken.indexOf(true, i)
    const following = layers.slice(i + 1, last < 0 ? layers.length : last + 1)
    const taken = (shape.takes ?? []).map((earlier) => passes[placeOf(earlier)]!.output)
    const pass = oracle({ test, shape, following, x: values, taken, weights, training })
    passes.push(pass)
    values = pass.output
  })
  const gradients: Record<string, Values> = {}
  const returned = layers.map((): Array<Values> => [])
  let g = outputGradient
  for (let i = layers.length - 1; i >= 0; i--) {
    // The next layer may go on from elsewhere: then the others that take this one's output are all that comes back.
    const back = layers[i + 1]?.branches ? returned[i]! : [g, ...returned[i]!]
    g = back.reduce((sum, addend) => sum.map((value, at) => f(value + addend[at]!)))
    const toTaken = passes[i]!.toTaken ?? ((own) => [own])
    const { takes = [] } = layers[i]!
    const own = takes.length === 0 ? [] : toTaken(g)
    for (const at of takes.keys()) returned[placeOf(takes.at(-1 - at))]!.unshift(own.at(-1 - at)!)
    g = passes[i]!.backward(g, gradients)
  }
  return { output: values, inputGradient: g, gradients }
}

/** What one layer is given. */
interface Given<L extends Layer> {
  readonly test: Case
  readonly shape: LayerShape<L>
  /** The layers after it, up to one that is taken later. */
  readonly following: ReadonlyArray<LayerShape<Layer>>
  readonly x: Values
  /** What the layers gave that it takes. */
  readonly taken: ReadonlyArray<Values>
  readonly weights: Weights
  readonly training: boolean
}
type Oracle<L extends Layer> = (given: Given<L>) => Pass

const unchanged = (x: Values): Pass => ({ output: x, backward: (g) => g })

const oracles: { readonly [T in Layer["type"]]: Oracle<LayerOf<T>> } = {
  add: ({ x, taken: [added] }) => ({ output: x.map((value, i) => value + added![i]!), backward: (g) => g }),
  from: ({ taken: [source] }) => ({ output: source!, backward: (g) => g }),
  concat: ({ test, shape, x, taken }) =>
    concat(test.rows, sizeOf(shape.output), shape.output.at(-1)!, [...taken, x]),
  "depthwise-conv": ({ test, shape, x, weights }) => depthwise(test.rows, shape, x, weights),
  "layer-normalization": ({ test, shape, x, weights }) => layerNormalization(test.rows, shape, x, weights),
  flatten: ({ x }) => unchanged(x),
  activation: ({ shape, x }) => activation(shape.layer, x),
  "global-average": ({ test, shape, x }) => averagePool(test.rows, wholeImage(shape), x),
  "batch-normalization": ({ shape: { layer, name, input }, x, weights, training }) =>
    batchNormalization(name, layer.epsilon, input.at(-1)!, x, weights, training),
  dropout: ({ test, shape: { layer, name, input }, x, training }) =>
    layer.rate === 0 || !training ? unchanged(x) : dropout(test, name, layer.rate, sizeOf(input), x),
  dense: ({ test, shape: { layer, name, input }, x, weights }) =>
    dense(test.rows, name, sizeOf(input), layer.units, x, weights),
  pool: ({ test, shape, x }) => (shape.layer.kind === "max" ? maxPool : averagePool)(test.rows, shape, x),
  conv: ({ test, shape, following: [next, afterNext], x, weights }) => {
    const isRelu = next?.layer.type === "activation" && next.layer.kind === "relu"
    return conv(test.rows, shape, groupsOf(shape.output, isRelu ? afterNext : next), x, weights)
  },
}

/**
 * A conv's positions in the order of their entries, in groups within which channels go first: the windows of a
 * max-pool without overlap (the positions under none carry no gradient), else each position for itself.
 */
function groupsOf(
  output: Shape,
  next: LayerShape<Layer> | undefined,
): Array<Array<readonly [number, number]>> {
  const [height, width] = output as readonly [number, number, number]
  const alone = grid(height, width).map((position) => [position])
  if (next?.layer.type !== "pool" || next.layer.kind !== "max") return alone
  const [ph, pw] = extentOf(next.layer.size)
  const zeros = Object.values(next.margins).some((margin) => margin > 0)
  if (`${strideOf(next.layer)}` !== `${[ph, pw]}` || zeros) return alone
  const [rows, columns] = next.output as readonly [number, number, number]
  return grid(rows, columns).map(([py, px]) =>
    grid(ph, pw).map(([dy, dx]) => [py * ph + dy, px * pw + dx] as const),
  )
}

const grid = (height: number, width: number): Array<readonly [number, number]> =>
  Array.from({ length: height * width }, (_, i) => [Math.floor(i / width), i % width] as const)

function conv(
  rows: number,
  { layer, name, input, output, margins }: LayerShape<LayerOf<"conv">>,
  groups: ReadonlyArray<ReadonlyArray<readonly [number, number]>>,
  x: Values,
  weights: Weights,
): Pass {
  const [h, w, c] = input as readonly [number, number, number]
  const [oh, ow, filters] = output as readonly [number, number, number]
  const [kh, kw] = extentOf(layer.kernel)
  const [sy, sx] = strideOf(layer)
  const kernel = weights[`${name}/kernel`]!
  const bias = weights[`${name}/bias`]!
  /** The patch's (index in x or −1, index in the kernel without filter), in order. */
  const patch = (n: number, oy: number, ox: number): Array<readonly [number, number]> =>
    grid(kh, kw).flatMap(([ky, kx]) => {
      const y = oy * sy + ky - margins.top
      const at = ox * sx + kx - margins.left
      const inside = y >= 0 && y < h && at >= 0 && at < w
      return Array.from(
        { length: c },
        (_, i) => [inside ? ((n * h + y) * w + at) * c + i : -1, (ky * kw + kx) * c + i] as const,
      )
    })
  const result = new Float32Array(rows * oh * ow * filters)
  for (let n = 0; n < rows; n++)
    for (const [oy, ox] of grid(oh, ow)) {
      const terms = patch(n, oy, ox)
      for (let o = 0; o < filters; o++) {
        let sum = 0
        for (const [from, k] of terms) if (from >= 0) sum = madd(sum, x[from]!, kernel[k * filters + o]!)
        result[((n * oh + oy) * ow + ox) * filters + o] = f(sum + bias[o]!)
      }
    }
  const backward = (g: Values, into: Record<string, Values>): Values => {
    const dw = new Float32Array(kernel.length)
    const db = new Float32Array(filters)
    const dx = new Float32Array(x.length)
    for (let n = 0; n < rows; n++)
      for (const group of groups)
        for (let o = 0; o < filters; o++)
          for (const [oy, ox] of group) {
            const value = g[((n * oh + oy) * ow + ox) * filters + o]!
            db[o] = f(db[o]! + value)
            for (const [from, k] of patch(n, oy, ox)) {
              if (from < 0) continue
              dw[k * filters + o] = madd(dw[k * filters + o]!, value, x[from]!)
              dx[from] = madd(dx[from]!, value, kernel[k * filters + o]!)
            }
          }
    into[`${name}/kernel`] = dw
    into[`${name}/bias`] = db
    return dx
  }
  return { output: result, backward }
}

function maxPool(rows: number, shape: LayerShape<LayerOf<"pool">>, x: Values): Pass {
  const windows = windowsOf(rows, shape)
  const winners = windows.map((window) =>
    window.reduce((best, at) => (x[at]! > x[best]! || Number.isNaN(x[at]) ? at : best)),
  )
  return {
    output: Float32Array.from(winners, (at) => x[at]!),
    backward: (g) => {
      const dx = new Float32Array(x.length)
      winners.forEach((at, i) => {
        dx[at] = f(dx[at]! + g[i]!)
      })
      return dx
    },
  }
}

function averagePool(rows: number, shape: LayerShape<LayerOf<"pool">>, x: Values): Pass {
  const windows = windowsOf(rows, shape)
  return {
    output: Float32Array.from(windows, (window) =>
      f(window.reduce((sum, at) => f(sum + x[at]!), 0) / window.length),
    ),
    backward: (g) => {
      const dx = new Float32Array(x.length)
      windows.forEach((window, i) => {
        const part = f(g[i]! / window.length)
        for (const at of window) dx[at] = f(dx[at]! + part)
      })
      return dx
    },
  }
}

/** The indices in x of every output's window, margins left out. */
function windowsOf(
  rows: number,
  { layer, input, output, margins }: LayerShape<LayerOf<"pool">>,
): Array<Array<number>> {
  const [h, w, c] = input as readonly [number, number, number]
  const [oh, ow] = output as readonly [number, number, number]
  const [sy, sx] = strideOf(layer)
  const windows: Array<Array<number>> = []
  for (let n = 0; n < rows; n++)
    for (const [py, px] of grid(oh, ow))
      for (let i = 0; i < c; i++)
        windows.push(
          grid(...extentOf(layer.size))
            .map(([dy, dx]) => [py * sy + dy - margins.top, px * sx + dx - margins.left] as const)
            .filter(([y, at]) => y >= 0 && y < h && at >= 0 && at < w)
            .map(([y, at]) => ((n * h + y) * w + at) * c + i),
        )
  return windows
}

function dense(rows: number, name: string, inputs: number, units: number, x: Values, weights: Weights): Pass {
  const kernel = weights[`${name}/kernel`]!
  const bias = weights[`${name}/bias`]!
  const output = new Float32Array(rows * units)
  for (let n = 0; n < rows; n++)
    for (let j = 0; j < units; j++) {
      let sum = 0
      for (let i = 0; i < inputs; i++) sum = madd(sum, x[n * inputs + i]!, kernel[i * units + j]!)
      output[n * units + j] = f(sum + bias[j]!)
    }
  return {
    output,
    backward: (g, into) => {
      const dw = new Float32Array(kernel.length)
      const db = new Float32Array(units)
      const dx = new Float32Array(x.length)
      for (let n = 0; n < rows; n++)
        for (let j = 0; j < units; j++) {
          const value = g[n * units + j]!
          db[j] = f(db[j]! + value)
          for (let i = 0; i < inputs; i++) {
            dw[i * units + j] = madd(dw[i * units + j]!, value, x[n * inputs + i]!)
            dx[n * inputs + i] = madd(dx[n * inputs + i]!, value, kernel[i * units + j]!)
          }
        }
      into[`${name}/kernel`] = dw
      into[`${name}/bias`] = db
      return dx
    },
  }
}

/** A global average as the pool that it is. */
function wholeImage(shape: LayerShape<LayerOf<"global-average">>): LayerShape<LayerOf<"pool">> {
  const [height, width, channels] = shape.input as readonly [number, number, number]
  const layer = { type: "pool", kind: "average", size: [height, width], padding: "valid" } as const
  return { ...shape, layer, output: [1, 1, channels] }
}

function dropout(test: Case, name: string, rate: number, width: number, x: Values): Pass {
  const words = generator(extend(test.stream, "dropout", name, 3, 5, 1))
  const drawn = Array.from({ length: 16 }, () => words.uint32())
  const lanes = [0, 1, 2, 3].map((j) => xoshiro128([drawn[j]!, drawn[4 + j]!, drawn[8 + j]!, drawn[12 + j]!]))
  const mask = new Float32Array(x.length)
  for (let n = 0; n < test.rows; n++)
    for (let i = 0; i < Math.ceil(width / 4) * 4; i++) {
      const kept = lanes[i % 4]!.uint32() >= Math.floor(rate * 2 ** 32)
      if (i < width) mask[n * width + i] = kept ? 1 / (1 - rate) : 0
    }
  const apply = (values: Values): Values => values.map((value, i) => value * mask[i]!)
  return { output: apply(x), backward: apply }
}

/** Maps side by side; `x` is the last of them. */
function concat(rows: number, size: number, channels: number, maps: ReadonlyArray<Values>): Pass {
  const positions = (rows * size) / channels
  const places = maps.map((map, i) => {
    const first = maps.slice(0, i).reduce((sum, { length }) => sum + length / positions, 0)
    const own = map.length / positions
    return Array.from(map, (_, at) => Math.floor(at / own) * channels + first + (at % own))
  })
  const output = new Float32Array(rows * size)
  for (const [i, map] of maps.entries())
    for (const [at, value] of map.entries()) output[places[i]![at]!] = value
  const back = (g: Values) => places.map((of) => Float32Array.from(of, (place) => g[place]!))
  return { output, backward: (g) => back(g).at(-1)!, toTaken: (g) => back(g).slice(0, -1) }
}
