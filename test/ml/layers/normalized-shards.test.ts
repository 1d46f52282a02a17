// How the shards of a step are cut for batch normalization, and what short ones do to its running statistics.
import "@tensorflow/tfjs-backend-cpu"
import "@tensorflow/tfjs-layers"
import * as tf from "@tensorflow/tfjs-core"
import t from "tap"
import { network } from "../../../ml/network/network.ts"
import { createTensorflowTrainer } from "../../../ml/tensorflow/tensorflow-trainer.ts"
import { trainEpoch } from "../../../ml/training/epoch.ts"
import { optimizer } from "../../../ml/training/optimizer.ts"
import { complete, layersOf } from "../../../ml/training/options.ts"
import { assess } from "../../../ml/training/prediction.ts"
import { Shards } from "../../../ml/training/shards.ts"
import type { TrainerOptions } from "../../../ml/training/trainer.ts"
import { thrown } from "../../engine/support/thrown.ts"
import {
  adam,
  classes,
  examples,
  inputShape,
  makeTrainer,
  normalizedPixels,
  smallNetwork,
} from "../support/small-training.ts"
import { apart } from "../support/tensorflow-agreement.ts"

await tf.setBackend("cpu")

const f = Math.fround
const inOrder = Uint32Array.from({ length: 64 }, (_, i) => i)
/** Each row gives one value a channel. */
const afterDense = network({
  layers: [
    { type: "flatten" },
    { type: "dense", units: 6 },
    { type: "batch-normalization", name: "norm" },
    { type: "activation", kind: "relu" },
    { type: "dense", units: classes },
  ],
})

const optionsOf = (options: Partial<TrainerOptions>): Required<TrainerOptions> =>
  complete({
    ...{
      network: afterDense,
      inputShape,
      outputs: classes,
      optimizer: adam,
      batchSize: 16,
      seed: 1,
      stream: "final",
    },
    ...options,
  })
const cut = (options: Partial<TrainerOptions>, examples: number) => {
  const all = optionsOf(options)
  return new Shards(all, layersOf(all)).of(examples)
}

t.test(
  "after a dense layer separable data is learned at every batch size, or refused before any step",
  async (t) => {
    const { images, labels } = examples(41)
    const refused: Array<number> = []
    for (let batchSize = 1; batchSize <= 24; batchSize++) {
      let trainer: Awaited<ReturnType<typeof makeTrainer>> | undefined
      try {
        trainer = await makeTrainer({
          ...{ network: afterDense, batchSize, optimizer: optimizer({ type: "adam", learningRate: 0.02 }) },
        })
        const data = trainer.attach(images, labels)
        for (let epoch = 0; epoch < 25; epoch++) await trainEpoch(trainer, data, epoch)
        const { accuracy, loss } = assess(trainer, data)
        t.ok(accuracy! > 0.9 && loss < 0.5, `${batchSize}: ${accuracy}, ${loss}`)
      } catch (error) {
        refused.push(batchSize)
        t.match(error, {
          message: /^norm cannot be trained on a step of 1 example, .*: .*take /,
        })
        if (trainer !== undefined)
          t.equal(assess(trainer, trainer.attach(images, labels)).loss, await untrained(batchSize))
      }
    }
    t.same(refused, [1, 2, 4, 5, 8, 10, 20], "those that leave one example of 41")
  },
)

async function untrained(batchSize: number): Promise<number> {
  const { images, labels } = examples(41)
  const trainer = await makeTrainer({ network: afterDense, batchSize })
  return assess(trainer, trainer.attach(images, labels)).loss
}

t.test("a refused batch size comes with one that is not", async (t) => {
  const { images, labels } = examples(41)
  const trainer = await makeTrainer({ network: afterDense, batchSize: 8 })
  const data = trainer.attach(images, labels)
  await t.rejects(trainEpoch(trainer, data, 0), {
    message: /of 41 examples a batchSize of 8 leaves it to the last step of an epoch; take 9$/,
  })
  const other = await makeTrainer({ network: afterDense, batchSize: 9 })
  await t.resolves(trainEpoch(other, other.attach(images, labels), 0))
  t.throws(() => trainer.step(data, inOrder, 0, 1, 0, 0), { message: /take at least 2$/ })
})

t.test("both makers refuse a batch of one example alike", async (t) => {
  const options = optionsOf({})
  const said = /^norm cannot be trained on a step of 1 example, .* take a batchSize of at least 2$/
  await t.rejects(makeTrainer({ network: afterDense, batchSize: 1 }), { message: said })
  t.match(
    thrown(() => createTensorflowTrainer(tf, { ...options, batchSize: 1 })),
    { message: said },
  )
})

t.test(
  "shards for batch normalization differ by a row at most, and none has a single value a channel",
  (t) => {
    for (let batchSize = 2; batchSize <= 40; batchSize++)
      for (let examples = 2; examples <= batchSize; examples++) {
        const options = optionsOf({ batchSize })
        const shards = new Shards(options, layersOf(options))
        const found = shards.of(examples)
        const rows = found.map(({ rows }) => rows)
        const what = `${examples} of ${batchSize}: ${rows}`
        const [most, least] = [rows[0]!, rows[rows.length - 1]!]
        if (most - least > 1 || least < 2 || most > shards.most || rows.length > 4) t.fail(what)
        let start = 0
        for (const shard of found) {
          if (shard.start !== start) t.fail(what)
          start += shard.rows
        }
        if (start !== examples) t.fail(what)
      }
    t.end()
  },
)

t.test("without batch normalization shards are full but for the last, as they were", (t) => {
  const plain = { network: smallNetwork(0.25), batchSize: 17 }
  t.same(
    cut(plain, 16).map(({ start, rows }) => [start, rows]),
    [
      [0, 5],
      [5, 5],
      [10, 5],
      [15, 1],
    ],
  )
  t.same(
    cut({ ...plain, network: normalizedPixels }, 16).map(({ start, rows }) => [start, rows]),
    [
      [0, 4],
      [4, 4],
      [8, 4],
      [12, 4],
    ],
  )
  t.end()
})

/** Running statistics after a step over the first examples in order, by the book, in its roundings. */
function byTheBook(images: Uint8Array, options: Partial<TrainerOptions>, count: number): [number, number] {
  const scale = f(1 / 255)
  let [mean, variance] = [0, 1]
  for (const { start, rows, share } of cut(options, count)) {
    const pixels = [...images.subarray(start * 64, (start + rows) * 64)].map((byte) => f(byte * scale))
    const n = pixels.length
    const of = f(pixels.reduce((a, b) => a + b, 0) / n)
    const spread = f(pixels.reduce((sum, x) => sum + (x - of) ** 2, 0) / n)
    const fresh = 0.25 * share
    mean = f(f(f(1 - fresh) * mean) + f(f(fresh) * of))
    variance = f(f(f(1 - fresh) * variance) + f(f((fresh * n) / (n - 1)) * spread))
  }
  return [mean, variance]
}

t.test(
  "running statistics take the variance over n − 1, and of a short shard its share: bit for bit, on both makers",
  async (t) => {
    const { images, labels } = examples(64)
    for (const [batchSize, count] of [
      [16, 16],
      [16, 6],
      [16, 1],
      [18, 18],
      [64, 10],
    ] as const) {
      const options = optionsOf({ network: normalizedPixels, batchSize })
      const expected = byTheBook(images, options, count)
      const ours = await makeTrainer(options)
      ours.step(ours.attach(images, labels), inOrder, 0, count, 0, 0)
      const { "norm/mean": mean, "norm/variance": variance } = ours.weights()
      t.same([mean!.data[0], variance!.data[0]], expected, `${count} of ${batchSize}`)
      const theirs = createTensorflowTrainer(tf, options)
      theirs.step(theirs.attach(images, labels), inOrder, 0, count, 0, 0)
      t.ok(
        apart(
          { mean: theirs.weights()["norm/mean"]!, variance: theirs.weights()["norm/variance"]! },
          { mean: mean!, variance: variance! },
        ) < 1e-5,
      )
      theirs.dispose()
    }
  },
)

t.test("a short last step moves running statistics by as much as its examples are", async (t) => {
  const { images, labels } = examples(64)
  const moved = async (count: number) => {
    const trainer = await makeTrainer({ network: normalizedPixels, batchSize: 32, shards: 1 })
    trainer.step(trainer.attach(images, labels), inOrder, 0, count, 0, 0)
    return trainer.weights()["norm/mean"]!.data[0]!
  }
  const [whole, eighth] = [await moved(32), await moved(4)]
  t.ok(Math.abs(eighth / whole - 1 / 8) < 0.02, `${eighth} of ${whole}`)
})
