// What a max-pool would cost and buy where a convolution takes strides; it is arithmetic on shapes, nothing is trained.
import type { Conv } from "../layers/convolution/conv.ts"
import type { Shape } from "../layers/parts/shape.ts"
import { extentOf, strideOf } from "../layers/parts/windows.ts"
import type { Layer } from "../layers/table.ts"
import { describe } from "../network/describe.ts"
import type { Network } from "../network/network.ts"
import { layerNames } from "../network/shapes.ts"
import { predictionMemory, trainingMemory } from "../training/memory.ts"
import type { Optimizer } from "../training/optimizer.ts"

/**
 * "alone": a pool of the same window and stride takes the convolution's place. "after": the convolution moves by 1, and a
 * pool of the stride's size, whose windows do not overlap, follows it.
 */
type PoolPlace = "alone" | "after"

export interface Variant {
  readonly name: "strided convolution" | "max-pool alone" | "convolution, then max-pool"
  readonly network: Network
  readonly parameters: number
  readonly multiplyAdds: number
  /** Values that a max-pool compares with its largest so far, for one example. */
  readonly comparisons: number
  /** Least bytes, see memory.ts. */
  readonly predictionBytes: number
  readonly trainingBytes: number
  /** The network's output for one example. */
  readonly output: Shape
  /** What it costs or buys, beside the strided convolution. */
  readonly remark: string
}

/**
 * A network with a max-pool for every convolution that takes strides, or for the one named. Both places give the heights
 * and widths that the strided convolution gives; "alone" keeps the number of maps before it. All layers are named as in
 * the network given, since names that are made up count the layers of a type.
 */
export function withPool({ layers }: Network, place: PoolPlace, only?: string): Network {
  const names = layerNames({ layers })
  const change = (layer: Layer, i: number): ReadonlyArray<Layer> =>
    layer.type === "conv" && isStrided(layer) && (only ?? names[i]) === names[i]
      ? pooled(layer, names[i]!, place)
      : [{ ...layer, name: names[i]! }]
  const [first, ...rest] = layers.flatMap(change)
  return { layers: [first!, ...rest] }
}

/** The network as it is and with max-pools in both places, for one example and a mini-batch; throws ImpossibleNetwork. */
export function poolInstead(
  network: Network,
  input: Shape,
  batch: number,
  optimizer: Optimizer,
): ReadonlyArray<Variant> {
  const variant = (name: Variant["name"], network: Network, remark: string): Variant => {
    const { layers, totals } = describe(network, input)
    const compared = network.layers.map((layer, i) =>
      layer.type === "pool" && layer.kind === "max" ? (layers[i]!.bytes / 4) * (windowOf(layer) - 1) : 0,
    )
    return {
      name,
      network,
      parameters: totals.parameters,
      multiplyAdds: totals.multiplyAdds,
      comparisons: compared.reduce((a, b) => a + b, 0),
      predictionBytes: predictionMemory(network, input).bytes,
      trainingBytes: trainingMemory(network, input, batch, optimizer).least,
      output: layers.at(-1)!.output,
      remark,
    }
  }
  return [
    variant("strided convolution", network, "One layer filters and shrinks; its weights are learned."),
    variant(
      "max-pool alone",
      withPool(network, "alone"),
      "No parameters and no multiplications, small shifts change little; but no filters are learned, and the number of maps stays.",
    ),
    variant(
      "convolution, then max-pool",
      withPool(network, "after"),
      "The same parameters; every position is filtered before the strongest is kept, which costs stride² times the multiplications and maps of full size.",
    ),
  ]
}

const isStrided = (layer: typeof Conv.Type): boolean => strideOf(layer).some((stride) => stride > 1)

/** "same" windows give ⌈positions / stride⌉ outputs, as the strided convolution does whatever its own padding. */
function pooled(layer: typeof Conv.Type, name: string, place: PoolPlace): ReadonlyArray<Layer> {
  const { kernel: size, stride, padding } = layer
  if (place === "alone") return [{ type: "pool", kind: "max", name, size, stride, padding }]
  return [
    { ...layer, name, stride: 1 },
    { type: "pool", kind: "max", name: `${name}-pool`, size: stride, padding: "same" },
  ]
}

const windowOf = (layer: Extract<Layer, { type: "pool" }>): number => {
  const [height, width] = extentOf(layer.size)
  return height * width
}
