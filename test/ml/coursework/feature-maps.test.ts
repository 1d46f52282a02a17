// Activations of any layer, hand-made filters, and the table that shows both.
import fc from "fast-check"
import t from "tap"
import type { Json } from "../../../ml/charts/chart-spec.ts"
import { featureMapsChart } from "../../../ml/charts/feature-maps.ts"
import { renderSvg } from "../../../ml/charts/render.ts"
import { BANK, classicFilters, filterBank } from "../../../ml/coursework/classic-filters.ts"
import { featureMaps } from "../../../ml/coursework/feature-maps.ts"
import type { Tensors } from "../../../ml/data/tensor.ts"
import { sizeOf } from "../../../ml/layers/parts/shape.ts"
import { layerNames, shapes } from "../../../ml/network/shapes.ts"
import { generator, seedOf } from "../../../ml/statistics/random.ts"
import { trainEpoch } from "../../../ml/training/epoch.ts"
import { predict } from "../../../ml/training/prediction.ts"
import { count } from "../../counts.ts"
import { type Case, wasm } from "../support/harness.ts"
import { arraysFor, cases } from "../support/random-networks.ts"
import { byTheBook } from "../support/reference.ts"
import { examples, makeTrainer, smallNetwork } from "../support/small-training.ts"

const module = new WebAssembly.Module(wasm)
const bytes = (values: Float32Array) =>
  Buffer.from(Uint8Array.from(new Uint8Array(values.buffer))).toString("hex")

t.test("every layer's maps are, bit for bit, those that docs/numerics.md defines", async () => {
  await fc.assert(
    fc.asyncProperty(cases(fc.constant(0)), fc.nat(), async (example, pick) => {
      const { network, inputShape, rows, seed } = example
      const { weights } = arraysFor(example)
      const tensors: Tensors = Object.fromEntries(
        Object.entries(weights).map(([name, data]) => [name, { shape: shapeOf(example, name), data }]),
      )
      const draws = generator(seedOf(seed, "pixels"))
      const images = Uint8Array.from({ length: rows * sizeOf(inputShape) }, () => draws.below(256))
      const names = layerNames(network)
      const at = pick % names.length
      const found = await featureMaps(module, { network, inputShape, weights: tensors }, images, names[at]!)
      const [first, ...rest] = network.layers.slice(0, at + 1)
      const part = { ...example, network: { layers: [first!, ...rest] as const } }
      const x = Float32Array.from(images, (byte) => byte * Math.fround(1 / 255))
      const none = new Float32Array(found.values.length)
      return bytes(found.values) === bytes(byTheBook(part, x, weights, none, false).output)
    }),
    { numRuns: count(20, 400) },
  )
})

const shapeOf = ({ network, inputShape }: Case, name: string): ReadonlyArray<number> =>
  shapes(network, inputShape)
    .flatMap(({ parameters }) => parameters)
    .find((parameter) => parameter.name === name)!.shape

t.test("the last layer's maps are the logits behind a trainer's predictions", async (t) => {
  const { images, labels } = examples(40)
  const trainer = await makeTrainer()
  const data = trainer.attach(images, labels)
  await trainEpoch(trainer, data, 0)
  const { outputs: probabilities, labels: predicted } = predict(trainer, data)
  const { network, inputShape } = trainer.options
  const whole = { network, inputShape, weights: trainer.weights() }
  const { values, count, shape } = await featureMaps(wasm, whole, images, "dense2")
  t.same([count, shape], [40, [3]])
  for (let i = 0; i < count; i++) {
    const logits = [...values.subarray(3 * i, 3 * i + 3)]
    t.equal(logits.indexOf(Math.max(...logits)), predicted[i])
    const sum = logits.reduce((all, z) => all + Math.exp(z), 0)
    logits.forEach((z, j) => {
      t.ok(Math.abs(Math.exp(z) / sum - probabilities[3 * i + j]!) < 1e-6)
    })
  }
})

t.test("maps before and after a relu and a pool that are computed in one belong together", async (t) => {
  const { images } = examples(3)
  const trainer = await makeTrainer({ network: smallNetwork(0.5) })
  const whole = { network: smallNetwork(0.5), inputShape: [8, 8, 1] as const, weights: trainer.weights() }
  const of = (layer: string) => featureMaps(module, whole, images, layer)
  const [conv, relu, pool] = [await of("conv1"), await of("activation1"), await of("pool1")]
  t.same(
    [conv.shape, relu.shape, pool.shape],
    [
      [8, 8, 5],
      [8, 8, 5],
      [4, 4, 5],
    ],
  )
  t.ok(conv.values.some((value) => value < 0))
  t.same(
    relu.values,
    conv.values.map((value) => (value < 0 ? 0 : value)),
  )
  const at = (n: number, y: number, x: number, c: number) => relu.values[((n * 8 + y) * 8 + x) * 5 + c]!
  for (let i = 0; i < pool.values.length; i++) {
    const [c, x, y, n] = [i % 5, Math.floor(i / 5) % 4, Math.floor(i / 20) % 4, Math.floor(i / 80)]
    const window = [at(n, 2 * y, 2 * x, c), at(n, 2 * y, 2 * x + 1, c), at(n, 2 * y + 1, 2 * x, c)]
    t.equal(pool.values[i], Math.max(...window, at(n, 2 * y + 1, 2 * x + 1, c)))
  }
  const [dropped, before] = [await of("dropout1"), await of("activation2")]
  t.same(dropped.values, before.values, "dropout is off")
})

t.test("what does not belong together is refused by name", async (t) => {
  const bank = filterBank(classicFilters, 4, 4)
  const image = new Uint8Array(16)
  await t.rejects(featureMaps(module, bank, image, "conv9"), { message: /no layer "conv9": it has filters/ })
  await t.rejects(featureMaps(module, bank, image.subarray(1), BANK), {
    message: /15 values are not whole examples/,
  })
  const { [`${BANK}/bias`]: _, ...rest } = bank.weights
  await t.rejects(featureMaps(module, { ...bank, weights: rest }, image, BANK), {
    message: /no filters\/bias/,
  })
  t.equal((await featureMaps(module, bank, new Uint8Array(0), BANK)).count, 0)
})

t.test("hand-made filters find what they are named for", async (t) => {
  const size = 8
  const bright = (is: (y: number, x: number) => boolean) =>
    Uint8Array.from({ length: size * size }, (_, i) => (is(Math.floor(i / size), i % size) ? 255 : 0))
  const images = [bright((_, x) => x >= 4), bright((y) => y >= 4), bright(() => true)]
  const { values, shape } = await featureMaps(
    module,
    filterBank(classicFilters, size, size),
    Uint8Array.from(images.flatMap((image) => [...image])),
    BANK,
  )
  t.same(shape, [size, size, classicFilters.length])
  /** The filter's answer in the middle of an image, on the bright side of the edge. */
  const answer = (image: number, name: string) => {
    const filter = classicFilters.findIndex((known) => known.name === name)
    return values[((image * size + 4) * size + 4) * classicFilters.length + filter]!
  }
  const one = Math.fround(255 * Math.fround(1 / 255))
  for (const [name, strength] of [
    ["sobel", 4],
    ["prewitt", 3],
  ] as const) {
    t.ok(Math.abs(answer(0, `${name}-vertical`) - strength) < 1e-6)
    t.ok(Math.abs(answer(1, `${name}-horizontal`) - strength) < 1e-6)
    t.equal(answer(0, `${name}-horizontal`), 0)
    t.equal(answer(1, `${name}-vertical`), 0)
  }
  t.equal(answer(2, "laplacian"), 0)
  t.ok(Math.abs(answer(2, "sharpen") - one) < 1e-6)
  t.ok(Math.abs(answer(2, "blur") - one) < 1e-6)
  t.equal(new Set(classicFilters.map(({ name }) => name)).size, classicFilters.length)
})

t.test(
  "a plateau embossed is bright on the slopes that face the light, as the filter says where it is",
  async (t) => {
    const [size, low, high] = [9, 3, 6]
    const plateau = Uint8Array.from({ length: size * size }, (_, i) =>
      [Math.floor(i / size), i % size].every((at) => at >= low && at < high) ? 255 : 0,
    )
    const emboss = classicFilters.find(({ name }) => name === "emboss")!
    const { values } = await featureMaps(module, filterBank([emboss], size, size), plateau, BANK)
    const at = (y: number, x: number) => values[y * size + x]!
    // Just outside and just inside of the corners: the slope from the ground up to the plateau.
    const slope = { "upper left": at(low - 1, low - 1), "lower right": at(high, high) }
    t.ok(slope["upper left"] > 1.9 && slope["lower right"] < -1.9, JSON.stringify(slope))
    t.match(emboss.shows, /lit from the upper left$/)
  },
)

const images = [
  { label: "a shoe", values: [0, 255, 0, 255] },
  { label: "a bag", values: [255, 0, 0, 0] },
]
const chart = {
  ...{ title: "A title", subtitle: "What one sees.", images, imageSize: [2, 2] as const },
  ...{ filters: ["f1", "f2"], kernelShape: [1, 2, 1, 2], kernel: Float32Array.of(1, -4, 0.25, 3) },
  ...{ largestWeight: 4, filterScale: "each" as const },
  ...{ mapShape: [2, 1, 2], maps: Float32Array.of(1, -1, 0, 2, 0, 0, 3, 1) },
}

t.test("the table holds each image once, each filter once and a map for each pair", async (t) => {
  const spec = featureMapsChart(chart)
  t.equal(JSON.stringify(featureMapsChart(chart)), JSON.stringify(spec))
  const layers = (spec as { layer: ReadonlyArray<{ data: { values: ReadonlyArray<Record<string, Json>> } }> })
    .layer
  t.equal(layers[0]!.data.values.length, 2 + 2 + 4)
  t.same(
    layers[2]!.data.values.map(({ label }) => label),
    ["a shoe", "a bag", "f1", "f2"],
  )
  t.same(
    layers[3]!.data.values.map(({ weight }) => weight),
    ["1", "1/4", "−4", "3"],
  )
  t.equal((await renderSvg(spec)).split("<image").length - 1, 8)
})

t.test("a table whose sizes do not agree is refused", async (t) => {
  const refused = (change: object, message: RegExp) =>
    t.throws(() => featureMapsChart({ ...chart, ...change }), { message })
  refused({ images: [] }, /at least one image/)
  refused({ imageSize: [3, 2] }, /"a shoe" has 4 pixels, not 3 × 2/)
  refused({ kernelShape: [1, 1, 2, 2] }, /not of one channel/)
  refused({ filters: ["f1"] }, /not 1 filters/)
  refused({ maps: [1, 2] }, /2 values are not maps of 2 × 1 × 2 for 2 images/)
})
