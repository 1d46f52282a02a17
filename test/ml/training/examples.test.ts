// Examples of any shape, as bytes or floats: images in colour, and rows of a table.
import "@tensorflow/tfjs-backend-cpu"
import "@tensorflow/tfjs-layers"
import * as tf from "@tensorflow/tfjs-core"
import t from "tap"
import type { Values } from "../../../ml/data/examples.ts"
import { PIXEL_SCALE } from "../../../ml/data/pixels.ts"
import { type Shape, sizeOf } from "../../../ml/layers/parts/shape.ts"
import { type NetworkEncoded, network } from "../../../ml/network/network.ts"
import { decodeWeights, encodeWeights } from "../../../ml/network/weights.ts"
import { generator, seedOf } from "../../../ml/statistics/random.ts"
import { createTensorflowTrainer } from "../../../ml/tensorflow/tensorflow-trainer.ts"
import type { Trainer } from "../../../ml/training/trainer.ts"
import { adam, bitsOf, makeTrainer } from "../support/small-training.ts"
import { apart } from "../support/tensorflow-agreement.ts"

await tf.setBackend("cpu")

type Layers = NetworkEncoded["layers"]

const dense: Layers = [
  { type: "dense", units: 7 },
  { type: "activation", kind: "tanh" },
  { type: "dense", units: 3 },
]
const framed: Layers = [
  { type: "conv", filters: 4, kernel: 3, padding: "same" },
  { type: "activation", kind: "relu" },
  { type: "flatten" },
  ...dense,
]
const plain: Layers = [{ type: "conv", filters: 4, kernel: 2 }, { type: "flatten" }, ...dense]

const draws = generator(seedOf(1, "examples of any shape"))
const COUNT = 24
const labels = Uint8Array.from({ length: COUNT }, () => draws.below(3))
const bytesOf = (shape: Shape) => Uint8Array.from({ length: COUNT * sizeOf(shape) }, () => draws.below(256))
const floatsOf = (bytes: Uint8Array) => Float32Array.from(bytes, (byte) => byte * PIXEL_SCALE)

/** Three steps on rows in an order of their own, the last one short. */
function stepped(trainer: Trainer, inputs: Values) {
  const data = trainer.attach(inputs, labels)
  const order = Uint32Array.from({ length: COUNT }, (_, i) => (i * 7) % COUNT)
  for (const [step, from] of [0, 10, 20].entries())
    trainer.step(data, order, from, Math.min(10, COUNT - from), 0, step)
  return trainer.weights()
}

const trainerFor = (layers: Layers, inputShape: Shape) =>
  makeTrainer({ network: network({ layers }), inputShape, batchSize: 10, optimizer: adam })

const SHAPES: ReadonlyArray<readonly [string, Layers, Shape]> = [
  ["images in colour within margins", framed, [5, 6, 3]],
  ["images without margins", plain, [5, 4, 2]],
  ["rows of a table", dense, [13]],
]

t.test("floats train bit for bit as the bytes that they are 255ths of", async (t) => {
  for (const [what, layers, shape] of SHAPES) {
    const bytes = bytesOf(shape)
    const [some, same] = [await trainerFor(layers, shape), await trainerFor(layers, shape)]
    t.same(bitsOf(stepped(same, floatsOf(bytes))), bitsOf(stepped(some, bytes)), what)
  }
})

t.test("a row of a table trains bit for bit as an image of one row that is flattened", async (t) => {
  const bytes = bytesOf([13])
  const rows = await trainerFor(dense, [13])
  const images = await trainerFor([{ type: "flatten" }, ...dense], [1, 13, 1])
  t.same(bitsOf(stepped(rows, bytes)), bitsOf(stepped(images, bytes)))
})

t.test("TensorFlow.js trains on floats of any shape as the kernels do", async (t) => {
  for (const [what, layers, inputShape] of SHAPES) {
    const ours = await trainerFor(layers, inputShape)
    const theirs = createTensorflowTrainer(tf, ours.options)
    const floats = floatsOf(bytesOf(inputShape))
    t.ok(apart(stepped(theirs, floats), stepped(ours, floats)) < 1e-3, what)
    theirs.dispose()
  }
})

t.test("a trainer refuses values that are not whole examples", async (t) => {
  const trainer = await trainerFor(dense, [13])
  t.throws(() => trainer.attach(new Float32Array(25), Uint8Array.of(0, 1)), {
    message: "25 values are not 13 for each of 2 examples",
  })
})

t.test("a file of weights says what its network takes, images in the words that it always had", async (t) => {
  for (const [, layers, shape] of SHAPES) {
    const trainer = await trainerFor(layers, shape)
    const file = encodeWeights(trainer.weights(), trainer.options.network, shape)
    t.same(decodeWeights(file).inputShape, shape)
  }
  const trainer = await trainerFor([{ type: "flatten" }, ...dense], [28, 28, 1])
  const text = Buffer.from(encodeWeights(trainer.weights(), trainer.options.network, [28, 28, 1])).toString()
  t.match(text, '"inputShape":"[28,28,1]"')
})
