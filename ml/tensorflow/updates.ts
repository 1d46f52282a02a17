// Optimizers in operations of TensorFlow.js, by the formulas of docs/numerics.md. TensorFlow.js's own Adam makes its bias
// correction anew with pow when a state is loaded, so that a training would not go on as it was.
import type { Tensor } from "@tensorflow/tfjs-core"
import type { ParameterShape } from "../layers/parts/shape.ts"
import type { Tensorflow } from "../layers/parts/tensorflow.ts"
import { AdamCorrections } from "../training/adam-corrections.ts"
import { decayOf, isDecayed } from "../training/decay.ts"
import type { Adam, Optimizer, Sgd } from "../training/optimizer.ts"
import { ADAM, momentOf, SGD } from "../training/optimizer-state.ts"
import type { Kept } from "./parameters.ts"

/** Moments below it become zero. */
const LEAST = 1e-30

export type Gradients = ReadonlyMap<ParameterShape, Tensor>

export interface Update {
  /** Names under which a state holds a tensor for each parameter. */
  readonly moments: ReadonlyArray<string>
  /** Float64 numbers of the state, by name; changed in place. */
  readonly products: Readonly<Record<string, Float64Array>>
  /** One step with these gradients by parameter, at the learning rate times `factor`. */
  apply(gradients: Gradients, factor: number): void
}

export function planUpdate(tf: Tensorflow, kept: Kept, optimizer: Optimizer): Update {
  return optimizer.type === "sgd" ? planSgd(tf, kept, optimizer) : planAdam(tf, kept, optimizer)
}

function planSgd(tf: Tensorflow, kept: Kept, optimizer: typeof Sgd.Type): Update {
  const { learningRate, momentum } = optimizer
  const decayed = planDecay(tf, kept, optimizer)
  return {
    moments: [SGD.velocity],
    products: {},
    apply: (gradients, factor) => {
      const rate = learningRate * factor
      tf.tidy(() => {
        for (const [parameter, g] of gradients) {
          const { name } = parameter
          const velocity = tf.add(tf.mul(kept.get(momentOf(SGD.velocity, name)), momentum), g)
          kept.set(name, tf.sub(decayed(parameter, rate), tf.mul(velocity, rate)))
          kept.set(momentOf(SGD.velocity, name), velocity)
        }
      })
    },
  }
}

function planAdam(tf: Tensorflow, kept: Kept, optimizer: typeof Adam.Type): Update {
  const { learningRate, beta1, beta2, epsilon } = optimizer
  const decayed = planDecay(tf, kept, optimizer)
  const corrections = new AdamCorrections(optimizer)
  const flushed = (moment: Tensor): Tensor =>
    tf.where(tf.less(tf.abs(moment), LEAST), tf.zerosLike(moment), moment)
  return {
    moments: [ADAM.first, ADAM.second],
    products: { [ADAM.products]: corrections.products },
    apply: (gradients, factor) => {
      const rate = learningRate * factor
      const { corrected, correction } = corrections.next(rate)
      tf.tidy(() => {
        for (const [parameter, g] of gradients) {
          const { name } = parameter
          const [first, second] = [momentOf(ADAM.first, name), momentOf(ADAM.second, name)]
          const m = flushed(tf.add(tf.mul(kept.get(first), beta1), tf.mul(g, 1 - beta1)))
          const v = flushed(tf.add(tf.mul(kept.get(second), beta2), tf.mul(tf.mul(g, 1 - beta2), g)))
          const scale = tf.add(tf.sqrt(tf.mul(v, correction)), epsilon)
          kept.set(name, tf.sub(decayed(parameter, rate), tf.div(tf.mul(m, corrected), scale)))
          kept.set(first, m)
          kept.set(second, v)
        }
      })
    },
  }
}

/** A parameter as it is before its update. */
function planDecay(
  tf: Tensorflow,
  kept: Kept,
  optimizer: Optimizer,
): (parameter: ParameterShape, rate: number) => Tensor {
  const weightDecay = decayOf(optimizer)
  return (parameter, rate) => {
    const weight = kept.get(parameter.name)
    return weightDecay === 0 || !isDecayed(parameter) ? weight : tf.mul(weight, 1 - rate * weightDecay)
  }
}
