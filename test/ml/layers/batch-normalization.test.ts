// Batch normalization in a training: what it measures, keeps and predicts with.
import t from "tap"
import { decodeSafetensors, encodeSafetensors } from "../../../ml/data/safetensors.ts"
import { network } from "../../../ml/network/network.ts"
import { trainEpoch } from "../../../ml/training/epoch.ts"
import { optimizer } from "../../../ml/training/optimizer.ts"
import { assess, predict } from "../../../ml/training/prediction.ts"
import { bitsOf, classes, examples, makeTrainer, normalizedPixels } from "../support/small-training.ts"

const { images, labels } = examples(48)
const inOrder = Uint32Array.from({ length: 48 }, (_, i) => i)
const normalized = network({
  layers: [
    { type: "conv", filters: 5, kernel: 3, padding: "same" },
    { type: "batch-normalization", name: "norm" },
    { type: "activation", kind: "relu" },
    { type: "global-average" },
    { type: "dense", units: 9 },
    { type: "batch-normalization" },
    { type: "activation", kind: "leaky-relu" },
    { type: "dense", units: classes },
  ],
})

t.test("a normalized network learns, and predicts what it has learned", async (t) => {
  for (const type of ["adam", "sgd"] as const) {
    const trainer = await makeTrainer({
      network: normalized,
      optimizer: optimizer({ type, learningRate: 0.02 }),
    })
    const data = trainer.attach(images, labels)
    for (let epoch = 0; epoch < 40; epoch++) await trainEpoch(trainer, data, epoch)
    t.ok(assess(trainer, data).accuracy! > 0.9, `${type}: ${assess(trainer, data).accuracy}`)
  }
})

t.test(
  "a training with running statistics resumes to the bit, and weights alone predict the same",
  async (t) => {
    const whole = await makeTrainer({ network: normalized })
    const data = whole.attach(images, labels)
    await trainEpoch(whole, data, 0)
    const saved = encodeSafetensors(whole.state())
    await trainEpoch(whole, data, 1)
    const resumed = await makeTrainer({ network: normalized })
    resumed.load(decodeSafetensors(saved).tensors)
    await trainEpoch(resumed, resumed.attach(images, labels), 1)
    t.same(bitsOf(resumed.state()), bitsOf(whole.state()))
    const other = await makeTrainer({ network: normalized, seed: 9 })
    other.load({ ...other.state(), ...whole.weights() })
    t.same(predict(other, other.attach(images, labels)), predict(whole, data))
  },
)

t.test("evaluating moves no running statistic", async (t) => {
  const trainer = await makeTrainer({ network: normalized })
  const data = trainer.attach(images, labels)
  await trainEpoch(trainer, data, 0)
  const before = bitsOf(trainer.state())
  assess(trainer, data)
  t.same(bitsOf(trainer.state()), before)
})

t.test(
  "running statistics start at 0 and 1, and move a quarter of the way to each full shard's",
  async (t) => {
    const trainer = await makeTrainer({ network: normalizedPixels, batchSize: 32, shards: 2 })
    const start = trainer.weights()
    t.same([...start["norm/mean"]!.data, ...start["norm/variance"]!.data], [0, 1])
    t.same([...start["norm/scale"]!.data, ...start["norm/shift"]!.data], [1, 0])
    trainer.step(trainer.attach(images, labels), inOrder, 0, 32, 0, 0)
    let [mean, variance] = [0, 1]
    for (const shard of [0, 1]) {
      const pixels = [...images.subarray(shard * 16 * 64, (shard + 1) * 16 * 64)].map((byte) => byte / 255)
      const of = pixels.reduce((a, b) => a + b) / pixels.length
      mean = 0.75 * mean + 0.25 * of
      variance =
        0.75 * variance + (0.25 * pixels.reduce((sum, x) => sum + (x - of) ** 2, 0)) / (pixels.length - 1)
    }
    const after = trainer.weights()
    t.ok(Math.abs(after["norm/mean"]!.data[0]! - mean) < 1e-6)
    t.ok(Math.abs(after["norm/variance"]!.data[0]! - variance) < 1e-6)
  },
)

t.test(
  "no optimizer and no weight decay touches a statistic, and decay leaves the scale alone",
  async (t) => {
    const after = async (method: object) => {
      const trainer = await makeTrainer({
        network: normalizedPixels,
        optimizer: optimizer({ type: "sgd", ...method }),
      })
      trainer.step(trainer.attach(images, labels), inOrder, 0, 16, 0, 0)
      return bitsOf(trainer.state())
    }
    const [plain, decayed] = [await after({}), await after({ weightDecay: 1 })]
    for (const name of ["mean", "variance", "scale", "shift"])
      t.equal(decayed[`norm/${name}`], plain[`norm/${name}`], name)
    t.not(decayed["dense1/kernel"], plain["dense1/kernel"])
    const slow = await after({ learningRate: 1e-6 })
    for (const name of ["mean", "variance"]) t.equal(slow[`norm/${name}`], plain[`norm/${name}`])
    t.match(plain["sgd/velocity/norm/mean"], /^0+$/)
  },
)
