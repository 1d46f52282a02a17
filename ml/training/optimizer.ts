// The optimizers as data; it knows neither networks nor kernels.
import * as Schema from "effect/Schema"
import { Schedule } from "./schedule.ts"

const rate = Schema.Number.pipe(Schema.positive(), Schema.finite())
const fraction = Schema.Number.pipe(Schema.greaterThanOrEqualTo(0), Schema.lessThan(1))

/**
 * λ of decoupled weight decay (Loshchilov and Hutter, https://arxiv.org/abs/1711.05101): before each update every kernel is
 * multiplied by 1 − η · λ, where η is the learning rate as the schedule has it at that step. So does PyTorch's AdamW; in the
 * paper's algorithms 1 and 2 the schedule scales the decay and the learning rate does not, whose λ is thus learningRate · λ here.
 * Biases and what batch normalization learns are left alone, unlike PyTorch's as long as one names no groups: they hold no scale
 * that a penalty could shrink. Left out it is 0, and the training is the one without it bit for bit.
 */
const weightDecay = Schema.optionalWith(Schema.NonNegative.pipe(Schema.finite()), { exact: true })

/** How the learning rate goes; left out it stays as it is. */
const schedule = Schema.optionalWith(Schedule, { exact: true })

/** v ← momentum · v + g, w ← w − learningRate · v (Sutskever et al. 2013, in PyTorch's form). */
export const Sgd = Schema.Struct({
  type: Schema.Literal("sgd"),
  learningRate: Schema.optionalWith(rate, { default: () => 0.01 }),
  momentum: Schema.optionalWith(fraction, { default: () => 0.9 }),
  weightDecay,
  schedule,
})

/**
 * Adam (Kingma and Ba, https://arxiv.org/abs/1412.6980, algorithm 1): m ← β₁ m + (1 − β₁) g,
 * v ← β₂ v + (1 − β₂) g², w ← w − learningRate · m̂ / (√v̂ + epsilon), both bias-corrected. With a weight decay it is AdamW, in
 * PyTorch's scale.
 */
export const Adam = Schema.Struct({
  type: Schema.Literal("adam"),
  learningRate: Schema.optionalWith(rate, { default: () => 0.001 }),
  beta1: Schema.optionalWith(fraction, { default: () => 0.9 }),
  beta2: Schema.optionalWith(fraction, { default: () => 0.999 }),
  epsilon: Schema.optionalWith(rate, { default: () => 1e-8 }),
  weightDecay,
  schedule,
})

export const Optimizer = Schema.Union(Sgd, Adam)
export type Optimizer = typeof Optimizer.Type

/** An optimizer from plain data, defaults filled in; throws effect's ParseError that names the wrong field. */
export const optimizer: (data: typeof Optimizer.Encoded) => Optimizer = Schema.decodeSync(Optimizer)
