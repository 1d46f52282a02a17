/**
 * The maker of trainers on TensorFlow.js: the same network, seeds, batches, masks and formulas as the bit-exact maker, in
 * TensorFlow's own arithmetic. Its results agree with the other's within rounding, and differ in bits from machine to machine.
 */
import type { Tensor } from "@tensorflow/tfjs-core"
import { ImpossibleNetwork } from "../layers/parts/impossible-network.ts"
import type { ParameterShape } from "../layers/parts/shape.ts"
import type { Tensorflow, Training } from "../layers/parts/tensorflow.ts"
import { initialWeights } from "../network/initial-weights.ts"
import { shapes } from "../network/shapes.ts"
import { seedOf } from "../statistics/random.ts"
import { factorAt } from "../training/schedule.ts"
import type {
  Dataset,
  Predictions,
  Tally,
  Trainer,
  TrainerOptions,
  TrainingState,
} from "../training/trainer.ts"
import { type Attached, attachExamples, batchOf } from "./examples.ts"
import { forward } from "./forward.ts"
import { checkState, Kept } from "./parameters.ts"
import { planUpdate } from "./updates.ts"

const DEFAULT_SHARDS = 4

/** A trainer whose tensors lie outside the reach of the garbage collector. */
export interface TensorflowTrainer extends Trainer {
  /** Gives its tensors back; it is of no use afterwards. */
  dispose(): void
}

/**
 * A trainer with fresh weights on whatever backend `tf` is set to. Throws RangeError for options that make no sense,
 * ImpossibleNetwork for a network that does not fit the input or the classes.
 */
export function createTensorflowTrainer(tf: Tensorflow, given: TrainerOptions): TensorflowTrainer {
  const options = { shards: DEFAULT_SHARDS, ...given }
  const { network, inputShape, classes, batchSize, shards } = options
  for (const [name, count] of Object.entries({ batchSize, shards, classes }))
    if (!Number.isInteger(count) || count < 1)
      throw new RangeError(`${name} is ${count}, not a positive integer`)
  const { schedule } = options.optimizer
  const layers = shapes(network, inputShape)
  const last = layers.at(-1)!
  if (`${last.output}` !== `${classes}`)
    throw new ImpossibleNetwork({
      layer: last.name,
      reason: `it ends in ${last.output.join("×")}, not in ${classes} classes`,
    })
  const stream = seedOf(options.seed, options.stream)
  const perShard = Math.ceil(batchSize / shards)
  const parameters = layers.flatMap((layer) => layer.parameters)
  const learned = parameters.filter(({ role }) => role !== "statistic")
  const names = new Set(parameters.map(({ name }) => name))
  /** Whether a row's output depends on the rows beside it. */
  const hasStatistics = parameters.some(({ role }) => role === "statistic")
  const kept = new Kept(tf)
  const update = planUpdate(tf, kept, options.optimizer)
  for (const layer of layers)
    for (const [name, values] of initialWeights(stream, layer))
      kept.write(name, layer.parameters.find((parameter) => parameter.name === name)!.shape, values)
  for (const prefix of update.moments)
    for (const { name, shape } of parameters) kept.set(`${prefix}${name}`, tf.zeros([...shape]))

  const state = (): TrainingState => ({
    ...kept.read(),
    ...Object.fromEntries(
      Object.entries(update.products).map(([name, values]) => [
        name,
        { shape: [values.length], data: values.slice() },
      ]),
    ),
  })
  const weights = () => kept.read((name) => names.has(name))

  /** Loss by row, and how many rows are right. */
  const judge = (logits: Tensor, y: Tensor) => ({
    losses: tf.neg(tf.sum(tf.mul(y, tf.logSoftmax(logits)), -1)),
    right: tf.sum(tf.cast(tf.equal(tf.argMax(logits, -1), tf.argMax(y, -1)), "float32")),
  })

  /** The gradients of some rows' part in the mean over `batch` examples, added to `sums`. */
  const learn = (
    x: Tensor,
    y: Tensor,
    batch: number,
    parts: Training["parts"],
    sums: Map<ParameterShape, Tensor>,
  ) => {
    const found = { loss: 0, correct: 0 }
    const measured: Array<() => void> = []
    const differentiate = tf.valueAndGrads((...values: Array<Tensor>) => {
      const byName = new Map(learned.map(({ name }, i) => [name, values[i]!]))
      const weight = (name: string): Tensor => byName.get(name) ?? kept.get(name)
      const becomes: Training["becomes"] = (statistic, value) => {
        tf.keep(value)
        measured.push(() => kept.set(statistic, value))
      }
      const logits = forward({ tf, stream, weight, training: { parts, becomes } }, layers, x)
      const { losses, right } = judge(logits, y)
      found.loss = total(losses)
      found.correct = right.dataSync()[0]!
      return tf.div(tf.sum(losses), batch)
    })
    const { grads } = differentiate(learned.map(({ name }) => kept.get(name)))
    for (const move of measured) move()
    learned.forEach((parameter, i) => {
      const sum = sums.get(parameter)
      sums.set(parameter, sum === undefined ? grads[i]! : tf.add(sum, grads[i]!))
    })
    return found
  }

  return {
    options,
    attach: (images, labels, rows) =>
      attachExamples(inputShape[0] * inputShape[1] * inputShape[2], classes, images, labels, rows),
    step: (dataset: Dataset, order, from, count, epoch, step): Tally => {
      if (count < 1 || count > batchSize || from + count > order.length)
        throw new RangeError(`a batch of ${count} from ${from} on is not within 1 to ${batchSize} examples`)
      const picks = Array.from(order.subarray(from, from + count))
      const outside = picks.find((row) => row >= dataset.count)
      if (outside !== undefined) throw new RangeError(`example ${outside} is not among ${dataset.count}`)
      const parts = Array.from({ length: Math.ceil(count / perShard) }, (_, shard) => ({
        rows: Math.min(perShard, count - shard * perShard),
        moment: { epoch, step, shard },
      }))
      const passes = hasStatistics ? parts.map((part) => [part]) : [parts]
      const tally = { loss: 0, correct: 0 }
      tf.tidy(() => {
        const gradients = new Map<ParameterShape, Tensor>()
        let done = 0
        for (const pass of passes) {
          const rows = pass.reduce((sum, part) => sum + part.rows, 0)
          const taken = picks.slice(done, done + rows)
          const { x, y } = batchOf(tf, dataset as Attached, taken, inputShape, classes)
          const found = learn(x, y, count, pass, gradients)
          tally.loss += found.loss
          tally.correct += found.correct
          done += rows
        }
        const stepsPerEpoch = Math.ceil(order.length / batchSize)
        const factor =
          schedule === undefined ? 1 : factorAt(schedule, epoch * stepsPerEpoch + step, stepsPerEpoch)
        update.apply(gradients, factor)
      })
      return tally
    },
    evaluate: (dataset: Dataset, from, count, into: Predictions = {}): Tally => {
      if (from < 0 || from + count > dataset.count)
        throw new RangeError(`examples ${from} to ${from + count} are not within ${dataset.count}`)
      const tally = { loss: 0, correct: 0 }
      for (let done = 0; done < count; done += batchSize) {
        const rows = Math.min(batchSize, count - done)
        const picks = Array.from({ length: rows }, (_, i) => from + done + i)
        tf.tidy(() => {
          const { x, y } = batchOf(tf, dataset as Attached, picks, inputShape, classes)
          const logits = forward({ tf, stream, weight: (name) => kept.get(name) }, layers, x)
          const { losses, right } = judge(logits, y)
          tally.loss += total(losses)
          tally.correct += right.dataSync()[0]!
          into.probabilities?.set(tf.softmax(logits).dataSync(), done * classes)
          into.labels?.set(tf.argMax(logits, -1).dataSync(), done)
        })
      }
      return tally
    },
    state,
    load: (given) => {
      checkState(given, state())
      for (const [name, { shape, data }] of Object.entries(given)) {
        const product = update.products[name]
        if (product === undefined) kept.write(name, shape, data as Float32Array)
        else product.set(data)
      }
    },
    weights,
    nonFinite: () => Object.entries(weights()).find(([, { data }]) => !data.every(Number.isFinite))?.[0],
    dispose: () => kept.dispose(),
  }
}

/** A sum in double precision. */
const total = (values: Tensor): number => {
  let sum = 0
  for (const value of values.dataSync()) sum += value
  return sum
}
