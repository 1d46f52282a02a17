/** Shape arithmetic: what a network does to the shape of one example; it knows nothing of how it is computed. */
import * as Data from "effect/Data"
import type { Layer, Network } from "./network.ts"

/** One example: [height, width, channels], or [units] once flat. */
export type Shape = readonly [number, number, number] | readonly [number]

/** Zeros around an image, in pixels; TensorFlow's "same" puts the odd one at the bottom and right. */
export interface Margins {
  readonly top: number
  readonly bottom: number
  readonly left: number
  readonly right: number
}

/** One tensor of a layer, named `layer/kernel`, `layer/bias`, …; a conv's kernel is [height, width, in, out]. */
export interface ParameterShape {
  readonly name: string
  readonly shape: ReadonlyArray<number>
  /** "weight" multiplies, "bias" is added, "statistic" is measured in training and learns nothing. */
  readonly role: "weight" | "bias" | "statistic"
}

export interface LayerShape<L extends Layer = Layer> {
  readonly layer: L
  readonly name: string
  readonly input: Shape
  readonly output: Shape
  readonly margins: Margins
  readonly parameters: ReadonlyArray<ParameterShape>
}

export class ImpossibleNetwork extends Data.TaggedError("ImpossibleNetwork")<{
  readonly layer: string
  readonly reason: string
}> {
  override get message(): string {
    return `layer ${this.layer}: ${this.reason}`
  }
}

/** Shapes of every layer for examples of `input` = [height, width, channels]; throws ImpossibleNetwork. */
export function shapes(network: Network, input: Shape): ReadonlyArray<LayerShape> {
  const names = layerNames(network)
  let shape = input
  return network.layers.map((layer, i) => {
    const described = describe(layer, names[i]!, shape)
    shape = described.output
    return described
  })
}

/** The layers' names, given or made up; throws ImpossibleNetwork where two layers have the same. */
export function layerNames(network: Network): ReadonlyArray<string> {
  const counts = new Map<string, number>()
  const seen = new Set<string>()
  return network.layers.map((layer) => {
    const count = (counts.get(layer.type) ?? 0) + 1
    counts.set(layer.type, count)
    const name = layer.name ?? `${layer.type}${count}`
    if (seen.has(name)) throw new ImpossibleNetwork({ layer: name, reason: "two layers have this name" })
    seen.add(name)
    return name
  })
}

/** The number of values in one example of this shape. */
export const sizeOf = (shape: ReadonlyArray<number>): number => shape.reduce((a, b) => a * b, 1)

/** A height and a width from an extent of the network's schema. */
export const extentOf = (extent: number | readonly [number, number]): readonly [number, number] =>
  typeof extent === "number" ? [extent, extent] : extent

const NO_MARGINS: Margins = { top: 0, bottom: 0, left: 0, right: 0 }

function describe(layer: Layer, name: string, input: Shape): LayerShape {
  const plain = (output: Shape): LayerShape => ({
    layer,
    name,
    input,
    output,
    margins: NO_MARGINS,
    parameters: [],
  })
  switch (layer.type) {
    case "activation":
    case "dropout":
      return plain(input)
    case "flatten":
      return plain([sizeOf(input)])
    case "global-average":
      return plain([imageOf(input, name)[2]])
    case "batch-normalization": {
      const shape = input.slice(-1)
      return {
        ...plain(input),
        parameters: [
          { name: `${name}/scale`, shape, role: "weight" },
          { name: `${name}/shift`, shape, role: "bias" },
          { name: `${name}/mean`, shape, role: "statistic" },
          { name: `${name}/variance`, shape, role: "statistic" },
        ],
      }
    }
    case "dense": {
      if (input.length !== 1)
        throw new ImpossibleNetwork({
          layer: name,
          reason: `dense takes flat values, not ${input.join("×")}`,
        })
      return { ...plain([layer.units]), parameters: kernelAndBias(name, [input[0], layer.units]) }
    }
    case "pool": {
      const [h, w, c] = imageOf(input, name)
      const windows = slide(name, [h, w], extentOf(layer.size), strideOf(layer), layer.padding)
      return { ...plain([...windows.output, c]), margins: windows.margins }
    }
    case "conv": {
      const [h, w, c] = imageOf(input, name)
      const kernel = extentOf(layer.kernel)
      const windows = slide(name, [h, w], kernel, strideOf(layer), layer.padding)
      return {
        ...plain([...windows.output, layer.filters]),
        margins: windows.margins,
        parameters: kernelAndBias(name, [...kernel, c, layer.filters]),
      }
    }
  }
}

/** Height and width by which windows move. */
export const strideOf = (layer: Extract<Layer, { type: "conv" | "pool" }>): readonly [number, number] =>
  extentOf(layer.type === "conv" ? layer.stride : (layer.stride ?? layer.size))

const kernelAndBias = (name: string, shape: ReadonlyArray<number>): ReadonlyArray<ParameterShape> => [
  { name: `${name}/kernel`, shape, role: "weight" },
  { name: `${name}/bias`, shape: shape.slice(-1), role: "bias" },
]

function imageOf(shape: Shape, name: string): readonly [number, number, number] {
  if (shape.length === 3) return shape
  throw new ImpossibleNetwork({ layer: name, reason: `it takes images, not ${shape[0]} flat values` })
}

type Pair = readonly [number, number]

function slide(name: string, [h, w]: Pair, [kh, kw]: Pair, [sh, sw]: Pair, padding: "valid" | "same") {
  const [oh, top, bottom] = along(h, kh, sh, padding)
  const [ow, left, right] = along(w, kw, sw, padding)
  if (oh < 1 || ow < 1)
    throw new ImpossibleNetwork({
      layer: name,
      reason: `a window of ${kh}×${kw} does not fit into ${h}×${w}`,
    })
  return { output: [oh, ow] as const, margins: { top, bottom, left, right } }
}

/** [output, zeros before, zeros after] along one axis (https://www.tensorflow.org/api_docs/python/tf/nn). */
function along(size: number, window: number, stride: number, padding: "valid" | "same") {
  if (padding === "valid") return [Math.floor((size - window) / stride) + 1, 0, 0] as const
  const output = Math.ceil(size / stride)
  const zeros = Math.max((output - 1) * stride + window - size, 0)
  return [output, Math.floor(zeros / 2), zeros - Math.floor(zeros / 2)] as const
}
