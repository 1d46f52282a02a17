// A case through TensorFlow.js on its cpu backend, composed from its own operations and gradients.
import "@tensorflow/tfjs-backend-cpu"
import "@tensorflow/tfjs-layers"
import * as tf from "@tensorflow/tfjs-core"
import { type LayerShape, sizeOf } from "../../../ml/layers/parts/shape.ts"
import { extentOf, strideOf } from "../../../ml/layers/parts/windows.ts"
import type { Layer } from "../../../ml/layers/table.ts"
import { shapes } from "../../../ml/network/shapes.ts"
import type { Case, Passed } from "./harness.ts"
import type { arraysFor } from "./random-networks.ts"

type Arrays = ReturnType<typeof arraysFor>

await tf.setBackend("cpu")

/** The case through TensorFlow.js: gradients of Σ output · outputGradient. */
export function inTensorflow(test: Case, arrays: Arrays): Passed {
  const layers = shapes(test.network, test.inputShape)
  const all = layers.flatMap(({ parameters }) => parameters)
  const tensors = all.filter(({ role }) => role !== "statistic")
  const names = tensors.map(({ name }) => name)
  const run = (x: tf.Tensor, weights: ReadonlyArray<tf.Tensor>): tf.Tensor => {
    const weight = (name: string) => weights[names.indexOf(name)]!
    let value = x
    for (const shape of layers) value = apply(shape, test.rows, value, weight)
    return value
  }
  return tf.tidy(() => {
    const x = tf.tensor(arrays.x, [test.rows, ...test.inputShape])
    const weights = tensors.map(({ name, shape }) => tf.tensor(arrays.weights[name]!, [...shape]))
    const output = run(x, weights)
    const g = tf.reshape(tf.tensor1d(arrays.gradient), output.shape)
    const grads = tf.grads((...all: Array<tf.Tensor>) =>
      tf.sum(tf.mul(tf.reshape(run(all[0]!, all.slice(1)), output.shape), g)),
    )([x, ...weights])
    const data = (tensor: tf.Tensor) => Float32Array.from(tensor.dataSync())
    return {
      output: data(output),
      inputGradient: data(grads[0]!),
      gradients: Object.fromEntries([
        ...all.map(({ name, shape }) => [name, new Float32Array(sizeOf(shape))]),
        ...names.map((name, i) => [name, data(grads[i + 1]!)]),
      ]),
    }
  })
}

const ACTIVATIONS = {
  relu: tf.relu,
  tanh: tf.tanh,
  sigmoid: tf.sigmoid,
  "leaky-relu": (x: tf.Tensor, slope = 0.01) => tf.leakyRelu(x, slope),
}

/** One layer, dropout off. */
function apply(
  { layer, name, output }: LayerShape<Layer>,
  rows: number,
  value: tf.Tensor,
  weight: (name: string) => tf.Tensor,
): tf.Tensor {
  switch (layer.type) {
    case "flatten":
      return tf.reshape(value, [rows, output[0]])
    case "activation":
      return ACTIVATIONS[layer.kind](value, layer.slope)
    case "global-average":
      return tf.mean(value, [1, 2])
    case "dense":
      return tf.add(tf.matMul(value, weight(`${name}/kernel`)), weight(`${name}/bias`))
    case "conv": {
      const [stride, kernel] = [pair(strideOf(layer)), weight(`${name}/kernel`) as tf.Tensor4D]
      return tf.add(tf.conv2d(value as tf.Tensor4D, kernel, stride, layer.padding), weight(`${name}/bias`))
    }
    case "pool": {
      const pool = layer.kind === "max" ? tf.maxPool : tf.avgPool
      return pool(value as tf.Tensor4D, pair(extentOf(layer.size)), pair(strideOf(layer)), layer.padding)
    }
    case "batch-normalization": {
      const { mean, variance } = tf.moments(value, [...value.shape.keys()].slice(0, -1))
      const normal = tf.div(tf.sub(value, mean), tf.sqrt(tf.add(variance, layer.epsilon)))
      return tf.add(tf.mul(normal, weight(`${name}/scale`)), weight(`${name}/shift`))
    }
    case "dropout":
      return value
  }
}

const pair = ([a, b]: readonly [number, number]): [number, number] => [a, b]
