// A network as a sequential model of TensorFlow.js layers, for its shapes and counts alone: all weights are zero.
import "@tensorflow/tfjs-backend-cpu"
import * as tf from "@tensorflow/tfjs-core"
import * as tfl from "@tensorflow/tfjs-layers"
import { extentOf, strideOf } from "../../../ml/layers/parts/windows.ts"
import type { Layer } from "../../../ml/layers/table.ts"
import type { Network } from "../../../ml/network/network.ts"
import { shapes } from "../../../ml/network/shapes.ts"

await tf.setBackend("cpu")

export interface Known {
  readonly output: ReadonlyArray<number>
  readonly parameters: number
}

/** Each layer's output for one example, and its number of parameters, as TensorFlow.js has them. */
export function byLayers(
  { layers }: Network,
  input: readonly [number, number, number],
): ReadonlyArray<Known> {
  const start = tfl.input({ shape: [...input] })
  const outputs = new Map<string, tfl.SymbolicTensor>()
  const made = shapes({ layers }, input).map(({ layer, name }) => {
    const before = [...outputs.values()].at(-1) ?? start
    const own = layerOf(layer)
    const output = own.apply(takenBy(layer, before, (earlier) => outputs.get(earlier)!))
    outputs.set(name, output as tfl.SymbolicTensor)
    return own
  })
  const model = tfl.model({ inputs: start, outputs: [...outputs.values()].at(-1)! })
  const known = made.map((layer) => ({
    output: (layer.outputShape as Array<number | null>).slice(1) as Array<number>,
    parameters: layer.countParams(),
  }))
  model.dispose()
  return known
}

function takenBy(layer: Layer, before: tfl.SymbolicTensor, of: (earlier: string) => tfl.SymbolicTensor) {
  if (layer.type === "add") return [before, of(layer.adds)]
  if (layer.type === "concat") return [...layer.joins.map(of), before]
  return layer.type === "from" ? of(layer.layer) : before
}

function layerOf(layer: Layer): tfl.layers.Layer {
  const zero = { kernelInitializer: "zeros" } as const
  switch (layer.type) {
    case "flatten":
      return tfl.layers.flatten({})
    case "activation":
      return layer.kind === "leaky-relu"
        ? tfl.layers.leakyReLU({ alpha: layer.slope ?? 0.01 })
        : tfl.layers.activation({ activation: layer.kind })
    case "global-average":
      return tfl.layers.globalAveragePooling2d({})
    case "batch-normalization":
      return tfl.layers.batchNormalization({ epsilon: layer.epsilon })
    case "layer-normalization":
      return tfl.layers.layerNormalization({ epsilon: layer.epsilon })
    case "add":
      return tfl.layers.add()
    case "concat":
      return tfl.layers.concatenate({ axis: -1 })
    case "from":
      return tfl.layers.activation({ activation: "linear" })
    case "depthwise-conv":
      return tfl.layers.depthwiseConv2d({
        kernelSize: pair(extentOf(layer.kernel)),
        strides: pair(strideOf(layer)),
        padding: layer.padding,
        depthwiseInitializer: "zeros",
      })
    case "dropout":
      return tfl.layers.dropout({ rate: layer.rate })
    case "dense":
      return tfl.layers.dense({ units: layer.units, ...zero })
    case "conv":
      return tfl.layers.conv2d({
        filters: layer.filters,
        kernelSize: pair(extentOf(layer.kernel)),
        strides: pair(strideOf(layer)),
        padding: layer.padding,
        ...zero,
      })
    case "pool": {
      const make = layer.kind === "max" ? tfl.layers.maxPooling2d : tfl.layers.averagePooling2d
      return make({
        poolSize: pair(extentOf(layer.size)),
        strides: pair(strideOf(layer)),
        padding: layer.padding,
      })
    }
  }
}

const pair = ([a, b]: readonly [number, number]): [number, number] => [a, b]
