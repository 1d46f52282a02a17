// Augmentation through the stage `train`: what it moves, what it leaves alone, and what is refused.
import t from "tap"
import { encodeParams } from "../../engine/declare/params.ts"
import { encodeNpy } from "../../ml/data/arrays/npy.ts"
import { encodeIdx } from "../../ml/data/idx.ts"
import { encodeIndices } from "../../ml/data/indices.ts"
import { network } from "../../ml/network/network.ts"
import { evaluate } from "../../stages/evaluate.ts"
import { thrown } from "../engine/support/thrown.ts"
import { adam, classes, examples, smallNetwork } from "../ml/support/small-training.ts"
import { runForm } from "./support/run-form.ts"
import { type Params, TrainParams, trainChain } from "./support/train-chain.ts"

const { images, labels } = examples(90)
const inputs = {
  inputs: encodeIdx({ shape: [90, 8, 8], data: images }),
  targets: encodeIdx({ shape: [90], data: labels }),
  train: encodeIndices(Uint32Array.from({ length: 60 }, (_, i) => i)),
  validation: encodeIndices(Uint32Array.from({ length: 30 }, (_, i) => 60 + i)),
}
const settings: Params = {
  ...{ network: smallNetwork(0), dropout: 0.25, optimizer: adam, batchSize: 16, classes, seed: 1 },
  ...{ stream: "a", curveExamples: 60, epochs: 3, patience: null, minimumDelta: 0 },
  ...{ monitor: "loss", restoreBest: false },
}
const augmentation = [
  { type: "flip", probability: 0.5 },
  { type: "crop", padding: 1 },
  { type: "rotate", degrees: 10 },
] as const

const encoded = (given: unknown) =>
  encodeParams("train", TrainParams, { ...settings, augmentation: given }) as Record<string, unknown>
const said = (given: unknown) => thrown(() => encoded(given)).message

t.test("settings without augmentation, or with none, are what they were, to the byte", async (t) => {
  const plain = encodeParams("train", TrainParams, settings)
  t.notOk("augmentation" in (plain as object))
  t.same(encoded([]), plain)
  t.same(encoded(augmentation).augmentation, augmentation)
})

t.test("what cannot be is refused when it is declared, by its place", async (t) => {
  t.match(said([{ type: "crop", padding: 0 }]), /^train: augmentation\[0\]\.padding is 0/)
  t.match(said([{ type: "rotate", degrees: 181 }]), /^train: augmentation\[0\]\.degrees is 181/)
  t.match(said([{ type: "flip", probability: 2 }]), /^train: augmentation\[0\]\.probability is 2/)
})

t.test("a training sees augmented images; its curve and the evaluation see them as they are", async (t) => {
  const plain = await trainChain(settings, inputs)
  const { weights, curve } = await trainChain({ ...settings, augmentation }, inputs)
  t.not(Buffer.compare(weights, plain.weights), 0)
  const given = { inputs: inputs.inputs, targets: inputs.targets, weights }
  for (const [part, indices] of [
    ["validation", inputs.validation],
    ["train", inputs.train],
  ] as const) {
    const { metrics } = await runForm(
      evaluate.validation,
      { classes: ["a", "b", "c"] },
      { ...given, indices },
    )
    const found = metrics as Record<string, number>
    t.equal(curve.at(-1)![`${part}Accuracy`], found.accuracy)
    t.ok(Math.abs(curve.at(-1)![`${part}Loss`]! - found.loss!) < 1e-6)
  }
})

t.test(
  "a training that is resumed after any epoch gives the file of one that was not interrupted",
  async (t) => {
    const whole = await trainChain({ ...settings, augmentation }, inputs)
    for (const from of [1, 2]) {
      const resumed = await trainChain({ ...settings, augmentation }, inputs, {
        metrics: whole.metrics.slice(0, from),
        saved: whole.saved.slice(0, from),
      })
      t.same(resumed.weights, whole.weights, `after epoch ${from}`)
      t.same(resumed.curve, whole.curve)
    }
  },
)

t.test("augmentation of a table's rows is refused, and the message says what to do", async (t) => {
  const flat = network({
    layers: [
      { type: "dense", units: 9 },
      { type: "dense", units: classes },
    ],
  })
  const rows = { ...inputs, inputs: encodeNpy([90, 64], Float32Array.from(images)) }
  await t.rejects(trainChain({ ...settings, network: flat, dropout: 0, augmentation }, rows), {
    message:
      "augmentation (flip, crop, rotate) moves images, and examples are rows of 64 features: leave it out",
  })
})
