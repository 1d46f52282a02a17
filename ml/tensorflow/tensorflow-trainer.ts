// The maker of trainers on TensorFlow.js: the same network, seeds, batches, masks and formulas as the bit-exact maker, in
// TensorFlow's own arithmetic. Its results agree with the other's within rounding, and differ in bits from machine to machine.
import type { Tensorflow } from "../layers/parts/tensorflow.ts"
import { momentOf } from "../training/optimizer-state.ts"
import { complete } from "../training/options.ts"
import { checkState, nonFiniteIn, productTensors } from "../training/state.ts"
import type { Trainer, TrainerOptions, TrainingState } from "../training/trainer.ts"
import { attachExamples } from "./examples.ts"
import { type Plan, planNetwork } from "./plan.ts"
import { Steps } from "./steps.ts"
import { planUpdate, type Update } from "./updates.ts"

/** A trainer whose tensors lie outside the reach of the garbage collector. */
export interface TensorflowTrainer extends Trainer {
  /** Gives its tensors back; it is of no use afterwards. */
  dispose(): void
}

/**
 * A trainer with fresh weights on whatever backend `tf` is set to. Throws RangeError for options that make no sense,
 * ImpossibleNetwork for a network that does not fit the input or the outputs.
 */
export function createTensorflowTrainer(tf: Tensorflow, given: TrainerOptions): TensorflowTrainer {
  const options = complete(given)
  const plan = planNetwork(tf, options)
  const { kept, parameters } = plan
  const update = planUpdate(tf, kept, options.optimizer)
  for (const moment of update.moments)
    for (const { name, shape } of parameters) kept.set(momentOf(moment, name), tf.zeros([...shape]))
  const steps = new Steps(plan, update)
  const names = new Set(parameters.map(({ name }) => name))
  const weights = () => kept.read((name) => names.has(name))
  return {
    options,
    attach: (inputs, targets, rows) => attachExamples(options, { inputs, targets }, rows),
    step: (dataset, order, from, count, epoch, step) => steps.step(dataset, order, from, count, epoch, step),
    evaluate: (dataset, from, count, into) => steps.evaluate(dataset, from, count, into),
    state: () => readState(plan, update),
    load: (state) => writeState(plan, update, state),
    weights,
    nonFinite: () => nonFiniteIn(weights()),
    dispose: () => kept.dispose(),
  }
}

const readState = ({ kept }: Plan, { products }: Update): TrainingState => ({
  ...kept.read(),
  ...productTensors(products),
})

function writeState(plan: Plan, update: Update, state: TrainingState): void {
  checkState(state, readState(plan, update))
  for (const [name, { shape, data }] of Object.entries(state)) {
    const product = update.products[name]
    if (product === undefined) plan.kept.write(name, shape, data as Float32Array)
    else product.set(data)
  }
}
