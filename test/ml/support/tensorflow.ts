// A case through TensorFlow.js on its cpu backend, in the layers' forms there, with its own gradients.
import "@tensorflow/tfjs-backend-cpu"
import "@tensorflow/tfjs-layers"
import * as tf from "@tensorflow/tfjs-core"
import { sizeOf } from "../../../ml/layers/parts/shape.ts"
import type { Training } from "../../../ml/layers/parts/tensorflow.ts"
import { shapes } from "../../../ml/network/shapes.ts"
import { forward } from "../../../ml/tensorflow/forward.ts"
import type { Case, Passed } from "./harness.ts"
import type { arraysFor } from "./random-networks.ts"

type Arrays = ReturnType<typeof arraysFor>

await tf.setBackend("cpu")

/** The case through TensorFlow.js, with the masks of epoch 3, step 5, shard 1: gradients of Σ output · outputGradient. */
export function inTensorflow(test: Case, arrays: Arrays): Passed {
  const layers = shapes(test.network, test.inputShape)
  const all = layers.flatMap(({ parameters }) => parameters)
  const tensors = all.filter(({ role }) => role !== "statistic")
  const names = tensors.map(({ name }) => name)
  const training: Training = {
    parts: [{ rows: test.rows, share: 1, moment: { epoch: 3, step: 5, shard: 1 } }],
    becomes: () => {}, // running statistics are no part of what a pass gives
  }
  return tf.tidy(() => {
    const held = new Map(all.map(({ name, shape }) => [name, tf.tensor(arrays.weights[name]!, [...shape])]))
    const run = (x: tf.Tensor, weights: ReadonlyArray<tf.Tensor>): tf.Tensor => {
      const weight = (name: string) => weights[names.indexOf(name)] ?? held.get(name)!
      return forward({ tf, stream: test.stream, weight, training }, layers, x)
    }
    const x = tf.tensor(arrays.x, [test.rows, ...test.inputShape])
    const weights = names.map((name) => held.get(name)!)
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
