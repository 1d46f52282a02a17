// What a trainer's arena really holds, beside what shape arithmetic says that it must hold at least.
import fc from "fast-check"
import t from "tap"
import { describe } from "../../../ml/network/describe.ts"
import type { Network } from "../../../ml/network/network.ts"
import { network } from "../../../ml/network/network.ts"
import { shapes } from "../../../ml/network/shapes.ts"
import { trainEpoch } from "../../../ml/training/epoch.ts"
import { trainingMemory } from "../../../ml/training/memory.ts"
import { optimizer } from "../../../ml/training/optimizer.ts"
import { predict } from "../../../ml/training/prediction.ts"
import { Shards } from "../../../ml/training/shards.ts"
import { createWasmTrainer } from "../../../ml/wasm/wasm-trainer.ts"
import { count } from "../../counts.ts"
import { wasm } from "../support/harness.ts"
import { cases, leastStep } from "../support/random-networks.ts"
import { examples, makeTrainer } from "../support/small-training.ts"

const held = async (
  network: Network,
  inputShape: readonly [number, number, number],
  options: { batchSize: number; shards: number; type?: "sgd" | "adam" },
) => {
  const { type = "adam", ...rest } = options
  const classes = describe(network, inputShape).layers.at(-1)!.output[0]
  const trainer = await createWasmTrainer(wasm, {
    ...{
      network,
      inputShape,
      outputs: classes,
      optimizer: optimizer({ type }),
      seed: 1,
      stream: "a",
      ...rest,
    },
  })
  return trainer.memory()
}

/** Fewer than four floats are padding in each run of `of` floats. */
const padded = (bytes: number, minimum: number, of: number) =>
  bytes >= minimum && bytes < minimum * (1 + 16 / of)

t.test(
  "without pools a trainer of one shard holds the maps of arithmetic, and a gradient for each",
  async (t) => {
    const strided = (filters: number) =>
      ({ type: "conv", filters, kernel: 3, stride: 2, padding: "same" }) as const
    const convolutions = network({
      layers: [strided(10), strided(20), strided(40), { type: "flatten" }, { type: "dense", units: 7 }],
    })
    const [input, batch] = [[20, 30, 3] as const, 12]
    const found = await held(convolutions, input, { batchSize: batch, shards: 1 })
    const [maps, images, parameters] = trainingMemory(
      convolutions,
      input,
      batch,
      optimizer({ type: "adam" }),
    ).items
    t.ok(padded(found.maps!, maps!.bytes, 7 * 4), `${found.maps} and ${maps!.bytes}`)
    t.equal(found["gradients of maps"], found.maps)
    t.equal(found.input, images!.bytes)
    t.ok(found.weights! >= parameters!.bytes && found.weights! < 1.2 * parameters!.bytes)
    t.equal(found["gradients of weights"], found.weights)
    t.equal(found.moments, 2 * found.weights!)
    const shards = await held(convolutions, input, { batchSize: batch, shards: 4 })
    t.equal(shards.maps, found.maps! / 4, "shards go one after the other")
    t.equal(shards["gradients of weights"], 4 * found.weights!)
  },
)

t.test("a pool that a convolution takes in saves the map between them", async (t) => {
  const layers = [
    { type: "conv", filters: 8, kernel: 3, padding: "same" },
    { type: "activation", kind: "relu" },
    { type: "pool", kind: "max", size: 2 },
    { type: "flatten" },
    { type: "dense", units: 4 },
  ] as const
  const found = await held(network({ layers }), [8, 8, 1], { batchSize: 5, shards: 1 })
  t.equal(found.maps, 5 * (4 * 4 * 8 + 4) * 4)
  t.ok(
    found.maps! <
      trainingMemory(network({ layers }), [8, 8, 1], 5, optimizer({ type: "adam" })).items[0]!.bytes,
  )
})

t.test("a random network's trainer plans weights, gradients and moments by its parameters", async () => {
  await fc.assert(
    fc.asyncProperty(
      cases(),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 5 }),
      fc.constantFrom("sgd" as const, "adam" as const),
      async ({ network, inputShape }, drawn, shards, type) => {
        const batchSize = Math.max(drawn, leastStep(network))
        const { layers, totals, inputBytes } = describe(network, inputShape)
        if (totals.parameters === 0) return true
        const rows = new Shards({ batchSize, shards }, shapes(network, inputShape)).most
        const found = await held(network, inputShape, { batchSize, shards, type })
        const least = layers.at(-1)!.bytes * rows
        return (
          found.weights! >= totals.parameters * 4 &&
          found["gradients of weights"] === shards * found.weights! &&
          found.moments === (type === "adam" ? 2 : 1) * found.weights! &&
          padded(found.input!, rows * inputBytes, inputBytes / 4) &&
          (found.maps ?? 0) >= (layers.every(({ inPlace }) => inPlace) ? 0 : least) &&
          found["gradients of maps"] === found.maps
        )
      },
    ),
    { numRuns: count(10, 400) },
  )
})

t.test("attached examples are held as bytes, one a pixel and one a label", async (t) => {
  const flat = network({ layers: [{ type: "flatten" }, { type: "dense", units: 2 }] })
  const trainer = await createWasmTrainer(wasm, {
    ...{ network: flat, inputShape: [3, 3, 1], outputs: 2, optimizer: optimizer({ type: "sgd" }) },
    ...{ batchSize: 1, seed: 1, stream: "a" },
  })
  trainer.attach(new Uint8Array(90), new Uint8Array(10))
  t.equal(trainer.memory().examples, 100)
})

t.test("ten epochs, with a look at the examples after each, plan no byte more than one", async (t) => {
  const trainer = await makeTrainer({ batchSize: 7 })
  const { images, labels } = examples(20)
  const data = trainer.attach(images, labels)
  const epochs = async (from: number, to: number) => {
    for (let epoch = from; epoch < to; epoch++) {
      await trainEpoch(trainer, data, epoch)
      predict(trainer, data)
      trainer.load(trainer.state())
    }
    return trainer.memory()
  }
  const planned = await epochs(0, 1)
  t.same(await epochs(1, 10), planned)
  trainer.invite()
  const { threads, ...rest } = trainer.memory()
  t.ok(threads! > 0, "a thread needs room of its own")
  t.same(rest, planned)
})
