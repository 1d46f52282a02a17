// Networks as graphs: branches that go on from an earlier layer, and maps that are joined or added.
import fc from "fast-check"
import t from "tap"
import { createRunner } from "../../../ml/explorer/runner.ts"
import { loadKernels } from "../../../ml/kernels/load.ts"
import { describe } from "../../../ml/network/describe.ts"
import { type NetworkEncoded, network } from "../../../ml/network/network.ts"
import { receptiveFields } from "../../../ml/network/receptive-fields.ts"
import { shapes } from "../../../ml/network/shapes.ts"
import { modelText } from "../../../ml/pytorch/model-text.ts"
import { predict } from "../../../ml/training/prediction.ts"
import { count } from "../../counts.ts"
import { onKernels, type Passed, wasm } from "../support/harness.ts"
import { arraysFor, graphs } from "../support/random-networks.ts"
import { byTheBook } from "../support/reference.ts"
import { movesBySlopes } from "../support/slopes.ts"
import { bitsOf, classes, examples, inputShape, makeTrainer } from "../support/small-training.ts"
import { inTensorflow } from "../support/tensorflow.ts"

const values = ({ output, inputGradient, gradients }: Passed) =>
  Object.entries({ output, inputGradient, ...gradients }).sort(([a], [b]) => (a < b ? -1 : 1))

t.test(
  "every bit of a random graph's outputs and gradients is the one that docs/numerics.md defines",
  async () => {
    fc.assert(
      fc.property(graphs(), (example) => {
        const { x, weights, gradient } = arraysFor(example)
        const found = values(onKernels(example)(x, weights, gradient))
        return values(byTheBook(example, x, weights, gradient)).every(([name, expected], i) => {
          const own = found[i]![1]
          return found[i]![0] === name && expected.every((value, at) => Object.is(value, own[at]))
        })
      }),
      { numRuns: count(30, 600) },
    )
  },
)

t.test("random graphs give TensorFlow.js's outputs and gradients", async () => {
  fc.assert(
    fc.property(graphs(), (example) => {
      const arrays = arraysFor(example, 0)
      const found = values(onKernels(example)(arrays.x, arrays.weights, arrays.gradient))
      const expected = values(inTensorflow(example, arrays))
      return expected.every(([, theirs], i) => {
        const size = theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 1)
        return theirs.every((value, at) => Math.abs(value - found[i]![1][at]!) < 5e-5 * size)
      })
    }),
    { numRuns: count(20, 300), seed: 1 },
  )
})

/** A block whose shortcut is a projection, since its map is smaller and has more channels. */
const projected: NetworkEncoded["layers"] = [
  { type: "conv", name: "stem", filters: 4, kernel: 3, padding: "same" },
  { type: "activation", name: "start", kind: "relu" },
  { type: "conv", name: "conv1", filters: 6, kernel: 3, stride: 2, padding: "same" },
  { type: "activation", kind: "relu" },
  { type: "conv", name: "conv2", filters: 6, kernel: 3, padding: "same" },
  { type: "from", layer: "start" },
  { type: "conv", name: "projection", filters: 6, kernel: 1, stride: 2 },
  { type: "add", adds: "conv2" },
  { type: "activation", name: "end", kind: "relu" },
]
/** Branches of inception. */
const inception: NetworkEncoded["layers"] = [
  { type: "conv", name: "stem", filters: 4, kernel: 3, padding: "same" },
  { type: "conv", name: "one", filters: 2, kernel: 1 },
  { type: "from", layer: "stem" },
  { type: "conv", name: "three", filters: 3, kernel: 3, padding: "same" },
  { type: "from", layer: "stem" },
  { type: "pool", name: "pooled", kind: "max", size: 3, stride: 1, padding: "same" },
  { type: "concat", joins: ["one", "three"] },
]
const head: NetworkEncoded["layers"] = [{ type: "global-average" }, { type: "dense", units: classes }]
const ending = (layers: NetworkEncoded["layers"]) =>
  network({ layers: [...layers, ...head] as unknown as NetworkEncoded["layers"] })

t.test("a graph's shapes, what it sees, and where its maps lie", async (t) => {
  const input = [8, 8, 1] as const
  t.same(shapes(ending(projected), input).at(8)!.output, [4, 4, 6])
  t.same(shapes(ending(inception), input).at(6)!.output, [8, 8, 9])
  t.same(receptiveFields(network({ layers: projected }), [40, 40, 1]).slice(4), [
    ...[
      [9, 9],
      [3, 3],
      [3, 3],
      [9, 9],
      [9, 9],
    ],
  ])
  const { layers } = describe(ending(projected), input)
  const inPlace = Object.fromEntries(layers.map(({ name, inPlace }) => [name, inPlace]))
  t.match(inPlace, { from1: true, projection: false, add1: true, end: true })
  const waiting = layers.find(({ name }) => name === "projection")!
  t.equal(waiting.waitingBytes, 4 * 4 * 4 * 6, "what the other way gave waits")
  t.equal(
    layers.find(({ name }) => name === "conv2")!.waitingBytes,
    4 * 8 * 8 * 4,
    "and so does where the branch begins",
  )
})

t.test("a step moves every weight of a graph by the slope of the loss", async (t) => {
  for (const layers of [projected, inception]) {
    const smooth = layers.map((layer) => {
      if (layer.type === "activation") return { ...layer, kind: "tanh" as const }
      return layer.type === "pool" ? { ...layer, kind: "average" as const } : layer
    }) as unknown as NetworkEncoded["layers"]
    await movesBySlopes(t, ending(smooth), 3)
  }
})

t.test("layer by layer, a graph says bit for bit what its trainer says", async (t) => {
  const kernels = await loadKernels(wasm)
  for (const layers of [projected, inception]) {
    const trainer = await makeTrainer({ network: ending(layers), inputShape })
    const { images, labels } = examples(3)
    const { outputs } = predict(trainer, trainer.attach(images, labels))
    const runner = createRunner(
      kernels,
      { network: ending(layers), inputShape, weights: trainer.weights() },
      true,
    )
    const said = [0, 1, 2].flatMap((i) => [
      ...runner.forward(images.subarray(64 * i, 64 * (i + 1))).probabilities!,
    ])
    t.same(said, [...outputs])
  }
})

t.test("PyTorch's text of a graph keeps what is taken, and goes on from it", async (t) => {
  const lines = (layers: NetworkEncoded["layers"]) =>
    modelText({ network: ending(layers), inputShape }, { title: "a graph", classes: ["a", "b", "c"] })
  t.match(
    lines(projected),
    "x = start_output  # 4 x 8 x 8\n        x = self.projection(x)  # 6 x 4 x 4\n        x = x + conv2_output  # 6 x 4 x 4",
  )
  t.match(lines(inception), "x = torch.cat([one_output, three_output, x], dim=1)  # 9 x 8 x 8")
})

t.test(
  "what cannot be joined, named or left is refused, and the message says which layer it is",
  async (t) => {
    const refused = (layers: NetworkEncoded["layers"], message: RegExp) =>
      t.rejects(makeTrainer({ network: ending(layers), inputShape }), { _tag: "ImpossibleNetwork", message })
    await refused([{ type: "from", layer: "nowhere" }], /no layer before it is called nowhere/)
    await refused(
      [
        { type: "conv", name: "large", filters: 2, kernel: 3 },
        { type: "pool", kind: "max", size: 2 },
        { type: "concat", joins: ["large"] },
      ],
      /it joins large, which gives 6×6×2, to 3×3×2: height and width must be the same/,
    )
    await refused(
      [
        { type: "conv", name: "first", filters: 2, kernel: 3 },
        { type: "conv", name: "lost", filters: 2, kernel: 3 },
        { type: "from", layer: "first" },
      ],
      /lost.*nothing takes what it gives: name it in an add or a concat/,
    )
  },
)

t.test(
  "a residual network of five convolutions on images in colour goes on from a state as though it had not stopped",
  async (t) => {
    const residual = network({
      layers: [
        { type: "conv", name: "stem", filters: 4, kernel: 3, padding: "same" },
        { type: "activation", name: "start", kind: "relu" },
        { type: "conv", filters: 4, kernel: 3, padding: "same" },
        { type: "batch-normalization" },
        { type: "activation", kind: "relu" },
        { type: "conv", filters: 4, kernel: 3, padding: "same" },
        { type: "add", adds: "start" },
        { type: "activation", name: "middle", kind: "relu" },
        { type: "conv", filters: 8, kernel: 3, stride: 2, padding: "same" },
        { type: "activation", kind: "relu" },
        { type: "conv", name: "last", filters: 8, kernel: 3, padding: "same" },
        { type: "from", layer: "middle" },
        { type: "conv", name: "projection", filters: 8, kernel: 1, stride: 2 },
        { type: "add", adds: "last" },
        { type: "activation", kind: "relu" },
        { type: "global-average" },
        { type: "dense", units: 3 },
      ],
    })
    const options = {
      ...{ network: residual, inputShape: [8, 8, 3] as const, batchSize: 8 },
      normalization: { mean: [80, 90, 100], deviation: [40, 50, 60] },
      augmentation: [{ type: "flip" as const }, { type: "crop" as const, padding: 1 }],
    }
    const { images, labels } = examples(48)
    const some = labels.subarray(0, 16)
    const order = Uint32Array.from(some, (_, i) => i)
    const run = async (from: Awaited<ReturnType<typeof makeTrainer>>, epochs: ReadonlyArray<number>) => {
      const data = from.attach(images, some)
      for (const epoch of epochs) for (const step of [0, 1]) from.step(data, order, 8 * step, 8, epoch, step)
      return from.state()
    }
    const whole = await run(await makeTrainer(options), [0, 1])
    const later = await makeTrainer(options)
    later.load(await run(await makeTrainer(options), [0]))
    t.same(bitsOf(await run(later, [1])), bitsOf(whole))
  },
)
