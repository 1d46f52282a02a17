// Laws of the layers model: TensorFlow.js opens the two files by itself, and predicts what our kernels do.
import "@tensorflow/tfjs-backend-cpu"
import * as tf from "@tensorflow/tfjs-core"
import { type LayersModel, loadLayersModel } from "@tensorflow/tfjs-layers"
import fc from "fast-check"
import t from "tap"
import type { Layer } from "../../../ml/layers/table.ts"
import { layersModel } from "../../../ml/layers-model/layers-model.ts"
import { type NetworkEncoded, network } from "../../../ml/network/network.ts"
import { shapes } from "../../../ml/network/shapes.ts"
import { seedOf } from "../../../ml/statistics/random.ts"
import { count } from "../../counts.ts"
import { type Case, onKernels } from "../support/harness.ts"
import { arraysFor, cases } from "../support/random-networks.ts"

await tf.setBackend("cpu")

const about = { title: "a network", classes: ["one", "two"] }

function filesOf({ network, inputShape }: Case, weights: Readonly<Record<string, Float32Array>>) {
  const tensors = shapes(network, inputShape).flatMap(({ parameters }) => parameters)
  return layersModel(
    {
      ...{ network, inputShape },
      weights: Object.fromEntries(tensors.map(({ name, shape }) => [name, { shape, data: weights[name]! }])),
    },
    about,
  )
}

/** As a page opens it from a server that has no other files. */
function opened({ model, weights }: ReturnType<typeof filesOf>): Promise<LayersModel> {
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

/** How far off its outputs are at most, for outputs of about 1. */
async function difference(test: Case): Promise<number> {
  const { x, weights, gradient } = arraysFor(test)
  const { output } = onKernels(test)(x, weights, gradient, false)
  const model = await opened(filesOf(test, weights))
  const found = tf.tidy(() =>
    (model.predict(tf.tensor(x, [test.rows, ...test.inputShape])) as tf.Tensor).dataSync(),
  )
  model.dispose()
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
    fc.asyncProperty(cases(), async (test) => {
      for (const { type } of test.network.layers) seen.add(type)
      return (await difference(test)) < 1e-3
    }),
    { numRuns: count(40, 600) },
  )
  t.equal(seen.size, 11, [...seen].join())
})

t.test("layers may be called what a model there may not, or as its input is", async (t) => {
  const relu = (name: string) => ({ type: "activation", kind: "relu", name }) as const
  const layers = [
    { type: "conv", filters: 2, kernel: 1, name: "_a" },
    relu("layer_a"),
    relu("-"),
    { type: "flatten", name: "input" },
    { type: "flatten", name: "input_" },
    { type: "dense", units: 3, name: "__proto__" },
  ] as const
  t.ok((await difference(named(layers, [3, 4, 2]))) < 1e-5)
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
