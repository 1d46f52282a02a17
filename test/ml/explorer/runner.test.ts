// A trained network layer by layer, as the explorer page runs it: bits, filters switched off, and what is refused.
import fc from "fast-check"
import t from "tap"
import { featureMaps } from "../../../ml/coursework/feature-maps.ts"
import { createRunner } from "../../../ml/explorer/runner.ts"
import { loadKernels } from "../../../ml/kernels/load.ts"
import { trainEpoch } from "../../../ml/training/epoch.ts"
import { predict } from "../../../ml/training/prediction.ts"
import { count } from "../../counts.ts"
import { drawnImage, drawnNetwork } from "../support/drawn-network.ts"
import { wasm } from "../support/harness.ts"
import { cases } from "../support/random-networks.ts"
import { examples, inputShape, makeTrainer } from "../support/small-training.ts"

/** As in a page that has no shared memory. */
const kernels = loadKernels(wasm, false)
const bits = (values: Float32Array) =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("hex")

t.test(
  "layer by layer, a page gets the bits that predicting goes through, whatever the network",
  async () => {
    await fc.assert(
      fc.asyncProperty(cases(fc.constantFrom(0, 0.5)), async (example) => {
        const [trained, image] = [drawnNetwork(example), drawnImage(example)]
        const { layers, forward } = createRunner(await kernels, trained, false)
        const { maps } = forward(image)
        const found = await Promise.all(
          layers.map(async ({ name }) => (await featureMaps(wasm, trained, image, name)).values),
        )
        return maps.every((map, i) => bits(map) === bits(found[i]!))
      }),
      { numRuns: count(20, 200) },
    )
  },
)

t.test("a page's probabilities are, bit for bit, the trainer's", async (t) => {
  const { images, labels } = examples(10)
  const trainer = await makeTrainer()
  const data = trainer.attach(images, labels)
  await trainEpoch(trainer, data, 0)
  const { outputs: probabilities } = predict(trainer, data)
  const trained = { network: trainer.options.network, inputShape, weights: trainer.weights() }
  const { forward } = createRunner(await kernels, trained, true)
  for (let i = 0; i < 10; i++)
    t.equal(
      bits(forward(images.subarray(64 * i, 64 * (i + 1))).probabilities!),
      bits(probabilities.slice(3 * i, 3 * (i + 1))),
    )
})

t.test(
  "a filter that is switched off is one whose weights and bias are 0, from there to the answer",
  async (t) => {
    const { images } = examples(1)
    const trainer = await makeTrainer()
    const { network } = trainer.options
    const weights = trainer.weights()
    const without = { ...weights }
    for (const name of ["conv1/kernel", "conv1/bias"]) {
      const { shape, data } = weights[name]!
      without[name] = { shape, data: (data as Float32Array).map((value, i) => (i % 5 === 2 ? 0 : value)) }
    }
    const runner = createRunner(await kernels, { network, inputShape, weights }, true)
    const zeroed = createRunner(await kernels, { network, inputShape, weights: without }, true)
    const ablated = new Map([["conv1", new Set([2])]])
    t.same(runner.forward(images, { ablated }), zeroed.forward(images))
    t.not(bits(runner.forward(images).probabilities!), bits(zeroed.forward(images).probabilities!))
  },
)

t.test("a network's first layers alone give maps and no classes", async (t) => {
  const { images } = examples(1)
  const { options, weights } = await makeTrainer().then((made) => ({ ...made, weights: made.weights() }))
  const network = { layers: [options.network.layers[0]] as const }
  const { forward } = createRunner(await kernels, { network, inputShape, weights }, false)
  const { maps, probabilities } = forward(images)
  t.same([maps.length, maps[0]!.length, probabilities], [1, 8 * 8 * 5, undefined])
})

t.test("weights that are missing and an image of another size are refused by name", async (t) => {
  const trainer = await makeTrainer()
  const { network } = trainer.options
  const { "dense1/bias": _, ...weights } = trainer.weights()
  const loaded = await kernels
  t.throws(() => createRunner(loaded, { network, inputShape, weights }, true), { message: /no dense1\/bias/ })
  const { forward } = createRunner(loaded, { network, inputShape, weights: trainer.weights() }, true)
  t.throws(() => forward(new Uint8Array(63)), { message: /63 values are not the 64 that conv1 takes/ })
})
