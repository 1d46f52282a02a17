// Laws of the layers model: TensorFlow.js opens the two files by itself, and predicts what our kernels do.
import "@tensorflow/tfjs-backend-cpu"
import * as tf from "@tensorflow/tfjs-core"
import { type LayersModel, loadLayersModel } from "@tensorflow/tfjs-layers"
import fc from "fast-check"
import t from "tap"
import { numbersOf } from "../../../ml/data/normalization.ts"
import type { Tensors } from "../../../ml/data/tensor.ts"
import type { Layer } from "../../../ml/layers/table.ts"
import { type LayersModelFiles, layersModel } from "../../../ml/layers-model/layers-model.ts"
import { type NetworkEncoded, network } from "../../../ml/network/network.ts"
import { shapes } from "../../../ml/network/shapes.ts"
import { seedOf } from "../../../ml/statistics/random.ts"
import { count } from "../../counts.ts"
import { type Case, onKernels } from "../support/harness.ts"
import { allSorts, arraysFor } from "../support/random-networks.ts"

await tf.setBackend("cpu")

const about = { title: "a network", classes: ["one", "two"] }

type Weights = Readonly<Record<string, Float32Array>>

const tensorsOf = ({ network, inputShape }: Case, weights: Weights): Tensors => {
  const tensors = shapes(network, inputShape).flatMap(({ parameters }) => parameters)
  return Object.fromEntries(tensors.map(({ name, shape }) => [name, { shape, data: weights[name]! }]))
}

/** As it takes what the network itself does. */
const filesOf = (test: Case, weights: Weights) =>
  layersModel({ ...test, weights: tensorsOf(test, weights) }, about, "floats")

/** As a page opens it from a server that has no other files. */
function opened({ model, weights }: LayersModelFiles): Promise<LayersModel> {
  const served = new Map([
    ["model.json", new Response(model.slice(), { headers: { "content-type": "application/json" } })],
    [
      "weights.bin",
      new Response(weights.slice(), { headers: { "content-type": "application/octet-stream" } }),
    ],
  ])
  const fetchFunc = async (url: string | URL | Request) =>
    served.get(`${url}`.split("/").at(-1)!) ?? new Response(null, { status: 404 })
  return loadLayersModel(tf.io.http("http://model.test/model.json", { fetchFunc }))
}

async function predicted(files: LayersModelFiles, x: Float32Array, shape: Array<number>) {
  const model = await opened(files)
  const found = tf.tidy(() => (model.predict(tf.tensor(x, shape)) as tf.Tensor).dataSync())
  model.dispose()
  return [...found]
}

/** How far off its outputs are at most, for outputs of about 1. */
async function difference(test: Case): Promise<number> {
  const { x, weights, gradient } = arraysFor(test)
  const { output } = onKernels(test)(x, weights, gradient, false)
  const found = await predicted(filesOf(test, weights), x, [test.rows, ...test.inputShape])
  if (found.length !== output.length) return Number.POSITIVE_INFINITY
  return output.reduce(
    (most, ours, i) => Math.max(most, Math.abs(found[i]! - ours) / Math.max(1, Math.abs(ours))),
    0,
  )
}

const named = (layers: NetworkEncoded["layers"], inputShape: Case["inputShape"]): Case => ({
  network: network({ layers }),
  inputShape,
  rows: 2,
  seed: 1,
  stream: seedOf(1, "test"),
})

t.test("a layers model of any layers predicts what ours does", async (t) => {
  const seen = new Set<Layer["type"]>()
  await fc.assert(
    fc.asyncProperty(allSorts(), async (test) => {
      for (const { type } of test.network.layers) seen.add(type)
      return (await difference(test)) < 1e-3
    }),
    { numRuns: count(40, 600) },
  )
  t.equal(seen.size, 13, [...seen].join())
})

t.test("layers may be called what a model there may not, or as its input is", async (t) => {
  const relu = (name: string) => ({ type: "activation", kind: "relu", name }) as const
  const layers = [
    { type: "conv", filters: 2, kernel: 1, name: "_a" },
    relu("layer_a"),
    relu("-"),
    { type: "flatten", name: "input" },
    { type: "flatten", name: "input_" },
    { type: "flatten", name: "prepared" },
    { type: "dense", units: 3, name: "__proto__" },
  ] as const
  t.ok((await difference(named(layers, [3, 4, 2]))) < 1e-5)
})

t.test("a layer may take one output more than once", async (t) => {
  const relu = { type: "activation", kind: "relu", name: "a" } as const
  const layers = [
    relu,
    { type: "concat", joins: ["a", "a"] },
    { type: "conv", filters: 2, kernel: 1, name: "b" },
    { type: "concat", joins: ["a", "b", "a"] },
    { type: "flatten" },
    { type: "dense", units: 2 },
  ] as const
  t.ok((await difference(named(layers, [3, 2, 2]))) < 1e-5)
})

t.test("raw values go in, and are normalized or scaled as in training", async (t) => {
  const test = named([{ type: "flatten" }, { type: "dense", units: 3 }], [4, 3, 2])
  const { weights, gradient } = arraysFor(test)
  const bytes = Uint8Array.from({ length: 2 * 24 }, (_, i) => (i * 37) % 256)
  const normalization = { mean: [100, 3].map(Math.fround), deviation: [0.7, 60].map(Math.fround) }
  const given = { network: test.network, inputShape: test.inputShape, weights: tensorsOf(test, weights) }
  for (const trained of [given, { ...given, normalization }]) {
    const x = numbersOf(bytes, "normalization" in trained ? trained.normalization : undefined)
    const { output } = onKernels(test)(x, weights, gradient, false)
    const found = await predicted(layersModel(trained, about), Float32Array.from(bytes), [2, 4, 3, 2])
    t.ok(output.every((ours, i) => Math.abs(found[i]! - ours) < 1e-5 * Math.max(1, Math.abs(ours))))
  }
  const table = {
    network: network({ layers: [{ type: "dense", units: 1 }] }),
    inputShape: [2] as const,
    weights: {
      "dense1/kernel": { shape: [2, 1], data: Float32Array.of(2, 3) },
      "dense1/bias": { shape: [1], data: Float32Array.of(1) },
    },
  }
  t.same(
    await predicted(layersModel(table, about), Float32Array.of(5, 7), [1, 2]),
    [32],
    "rows stay as they are",
  )
  const rows = { ...table, normalization: { mean: [1, 2], deviation: [2, 4] } }
  t.same(await predicted(layersModel(rows, about), Float32Array.of(5, 10), [1, 2]), [11])
})

t.test("the model says what it is, and of which classes", async (t) => {
  const test = named([{ type: "flatten" }, { type: "dense", units: 2 }], [2, 2, 1])
  const model = await opened(filesOf(test, arraysFor(test).weights))
  t.same(model.getUserDefinedMetadata(), about)
  model.dispose()
})

t.test("the same network gives the same files", async (t) => {
  const test = named([{ type: "flatten" }, { type: "dense", units: 2 }], [2, 2, 1])
  const { weights } = arraysFor(test)
  t.same(filesOf(test, weights), filesOf(test, weights))
})
