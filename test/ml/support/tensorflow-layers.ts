// A network as a sequential model of TensorFlow.js layers, for its shapes and counts alone: all weights are zero.
import "@tensorflow/tfjs-backend-cpu"
import * as tf from "@tensorflow/tfjs-core"
import * as tfl from "@tensorflow/tfjs-layers"
import { extentOf, strideOf } from "../../../ml/layers/parts/windows.ts"
import type { Layer } from "../../../ml/layers/table.ts"
import type { Network } from "../../../ml/network/network.ts"

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
  const model = tfl.sequential()
  layers.forEach((layer, i) => {
    model.add(made(layer, i === 0 ? { inputShape: [...input] } : {}))
  })
  const known = model.layers.map((layer) => ({
    output: (layer.outputShape as Array<number | null>).slice(1) as Array<number>,
    parameters: layer.countParams(),
  }))
  model.dispose()
  return known
}

function made(layer: Layer, first: { inputShape?: Array<number> }): tfl.layers.Layer {
  const zero = { kernelInitializer: "zeros", ...first } as const
  switch (layer.type) {
    case "flatten":
      return tfl.layers.flatten(first)
    case "activation":
      return layer.kind === "leaky-relu"
        ? tfl.layers.leakyReLU({ alpha: layer.slope ?? 0.01, ...first })
        : tfl.layers.activation({ activation: layer.kind, ...first })
    case "global-average":
      return tfl.layers.globalAveragePooling2d(first)
    case "batch-normalization":
      return tfl.layers.batchNormalization({ epsilon: layer.epsilon, ...first })
    case "dropout":
      return tfl.layers.dropout({ rate: layer.rate, ...first })
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
        ...first,
      })
    }
  }
}

const pair = ([a, b]: readonly [number, number]): [number, number] => [a, b]
