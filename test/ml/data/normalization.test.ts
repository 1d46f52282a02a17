// Mean and deviation of inputs: what they are fitted on, what networks make of them, and where they are kept.
import "@tensorflow/tfjs-backend-cpu"
import "@tensorflow/tfjs-layers"
import * as tf from "@tensorflow/tfjs-core"
import t from "tap"
import {
  decodeNormalization,
  encodeNormalization,
  fitNormalization,
  numbersOf,
} from "../../../ml/data/normalization.ts"
import { sizeOf } from "../../../ml/layers/parts/shape.ts"
import { type NetworkEncoded, network } from "../../../ml/network/network.ts"
import { decodeWeights, encodeWeights } from "../../../ml/network/weights.ts"
import { modelText } from "../../../ml/pytorch/model-text.ts"
import { generator, seedOf } from "../../../ml/statistics/random.ts"
import { createTensorflowTrainer } from "../../../ml/tensorflow/tensorflow-trainer.ts"
import type { Trainer, TrainerOptions } from "../../../ml/training/trainer.ts"
import { bitsOf, makeTrainer } from "../support/small-training.ts"
import { apart } from "../support/tensorflow-agreement.ts"

await tf.setBackend("cpu")

const COUNT = 20
const draws = generator(seedOf(1, "normalization"))
const rows = Uint32Array.from({ length: COUNT }, (_, row) => row).filter((row) => row % 3 > 0)

const SHAPES = [
  [
    [5, 4, 3],
    [
      { type: "conv", filters: 4, kernel: 3, padding: "same" },
      { type: "flatten" },
      { type: "dense", units: 3 },
    ],
  ],
  [
    [6],
    [
      { type: "dense", units: 5 },
      { type: "activation", kind: "tanh" },
      { type: "dense", units: 3 },
    ],
  ],
] as const satisfies ReadonlyArray<readonly [TrainerOptions["inputShape"], NetworkEncoded["layers"]]>

const bytesFor = (size: number) => Uint8Array.from({ length: COUNT * size }, () => draws.below(256))

t.test("mean and deviation are those of each channel of the rows given, and of no other row", async (t) => {
  for (const [shape] of SHAPES) {
    const [size, channels] = [sizeOf(shape), shape.at(-1)!]
    const inputs = Float32Array.from(bytesFor(size), (byte) => byte - 100.25)
    const { mean, deviation } = fitNormalization({ shape, inputs }, rows)
    for (let channel = 0; channel < channels; channel++) {
      const own = Array.from(rows).flatMap((row) =>
        Array.from(inputs.subarray(row * size, (row + 1) * size)).filter((_, i) => i % channels === channel),
      )
      const known = own.reduce((sum, value) => sum + value, 0) / own.length
      const spread = Math.sqrt(own.reduce((sum, value) => sum + (value - known) ** 2, 0) / own.length)
      t.ok(Math.abs(mean[channel]! - known) < 1e-4)
      t.ok(Math.abs(deviation[channel]! - spread) < 1e-4)
    }
    const others = inputs.map((value, i) => (Math.floor(i / size) % 3 === 0 ? 1e6 : value))
    t.same(fitNormalization({ shape, inputs: others }, rows), { mean, deviation })
  }
})

t.test("of what never varies, or hardly, the deviation is 1", async (t) => {
  const inputs = Float32Array.from([7, 1, 0, 7, 2, 1e-44, 7, 3, 0, 7, 4, 1e-44])
  const { deviation } = fitNormalization({ shape: [3], inputs }, Uint32Array.of(0, 1, 2, 3))
  t.equal(deviation[0], 1)
  t.equal(deviation[2], 1, "what float32 cannot divide by")
  t.not(deviation[1], 1)
  t.throws(() => fitNormalization({ shape: [3], inputs }, new Uint32Array(0)), { message: /none to fit on/ })
})

t.test("a normalization comes out of its file, and out of a file of weights, bit for bit", async (t) => {
  const fitted = fitNormalization({ shape: [6], inputs: bytesFor(6) }, rows)
  t.same(decodeNormalization(encodeNormalization(fitted)), fitted)
  t.throws(() => decodeNormalization(encodeNormalization({ mean: [1], deviation: [] })), {
    message: /of one size/,
  })
  const { options, weights } = await trainerFor(1)
  const file = encodeWeights(weights(), options.network, [6], { normalization: fitted })
  t.same(decodeWeights(file).normalization, fitted)
})

/** A trainer for the examples of `SHAPES[at]`. */
const trainerFor = (at: number, normalization: TrainerOptions["normalization"] = null) => {
  const [inputShape, layers] = SHAPES[at]!
  return makeTrainer({ network: network({ layers }), inputShape, normalization, batchSize: 8 })
}

function trained(trainer: Trainer, inputs: Uint8Array | Float32Array) {
  const labels = Uint8Array.from({ length: COUNT }, (_, i) => i % 3)
  const data = trainer.attach(inputs, labels)
  const order = Uint32Array.from(labels, (_, i) => (i * 3) % COUNT)
  for (let step = 0; step < 3; step++)
    trainer.step(data, order, step * 7, Math.min(8, COUNT - step * 7), 0, step)
  return trainer.weights()
}

t.test(
  "a network sees bytes and floats as (value − mean) · (1 / deviation), each step in float32",
  async (t) => {
    for (const [at, [shape]] of SHAPES.entries()) {
      const bytes = bytesFor(sizeOf(shape))
      const normalization = fitNormalization({ shape, inputs: bytes }, rows)
      const channels = shape.at(-1)!
      const byHand = Float32Array.from(bytes, (byte, i) => {
        const { mean, deviation } = normalization
        return Math.fround(byte - mean[i % channels]!) * Math.fround(1 / deviation[i % channels]!)
      })
      t.same(numbersOf(bytes, normalization), byHand)
      const expected = bitsOf(trained(await trainerFor(at), byHand))
      t.same(bitsOf(trained(await trainerFor(at, normalization), bytes)), expected, "bytes")
      const floats = Float32Array.from(bytes)
      const ours = await trainerFor(at, normalization)
      t.same(bitsOf(trained(ours, floats)), expected, "floats")
      const theirs = createTensorflowTrainer(tf, ours.options)
      t.ok(apart(trained(theirs, bytes), ours.weights()) < 1e-3, "TensorFlow.js")
      theirs.dispose()
    }
  },
)

t.test("other channels than were fitted are refused by a message, not turned into NaN", async (t) => {
  const grey = { mean: [1], deviation: [2] }
  await t.rejects(trainerFor(0, grey), { message: /^3 channels where 1 was fitted: / })
  await t.rejects(trainerFor(1, { mean: [1, 2], deviation: [1, 1] }), {
    message: /^6 features where 2 were fitted: /,
  })
})

t.test(
  "PyTorch's text normalizes raw values by the same numbers, before it puts channels first",
  async (t) => {
    const normalization = { mean: [1.5, 2, 3], deviation: [0.25, 1, 2] }
    const [inputShape, layers] = SHAPES[0]
    const text = modelText(
      { network: network({ layers }), inputShape, normalization },
      { title: "a network", classes: ["a", "b", "c"] },
    )
    t.match(text, "MEAN = torch.tensor([1.5, 2, 3])\nDEVIATION = torch.tensor([0.25, 1, 2])\n")
    t.match(text, "return ((values - MEAN) * (1 / DEVIATION)).permute(0, 3, 1, 2)")
  },
)
