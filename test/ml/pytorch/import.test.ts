// Laws of weights that come from PyTorch: what was written there is what is read here, and what is another network's is refused by name.
import fc from "fast-check"
import t from "tap"
import { decodeSafetensors, encodeSafetensors } from "../../../ml/data/safetensors.ts"
import type { Tensors } from "../../../ml/data/tensor.ts"
import { type NetworkEncoded, network } from "../../../ml/network/network.ts"
import { shapes } from "../../../ml/network/shapes.ts"
import { fromStateDict } from "../../../ml/pytorch/from-state-dict.ts"
import { stateDict } from "../../../ml/pytorch/state-dict.ts"
import { seedOf } from "../../../ml/statistics/random.ts"
import { count } from "../../counts.ts"
import type { Case } from "../support/harness.ts"
import { allSorts, arraysFor } from "../support/random-networks.ts"

const trainedOf = (test: Case) => {
  const { network, inputShape } = test
  const { weights } = arraysFor(test)
  const tensors = shapes(network, inputShape).flatMap(({ parameters }) => parameters)
  return {
    network,
    inputShape,
    weights: Object.fromEntries(
      tensors.map(({ name, shape }) => [name, { shape, data: weights[name]! }]),
    ) as Tensors,
  }
}

const named = (layers: NetworkEncoded["layers"]): Case => ({
  network: network({ layers }),
  inputShape: [6, 5, 2],
  rows: 2,
  seed: 1,
  stream: seedOf(1, "test"),
})

const small = trainedOf(
  named([
    { type: "conv", filters: 3, kernel: [3, 2] },
    { type: "batch-normalization", name: "train" },
    { type: "flatten" },
    { type: "dense", units: 4 },
  ]),
)
const tensorsOf = () => {
  const { tensors, counters } = decodeSafetensors(stateDict(small))
  return { ...tensors, ...counters }
}

t.test("weights that go to PyTorch come back bit for bit, in the order that they have here", async () => {
  fc.assert(
    fc.property(allSorts(), (test) => {
      const trained = trainedOf(test)
      const back = fromStateDict(stateDict(trained), trained)
      const own = encodeSafetensors(trained.weights)
      return Buffer.from(encodeSafetensors(back)).equals(own)
    }),
    { numRuns: count(40, 600) },
  )
})

t.test("a network on rows of a table goes there and back too", async (t) => {
  const trained = {
    network: network({ layers: [{ type: "dense", units: 2 }] }),
    inputShape: [3] as const,
    weights: {
      "dense1/kernel": { shape: [3, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
      "dense1/bias": { shape: [2], data: Float32Array.of(7, 8) },
    },
  }
  const bytes = stateDict(trained)
  t.same([...decodeSafetensors(bytes).tensors["dense1.weight"]!.data], [1, 3, 5, 2, 4, 6])
  t.same(fromStateDict(bytes, trained), trained.weights)
})

t.test("a counter of training steps may be there or not", async (t) => {
  const { "layer_train.num_batches_tracked": counter, ...tensors } = tensorsOf()
  t.ok(counter, "it was there")
  t.same(fromStateDict(encodeSafetensors(tensors), small), small.weights)
})

t.test("a module of other names is read once it is said which layer each of them is", async (t) => {
  const renamed = Object.entries(tensorsOf()).map(([name, tensor]) => {
    const own = name
      .replace(/^conv1\./, "features.0.")
      .replace(/^layer_train\./, "features.1.")
      .replace(/^dense1\./, "classifier.")
    return [own, tensor]
  })
  const bytes = encodeSafetensors(Object.fromEntries(renamed))
  const modules = { conv1: "features.0", train: "features.1", dense1: "classifier" }
  t.same(fromStateDict(bytes, small, modules), small.weights)
  t.throws(() => fromStateDict(bytes, small), { _tag: "WeightsMismatch", message: /it has no conv1\.weight/ })
  t.throws(() => fromStateDict(bytes, small, { ...modules, conv2: "x" }), {
    message: /layer conv2, which the network has not/,
  })
})

t.test(
  "another network's tensors are refused by name: missing, strange, of another shape or type",
  async (t) => {
    const refused = (change: (tensors: ReturnType<typeof tensorsOf>) => object, message: RegExp) => {
      const bytes = encodeSafetensors(change(tensorsOf()) as Tensors)
      t.throws(() => fromStateDict(bytes, small), { _tag: "WeightsMismatch", message })
    }
    refused(({ "dense1.bias": _, ...others }) => others, /it has no dense1\.bias\b/)
    refused(
      (all) => ({ ...all, "fc.weight": { shape: [1], data: Float32Array.of(1) } }),
      /the network has no place for fc\.weight\b/,
    )
    refused(
      (all) => ({ ...all, "conv1.weight": { shape: [3, 2, 2, 3], data: new Float32Array(36) } }),
      /conv1\.weight is \[3, 2, 2, 3\], and layer conv1 takes \[3, 2, 3, 2\]/,
    )
    refused(
      (all) => ({ ...all, "dense1.bias": { shape: [4], data: new Float64Array(4) } }),
      /dense1\.bias holds other than floats of 32 bits: save model\.float\(\)\.state_dict\(\)/,
    )
    refused(
      (all) => ({ ...all, steps: { shape: [], data: BigInt64Array.of(3n) } }),
      /the network has no place for steps\b/,
    )
  },
)
