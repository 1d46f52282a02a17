/**
 * Optimizers in operations of TensorFlow.js, by the formulas of docs/numerics.md. TensorFlow.js's own Adam makes its bias
 * correction anew with pow when a state is loaded, so that a training would not go on as it was.
 */
import type { Tensor } from "@tensorflow/tfjs-core"
import type { ParameterShape } from "../layers/parts/shape.ts"
import type { Tensorflow } from "../layers/parts/tensorflow.ts"
import type { Optimizer } from "../training/optimizer.ts"
import type { Kept } from "./parameters.ts"

/** Moments below it become zero. */
const LEAST = 1e-30

export interface Update {
  /** Prefixes under which a state holds a tensor for each parameter. */
  readonly moments: ReadonlyArray<string>
  /** Float64 numbers of the state, by name; changed in place. */
  readonly products: Readonly<Record<string, Float64Array>>
  /** One step with these gradients by parameter, at the learning rate times `factor`. */
  apply(gradients: ReadonlyMap<ParameterShape, Tensor>, factor: number): void
}

/** Throws RangeError where a weight decay would turn weights round instead of shrinking them. */
export function planUpdate(tf: Tensorflow, kept: Kept, optimizer: Optimizer): Update {
  const { learningRate, weightDecay = 0 } = optimizer
  if (!(learningRate * weightDecay < 1))
    throw new RangeError(
      `learning rate ${learningRate} times weight decay ${weightDecay} is not below 1: lower one of them`,
    )
  /** Kernels, the tensors of more than one axis, shrink before the update. */
  const decayed = ({ name, shape }: ParameterShape, rate: number): Tensor =>
    weightDecay === 0 || shape.length === 1 ? kept.get(name) : tf.mul(kept.get(name), 1 - rate * weightDecay)
  const forEach = (
    gradients: ReadonlyMap<ParameterShape, Tensor>,
    step: (parameter: ParameterShape, g: Tensor) => void,
  ): void =>
    tf.tidy(() => {
      for (const [parameter, g] of gradients) step(parameter, g)
    })

  if (optimizer.type === "sgd")
    return {
      moments: ["sgd/velocity/"],
      products: {},
      apply: (gradients, factor) =>
        forEach(gradients, (parameter, g) => {
          const { name } = parameter
          const rate = learningRate * factor
          const velocity = tf.add(tf.mul(kept.get(`sgd/velocity/${name}`), optimizer.momentum), g)
          kept.set(name, tf.sub(decayed(parameter, rate), tf.mul(velocity, rate)))
          kept.set(`sgd/velocity/${name}`, velocity)
        }),
    }

  const { beta1, beta2, epsilon } = optimizer
  const products = new Float64Array([1, 1])
  const flushed = (moment: Tensor): Tensor =>
    tf.where(tf.less(tf.abs(moment), LEAST), tf.zerosLike(moment), moment)
  return {
    moments: ["adam/first/", "adam/second/"],
    products: { "adam/products": products },
    apply: (gradients, factor) => {
      products[0]! *= beta1
      products[1]! *= beta2
      const rate = learningRate * factor
      const corrected = rate / (1 - products[0]!)
      const correction = 1 / (1 - products[1]!)
      forEach(gradients, (parameter, g) => {
        const { name } = parameter
        const [first, second] = [`adam/first/${name}`, `adam/second/${name}`]
        const m = flushed(tf.add(tf.mul(kept.get(first), beta1), tf.mul(g, 1 - beta1)))
        const v = flushed(tf.add(tf.mul(kept.get(second), beta2), tf.mul(tf.mul(g, 1 - beta2), g)))
        const scale = tf.add(tf.sqrt(tf.mul(v, correction)), epsilon)
        kept.set(name, tf.sub(decayed(parameter, rate), tf.div(tf.mul(m, corrected), scale)))
        kept.set(first, m)
        kept.set(second, v)
      })
    },
  }
}
