// Stages on arrays of any shape: a table of floats and images in colour go the way that Fashion-MNIST goes.
import t from "tap"
import { encodeParams } from "../../engine/declare/params.ts"
import { decodeArray } from "../../ml/data/arrays/decode-array.ts"
import { encodeNpy } from "../../ml/data/arrays/npy.ts"
import { decodeIndices, encodeIndices } from "../../ml/data/indices.ts"
import { sizeOf } from "../../ml/layers/parts/shape.ts"
import type { Loss } from "../../ml/losses/table.ts"
import { type NetworkEncoded, network } from "../../ml/network/network.ts"
import { decodeWeights } from "../../ml/network/weights.ts"
import { rSquared } from "../../ml/statistics/metrics/regression.ts"
import { generator, seedOf } from "../../ml/statistics/random.ts"
import { describe } from "../../stages/describe.ts"
import { evaluate } from "../../stages/evaluate.ts"
import { fold } from "../../stages/fold.ts"
import { normalize } from "../../stages/normalize.ts"
import { split } from "../../stages/split.ts"
import { thrown } from "../engine/support/thrown.ts"
import { adam } from "../ml/support/small-training.ts"
import { runForm } from "./support/run-form.ts"
import { type Params, TrainParams, trainChain } from "./support/train-chain.ts"

const COUNT = 120
const names = ["low", "high"]
const draws = generator(seedOf(1, "arrays"))
const labels = Uint8Array.from({ length: COUNT }, () => draws.below(2))
const targets = encodeNpy([COUNT], labels)

/** Values between 0 and 1 that are larger where the class is 1. */
const values = (size: number) =>
  Float32Array.from(
    { length: COUNT * size },
    (_, i) => 0.4 * draws.uniform() + 0.6 * labels[Math.floor(i / size)]!,
  )

const table = encodeNpy([COUNT, 4], values(4))
const colour = encodeNpy(
  [COUNT, 6, 6, 3],
  Uint8Array.from(values(108), (value) => 255 * value),
)

const settings = (layers: NetworkEncoded["layers"]): Params => ({
  ...{
    network: network({ layers }),
    dropout: 0,
    optimizer: adam,
    batchSize: 16,
    classes: 2,
    seed: 1,
    stream: "a",
  },
  ...{ curveExamples: "validation", epochs: 8, patience: null, minimumDelta: 0 },
  ...{ monitor: "loss", restoreBest: false },
})

const head: NetworkEncoded["layers"] = [
  { type: "dense", units: 8 },
  { type: "activation", kind: "relu" },
  { type: "dense", units: 2 },
]

for (const [what, inputs, layers, shape] of [
  ["a table of floats", table, head, [4]],
  [
    "images in colour",
    colour,
    [{ type: "conv", filters: 4, kernel: 3 }, { type: "flatten" }, ...head],
    [6, 6, 3],
  ],
] as const)
  t.test(`${what} is split, folded, trained on, evaluated and described`, async (t) => {
    const parts = await runForm(split, { classes: 2, validation: 0.25, seed: 1 }, { targets })
    const folded = await runForm(
      fold,
      { classes: 2, k: 3, fold: 1, examples: "all", seed: 1 },
      { targets, indices: parts.train as Uint8Array },
    )
    t.equal(decodeIndices(folded.train as Uint8Array, COUNT).length, 60)
    const given = {
      inputs,
      targets,
      train: parts.train as Uint8Array,
      validation: parts.validation as Uint8Array,
    }
    const { weights } = await trainChain(settings(layers), given)
    t.same(decodeWeights(weights).inputShape, shape)
    const { metrics } = await runForm(
      evaluate.validation,
      { classes: names },
      { inputs, targets, indices: given.validation, weights },
    )
    t.ok((metrics as { accuracy: number }).accuracy > 0.9, JSON.stringify(metrics))
    const described = await runForm(
      describe.network,
      { network: network({ layers }), input: shape, batch: 16, optimizer: adam },
      {},
    )
    t.match(
      (described.memory as ReadonlyArray<{ what: string; bytes: number }>).find(
        ({ what }) => what === "input",
      ),
      { bytes: 16 * 4 * sizeOf(shape) },
    )
  })

/** A number that follows from the values, and whether two of them are large. */
const features = values(4)
const numbers = encodeNpy(
  [COUNT],
  Float32Array.from({ length: COUNT }, (_, row) => 2 * features[4 * row]! - features[4 * row + 1]!),
)
const several = encodeNpy(
  [COUNT, 2],
  Float32Array.from({ length: 2 * COUNT }, (_, i) => Number(features[4 * (i >> 1) + (i % 2)]! > 0.5)),
)

const given = (targets: Uint8Array) => {
  const indices = (keep: (row: number) => boolean) =>
    encodeIndices(Uint32Array.from({ length: COUNT }, (_, row) => row).filter(keep))
  const validates = (row: number) => row % 4 === 0
  return {
    ...{ inputs: encodeNpy([COUNT, 4], features), targets },
    ...{ train: indices((row) => !validates(row)), validation: indices(validates) },
  }
}

/** Without classes, to one or several outputs. */
const toOutputs = (units: number, loss: Loss, monitor: Params["monitor"]): Params => {
  const { classes: _, ...rest } = settings([...head.slice(0, -1), { type: "dense", units }] as never)
  return { ...rest, loss, epochs: 60, monitor, restoreBest: true }
}

t.test("numbers are estimated: the curve has errors and R², and evaluate gives the estimates", async (t) => {
  const inputs = given(numbers)
  const params = toOutputs(1, { type: "mean-squared-error" }, "rSquared")
  const { weights, curve } = await trainChain(params, inputs)
  const best = Math.max(...curve.map(({ validationRSquared }) => validationRSquared!))
  t.ok(best > 0.9, `${best}`)
  t.same(Object.keys(curve[0]!), [
    ...["epoch", "trainLoss", "trainMeanAbsoluteError", "trainRSquared"],
    ...["validationLoss", "validationMeanAbsoluteError", "validationRSquared", "runningLoss"],
  ])
  const { estimates } = await runForm(
    evaluate.estimates,
    {},
    { inputs: inputs.inputs, indices: inputs.validation, weights },
  )
  const { shape, data } = decodeArray(estimates as Uint8Array)
  t.same(shape, [COUNT / 4])
  const truth = Array.from(decodeIndices(inputs.validation, COUNT), (row) => decodeArray(numbers).data[row]!)
  t.equal(rSquared(truth, data), best, "those of the epoch that was best")
  await t.rejects(
    runForm(evaluate.probabilities, {}, { inputs: inputs.inputs, indices: inputs.validation, weights }),
    { message: /trained by mean-squared-error gives estimates/ },
  )
})

t.test("labels of which an example has several are learned, each by itself", async (t) => {
  const inputs = given(several)
  const { weights, curve } = await trainChain(
    toOutputs(2, { type: "binary-cross-entropy" }, "accuracy"),
    inputs,
  )
  const best = Math.max(...curve.map(({ validationAccuracy }) => validationAccuracy!))
  t.ok(best > 0.85, `${best}`)
  const { probabilities } = await runForm(evaluate.testProbabilities, {}, { inputs: inputs.inputs, weights })
  const { shape, data } = decodeArray(probabilities as Uint8Array)
  t.same(shape, [COUNT, 2])
  t.ok(data.every((chance) => chance >= 0 && chance <= 1))
})

t.test("settings whose loss, classes and monitor do not fit are refused before anything runs", async (t) => {
  const refused = (changes: Partial<Params>, message: RegExp) =>
    t.match(
      thrown(() => encodeParams("train", TrainParams, { ...settings(head), ...changes })),
      { message },
    )
  refused(
    { monitor: "rSquared" },
    /monitor is "rSquared": softmax-cross-entropy has no rSquared: take loss or accuracy/,
  )
  refused(
    { loss: { type: "mean-squared-error" } },
    /classes is 2: mean-squared-error knows no classes: leave it out/,
  )
  const { classes: _, ...without } = settings(head)
  t.match(
    thrown(() => encodeParams("train", TrainParams, without)),
    {
      message: /softmax-cross-entropy wants to know how many classes there are/,
    },
  )
})

t.test(
  "a training by normalized inputs keeps what they are normalized by for whoever predicts",
  async (t) => {
    const scaled = encodeNpy(
      [COUNT, 4],
      features.map((value, i) => (i % 4 === 0 ? 1e4 * value : value)),
    )
    const inputs = { ...given(targets), inputs: scaled }
    const { normalization } = await runForm(normalize, {}, { inputs: scaled, indices: inputs.train })
    const normalized = { ...inputs, normalization: normalization as Uint8Array }
    const { weights, curve } = await trainChain(settings(head), normalized)
    t.ok(decodeWeights(weights).normalization!.mean[0]! > 1e3)
    const { metrics } = await runForm(
      evaluate.validation,
      { classes: names },
      { inputs: scaled, targets, indices: inputs.validation, weights },
    )
    t.equal((metrics as { accuracy: number }).accuracy, curve.at(-1)!.validationAccuracy)
    const wide = encodeNpy([COUNT, 3], values(3))
    await t.rejects(trainChain(settings(head), { ...normalized, inputs: wide }), {
      message: /^3 features where 4 were fitted/,
    })
  },
)

t.test("a value that is missing is refused, and the message says which and what to do", async (t) => {
  const holed = values(4)
  holed[4 * 7 + 2] = Number.NaN
  const inputs = encodeNpy([COUNT, 4], holed)
  const indices = encodeNpy([0], new Uint8Array(0))
  await t.rejects(trainChain(settings(head), { inputs, targets, train: indices, validation: indices }), {
    _tag: "ExamplesError",
    message: "value 2 of input 7 is NaN: fill in or leave out what is missing",
  })
})

t.test("what draws or moves images refuses the rows of a table", async (t) => {
  await t.rejects(
    runForm(
      evaluate.shifts,
      { classes: names, by: [1] },
      { inputs: table, targets, weights: new Uint8Array(0) },
    ),
    { _tag: "ExamplesError", message: "images of bytes are wanted here, not floats [120, 4]" },
  )
})
