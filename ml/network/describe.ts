/** A network's summary by shape arithmetic: parameters, multiply-adds and bytes; it knows nothing of how it is computed. */

import type { Layer, Network } from "./network.ts"
import {
  extentOf,
  type LayerShape,
  type Margins,
  type ParameterShape,
  type Shape,
  shapes,
  sizeOf,
} from "./shapes.ts"

/** Bytes of a float32. */
export const FLOAT = 4

export interface LayerSummary {
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
  /** Numbers that are measured in training and used afterwards: the running means of a batch normalization. */
  readonly statistics: number
  /**
   * Multiplications, each with an addition, for one example; those with the zeros of the margins are among them. A batch
   * normalization has one a value; biases, pools and activations have none that would count.
   */
  readonly multiplyAdds: number
  /** Of the output for one example, in float32. */
  readonly bytes: number
  /** The output can take its input's place, in training too: activations, dropout, and flatten, which moves nothing. */
  readonly inPlace: boolean
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

/** Summarises a network for examples of `input` = [height, width, channels]; throws ImpossibleNetwork. */
export function describe(network: Network, input: Shape): NetworkSummary {
  const layers = shapes(network, input).map(summarise)
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

function summarise({ layer, name, input, output, margins, parameters }: LayerShape): LayerSummary {
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
    multiplyAdds: multiplyAdds(layer, input, output),
    bytes: sizeOf(output) * FLOAT,
    inPlace: layer.type === "activation" || layer.type === "dropout" || layer.type === "flatten",
  }
}

function multiplyAdds(layer: Layer, input: Shape, output: Shape): number {
  if (layer.type === "dense") return input[0] * layer.units
  if (layer.type === "conv") return sizeOf(output) * sizeOf(extentOf(layer.kernel)) * input.at(-1)!
  return layer.type === "batch-normalization" ? sizeOf(output) : 0
}
