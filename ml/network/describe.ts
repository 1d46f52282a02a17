// A network's summary by shape arithmetic: parameters, multiply-adds and bytes; it knows nothing of how it is computed.
import { FLOAT } from "../kernels/quantities.ts"
import {
  type Cost,
  type CostRule,
  type LayerShape,
  type Margins,
  type ParameterShape,
  type Shape,
  sizeOf,
} from "../layers/parts/shape.ts"
import { costRules, type Layer } from "../layers/table.ts"
import { type MapPlaces, mapPlaces } from "./map-places.ts"
import type { Network } from "./network.ts"
import { shapes } from "./shapes.ts"

export interface LayerSummary extends MapPlaces {
  readonly name: string
  readonly type: Layer["type"]
  readonly input: Shape
  readonly output: Shape
  /** Zeros around the input, in pixels. */
  readonly margins: Margins
  readonly weights: number
  readonly biases: number
  /** Weights and biases: what is learned. */
  readonly parameters: number
  /** Numbers that are measured in training and used afterwards. */
  readonly statistics: number
  /** Multiplications, each with an addition, for one example, as the layer's cost rule counts them. */
  readonly multiplyAdds: number
  /** Of the output for one example, in float32. */
  readonly bytes: number
}

export interface Totals {
  readonly weights: number
  readonly biases: number
  readonly parameters: number
  readonly statistics: number
  readonly multiplyAdds: number
  /** Of all maps for one example: outputs that take their input's place are not counted. */
  readonly bytes: number
}

export interface NetworkSummary {
  readonly input: Shape
  /** Of one example's input, in float32. */
  readonly inputBytes: number
  readonly layers: ReadonlyArray<LayerSummary>
  readonly totals: Totals
}

/** Summarises a network for examples of `input`; throws ImpossibleNetwork. */
export function describe(network: Network, input: Shape): NetworkSummary {
  const placed = shapes(network, input)
  const costs = placed.map((shape) => (costRules[shape.layer.type] as CostRule<Layer>)(shape))
  const places = mapPlaces(placed, costs)
  const layers = placed.map((shape, i) => summarise(shape, costs[i]!, places[i]!))
  const sum = (of: (layer: LayerSummary) => number): number =>
    layers.reduce((all, layer) => all + of(layer), 0)
  return {
    input,
    inputBytes: sizeOf(input) * FLOAT,
    layers,
    totals: {
      weights: sum(({ weights }) => weights),
      biases: sum(({ biases }) => biases),
      parameters: sum(({ parameters }) => parameters),
      statistics: sum(({ statistics }) => statistics),
      multiplyAdds: sum(({ multiplyAdds }) => multiplyAdds),
      bytes: sum(({ bytes, inPlace }) => (inPlace ? 0 : bytes)),
    },
  }
}

function summarise(shape: LayerShape<Layer>, { multiplyAdds }: Cost, places: MapPlaces): LayerSummary {
  const { layer, name, input, output, margins, parameters } = shape
  const count = (role: ParameterShape["role"]): number =>
    parameters.reduce((all, parameter) => all + (parameter.role === role ? sizeOf(parameter.shape) : 0), 0)
  const [weights, biases] = [count("weight"), count("bias")]
  return {
    name,
    type: layer.type,
    input,
    output,
    margins,
    weights,
    biases,
    parameters: weights + biases,
    statistics: count("statistic"),
    multiplyAdds,
    bytes: sizeOf(output) * FLOAT,
    ...places,
  }
}
