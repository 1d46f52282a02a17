// Trainings on a TensorFlow.js, whatever its backend, that move to the bit-exact maker and back, and that keep no tensor.
import type { Test } from "tap"
import type { Tensorflow } from "../../../ml/layers/parts/tensorflow.ts"
import { generator, permutation, seedOf } from "../../../ml/statistics/random.ts"
import { createTensorflowTrainer } from "../../../ml/tensorflow/tensorflow-trainer.ts"
import { optimizer } from "../../../ml/training/optimizer.ts"
import type { Trainer, TrainerOptions } from "../../../ml/training/trainer.ts"
import { count } from "../../counts.ts"
import { adam, bitsOf, classes, examples, inputShape, makeTrainer, smallNetwork } from "./small-training.ts"
import { apart } from "./tensorflow-agreement.ts"

export const small: TrainerOptions = {
  network: smallNetwork(0.25),
  inputShape,
  outputs: classes,
  optimizer: adam,
  batchSize: 16,
  seed: 1,
  stream: "final",
}

/** Steps over the examples in order, from step `first` of epoch 0 on. */
function train(trainer: Trainer, first: number, steps: number): number {
  const { batchSize } = trainer.options
  const perEpoch = 64 / batchSize
  const { images, labels } = examples(64)
  const data = trainer.attach(images, labels)
  const order = permutation(64, generator(seedOf(1, "order")))
  let loss = 0
  for (let step = first; step < first + steps; step++)
    loss += trainer.step(
      ...([data, order, (step % perEpoch) * batchSize, batchSize] as const),
      ...([Math.floor(step / perEpoch), step % perEpoch] as const),
    ).loss
  return loss
}

export async function movesBothWays(t: Test, tf: Tensorflow): Promise<void> {
  const schedule = { type: "cosine", epochs: 3, warmUp: 1 } as const
  for (const chosen of [
    adam,
    optimizer({ type: "adam", learningRate: 0.01, weightDecay: 0.1, schedule }),
    optimizer({ type: "sgd", learningRate: 0.05, weightDecay: 0.1 }),
  ]) {
    const options = { ...small, optimizer: chosen }
    const exact = await makeTrainer(options)
    train(exact, 0, 6)
    const middle = exact.state()
    train(exact, 6, 6)
    const theirs = createTensorflowTrainer(tf, options)
    train(theirs, 0, 6)
    theirs.load(middle)
    t.same(bitsOf(theirs.state()), bitsOf(middle), "a state round-trips bit for bit")
    train(theirs, 6, 6)
    const there = apart(theirs.weights(), exact.weights())
    t.ok(there < 1e-3, `to TensorFlow.js: ${there}`)
    const back = await makeTrainer(options)
    back.load(theirs.state())
    t.same(bitsOf(back.state()), bitsOf(theirs.state()), "and back")
    train(back, 12, 4)
    train(theirs, 12, 4)
    const here = apart(theirs.weights(), back.weights())
    t.ok(here < 1e-3, `and back: ${here}`)
    theirs.dispose()
  }
}

export function keepsNoTensor(t: Test, tf: Tensorflow): void {
  const steps = count(160, 500)
  const before = tf.memory().numTensors
  const trainer = createTensorflowTrainer(tf, { ...small, batchSize: 4 })
  const held = tf.memory().numTensors
  const early = train(trainer, 0, 16)
  train(trainer, 16, steps - 32)
  const late = train(trainer, steps - 16, 16)
  t.equal(tf.memory().numTensors, held)
  t.ok(late < early / 2, `it learns: ${early} to ${late}`)
  const { images, labels } = examples(40)
  const data = trainer.attach(images, labels)
  const probabilities = new Float32Array(40 * classes)
  trainer.evaluate(data, 0, 40, { outputs: probabilities, labels: new Uint8Array(40) })
  t.ok(Math.abs(probabilities.reduce((a, b) => a + b) - 40) < 1e-3, "each row sums to one")
  t.equal(tf.memory().numTensors, held)
  trainer.dispose()
  t.equal(tf.memory().numTensors, before)
}
