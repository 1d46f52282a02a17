// `train` as a chain of epochs: what its curve is measured on, what it saves, and what it refuses.
import t from "tap"
import { encodeParams } from "../../engine/declare/params.ts"
import { encodeIdx } from "../../ml/data/idx.ts"
import { decodeIndices, encodeIndices } from "../../ml/data/indices.ts"
import { decodeWeights } from "../../ml/network/weights.ts"
import { optimizer } from "../../ml/training/optimizer.ts"
import { evaluate } from "../../stages/evaluate.ts"
import { thrown } from "../engine/support/thrown.ts"
import { adam, classes, examples, smallNetwork } from "../ml/support/small-training.ts"
import { runForm } from "./support/run-form.ts"
import { type Params, TrainParams, trainChain } from "./support/train-chain.ts"

const { images, labels } = examples(140)
/** The part to validate is of any size and order, and no multiple of a batch. */
const validation = Uint32Array.from({ length: 37 }, (_, i) => i * 3)
const fitted = Uint32Array.from({ length: 140 }, (_, i) => i).filter((i) => !validation.includes(i))
const inputs = {
  inputs: encodeIdx({ shape: [140, 8, 8], data: images }),
  targets: encodeIdx({ shape: [140], data: labels }),
  train: encodeIndices(fitted),
  validation: encodeIndices(validation),
}
const settings: Params = {
  ...{
    network: smallNetwork(0),
    dropout: 0.25,
    optimizer: adam,
    batchSize: 16,
    classes,
    seed: 1,
    stream: "a",
  },
  ...{ curveExamples: "validation", epochs: 2, patience: null, minimumDelta: 0 },
  ...{ monitor: "loss", restoreBest: false },
}

const trained = (changes: Partial<Params> = {}, given = inputs) =>
  trainChain({ ...settings, ...changes }, given)

t.test("validation is measured on all that validates, as the evaluation of its epoch is", async (t) => {
  const { weights, curve } = await trained()
  const { metrics } = await runForm(
    evaluate.validation,
    { classes: ["a", "b", "c"] },
    { inputs: inputs.inputs, targets: inputs.targets, indices: inputs.validation, weights },
  )
  const last = curve.at(-1)!
  t.equal(last.validationAccuracy, (metrics as Record<string, number>).accuracy)
  t.ok(Math.abs(last.validationLoss! - (metrics as Record<string, number>).loss!) < 1e-6)
})

t.test("of what is fitted as many are measured as validate, or so many as are wanted, or all", async (t) => {
  const sizes = async (curveExamples: Params["curveExamples"], given = inputs) =>
    (await trained({ curveExamples, epochs: 1 }, given)).attached
  t.same(await sizes("validation"), [103, 37, 37])
  t.same(await sizes(50), [103, 50, 37])
  t.same(await sizes(6000), [103, 103, 37])
  const turned = { ...inputs, train: inputs.validation, validation: inputs.train }
  t.same(await sizes("validation", turned), [37, 37, 103], "more validate than are fitted")
  const one = { ...inputs, validation: encodeIndices(Uint32Array.of(5)) }
  t.same(await sizes("validation", one), [103, 1, 1], "one validates")
})

t.test("how many examples the curve takes does not change what is trained", async (t) => {
  const [few, many] = [await trained({ curveExamples: 9 }), await trained({ curveExamples: 103 })]
  t.same(few.weights, many.weights)
  t.same(
    few.curve.map(({ validationLoss }) => validationLoss),
    many.curve.map(({ validationLoss }) => validationLoss),
  )
  t.equal(decodeIndices(inputs.validation, 140).length, 37)
})

t.test(
  "saved weights say the dropout rates that they were trained with, one for all or one each",
  async (t) => {
    const rates = ({ weights }: { weights: Uint8Array }) =>
      decodeWeights(weights).network.layers.flatMap((layer) => (layer.type === "dropout" ? [layer.rate] : []))
    t.same(rates(await trained({ epochs: 1 })), [0.25])
    t.same(rates(await trained({ epochs: 1, dropout: { dropout1: 0.5 } })), [0.5])
  },
)

t.test(
  "a warm-up that is longer than the training, or than its cosine, is refused when it is declared",
  async (t) => {
    const declared = (epochs: number, schedule: NonNullable<Params["optimizer"]["schedule"]>) =>
      encodeParams("train", TrainParams, {
        ...settings,
        epochs,
        optimizer: { ...optimizer({ type: "adam" }), schedule },
      })
    const said = (...given: Parameters<typeof declared>) => thrown(() => declared(...given)).message
    t.match(
      said(3, { type: "constant", warmUp: 3.5 }),
      /^train: optimizer\.schedule\.warmUp is 3\.5: all of 3 epochs would be warm-up: take at most 3, or more epochs$/,
    )
    t.match(
      said(30, { type: "cosine", epochs: 4, floor: 0, warmUp: 5 }),
      /^train: optimizer\.schedule\.warmUp is 5: a cosine of 4 epochs would be over before it: take at most 4$/,
    )
    t.ok(declared(3, { type: "constant", warmUp: 3 }))
    t.ok(declared(3, { type: "steps", every: 1, factor: 0.5, warmUp: 2 }))
  },
)
