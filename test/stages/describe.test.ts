import fc from "fast-check"
import t from "tap"
import { answerRows } from "../../engine/content/answers.ts"
import { classicFilters } from "../../ml/coursework/classic-filters.ts"
import { decodeMaps, encodeMaps } from "../../ml/coursework/maps-file.ts"
import { encodeIdx } from "../../ml/data/idx.ts"
import { encodeIndices } from "../../ml/data/indices.ts"
import type { Tensor } from "../../ml/data/tensor.ts"
import { setInitialWeights } from "../../ml/layers/parts/initial-weights.ts"
import { lenet } from "../../ml/network/lenet.ts"
import { type NetworkEncoded, network } from "../../ml/network/network.ts"
import { shapes } from "../../ml/network/shapes.ts"
import { encodeWeights } from "../../ml/network/weights.ts"
import { seedOf } from "../../ml/statistics/random.ts"
import { optimizer } from "../../ml/training/optimizer.ts"
import { describe } from "../../stages/describe.ts"
import { count } from "../counts.ts"
import { cases } from "../ml/support/random-networks.ts"
import { runForm } from "./support/run-form.ts"

const adam = optimizer({ type: "adam" })

/** Two images of 28 × 28: a class 0 that gets brighter to the right in the middle, a class 1 downwards; then both again. */
const SIDE = 28
const vertical = Uint8Array.from({ length: SIDE * SIDE }, (_, at) => (at % SIDE < SIDE / 2 ? 50 : 200))
const horizontal = Uint8Array.from({ length: SIDE * SIDE }, (_, at) => (at < (SIDE * SIDE) / 2 ? 50 : 200))
const images = encodeIdx({
  shape: [4, SIDE, SIDE],
  data: Uint8Array.from([vertical, horizontal, horizontal, vertical].flatMap((image) => [...image])),
})
const labels = encodeIdx({ shape: [4], data: Uint8Array.of(0, 1, 1, 0) })
const classes = ["vertical edge", "horizontal edge"]

const weightsOf = (data: NetworkEncoded) => {
  const declared = network(data)
  const tensors: Record<string, Tensor> = {}
  setInitialWeights(seedOf(1, "test"), shapes(declared, [SIDE, SIDE, 1]), ({ name, shape }, data) => {
    tensors[name] = { shape, data }
  })
  return encodeWeights(tensors, declared, [SIDE, SIDE, 1])
}

t.test("a trained network's table has a row a layer, and its last row is their sum", async (t) => {
  const { layers } = await runForm(describe.trained, {}, { weights: weightsOf(lenet({ dropout: 0 })) })
  const { layers: names } = lenet({ dropout: 0 })
  t.same(
    layers.map(({ layer }) => layer),
    [...names.map(({ name }) => name), "all"],
  )
  for (const column of ["parameters", "multiply-adds", "output bytes"]) {
    const sum = layers.slice(0, -1).reduce((all, row) => all + Number(row[column]), 0)
    t.equal(layers.at(-1)![column], sum, column)
  }
  t.equal(layers.at(-1)!.parameters, 61_706)
})

t.test(
  "of any network, what lives at least adds up to the figures, with a reason for each item",
  async () => {
    await fc.assert(
      fc.asyncProperty(cases(), fc.integer({ min: 1, max: 64 }), async ({ network, inputShape }, batch) => {
        const given = { network, input: inputShape, batch, optimizer: adam }
        const { memory, metrics, answers } = await runForm(describe.network, given, {})
        const sum = (to: string, ...needed: ReadonlyArray<string>): number =>
          memory.reduce(
            (all, row) =>
              all +
              (String(row.to).startsWith(to) && needed.includes(String(row.needed)) ? Number(row.bytes) : 0),
            0,
          )
        return (
          answerRows(answers).length >= 4 &&
          memory.every(({ why }) => String(why).endsWith(".")) &&
          sum("predict", "at least") === metrics["prediction.bytes"] &&
          sum("train", "at least") === metrics["training.bytes"] &&
          sum("train", "at least", "on top") === metrics["training.bytes.withGradients"]
        )
      }),
      { numRuns: count(10, 100) },
    )
  },
)

t.test("a pool takes the place of a convolution without a name although others follow", async (t) => {
  const { variants } = await runForm(
    describe.pooling,
    {
      network: network({
        layers: [
          { type: "conv", filters: 4, kernel: 3, stride: 2, padding: "same" },
          { type: "conv", filters: 5, kernel: 3, padding: "same" },
        ],
      }),
      input: [8, 8, 1],
      batch: 1,
      optimizer: adam,
    },
    {},
  )
  t.same(
    variants.map(({ parameters, output }) => [parameters, output]),
    [
      [4 * 10 + 5 * 37, "4 × 4 × 5"],
      [5 * 10, "4 × 4 × 5"],
      [4 * 10 + 5 * 37, "4 × 4 × 5"],
    ],
  )
})

t.test("whatever the sizes, a convolution and its dense layer give the same bits", async () => {
  const size = fc.integer({ min: 1, max: 9 })
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(size, size, fc.integer({ min: 1, max: 3 })),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 5 }),
      fc.constantFrom("valid" as const, "same" as const),
      fc.nat(),
      async (input, filters, kernel, padding, seed) => {
        fc.pre(padding === "same" || kernel <= Math.min(input[0], input[1]))
        const layer = { type: "conv", filters, kernel, stride: 1, padding, initializer: "he" } as const
        const { metrics } = await runForm(describe.convolution, { layer, input, images: 2, seed }, {})
        return (
          metrics["dense.sameBits"] === metrics["dense.outputs"] &&
          metrics["dense.outputs"] === 2 * metrics["dense.rows"]! &&
          metrics["padding.before"]! + metrics["padding.after"]! === kernel - 1
        )
      },
    ),
    { numRuns: count(10, 200) },
  )
})

t.test("a matrix that is too large to be built is counted and said not to have been tried", async (t) => {
  const layer = {
    type: "conv",
    filters: 8,
    kernel: 3,
    stride: 1,
    padding: "same",
    initializer: "he",
  } as const
  const given = { layer, input: [200, 200, 3] as const, images: 1, seed: 1 }
  const { answers, metrics } = await runForm(describe.convolution, given, {})
  t.equal(answers.at(-1)!.answer, "not tried")
  t.equal(metrics["dense.entries"], 320_000 * 120_000)
  t.notOk("dense.sameBits" in metrics)
})

t.test(
  "a vertical edge is found by vertical filters and not by horizontal ones, and the other way round",
  async (t) => {
    const [first, ...rest] = classicFilters
    const { maps, responses, answers } = await runForm(
      describe.filters,
      { classes, shown: [0, 1], filters: [first!, ...rest] },
      { images, labels },
    )
    const { filters, mapShape, maps: values } = decodeMaps(maps)
    t.same(mapShape, [SIDE, SIDE, classicFilters.length])
    const inTheMiddle = (image: number, title: string): number =>
      values[((image * SIDE + SIDE / 2) * SIDE + SIDE / 2) * filters.length + filters.indexOf(title)]!
    for (const kind of ["Sobel", "Prewitt"]) {
      t.ok(inTheMiddle(0, `${kind} vertical`) > 1, "positive where it gets brighter to the right")
      t.ok(Math.abs(inTheMiddle(0, `${kind} horizontal`)) < 1e-6)
      t.ok(inTheMiddle(1, `${kind} horizontal`) > 1, "positive where it gets brighter downwards")
      t.ok(Math.abs(inTheMiddle(1, `${kind} vertical`)) < 1e-6)
    }
    t.same(Object.keys(responses[0]!), ["filter", ...classes])
    t.match(answers[0]!["how it follows"], /most on vertical edge/)
    t.match(answers[1]!["how it follows"], /most on horizontal edge/)
  },
)

t.test("feature maps are of the first validation example of each class that is shown", async (t) => {
  const inputs = {
    images,
    labels,
    indices: encodeIndices(Uint32Array.of(2, 3)),
    weights: weightsOf(lenet({ dropout: 0, classes: 2 })),
  }
  const { maps } = await runForm(describe.maps, { classes, shown: [1, 0], layer: "conv1", most: 8 }, inputs)
  const found = decodeMaps(maps)
  t.same(
    found.images.map(({ label }) => label),
    ["horizontal edge", "vertical edge"],
  )
  t.same([...found.images[0]!.values], [...horizontal])
  t.same(found.kernelShape, [5, 5, 1, 6])
  t.same(encodeMaps(found), maps, "the file round-trips")
  const { maps: fewer } = await runForm(
    describe.maps,
    { classes, shown: [1, 0], layer: "conv1", most: 2 },
    inputs,
  )
  const cut = decodeMaps(fewer)
  t.same(cut.filters, ["filter 1 of 6", "filter 2 of 6"])
  t.same(
    [cut.kernel, cut.maps],
    [found.kernel, found.maps].map((values) => values.filter((_, at) => at % 6 < 2)),
  )
  await t.rejects(
    runForm(
      describe.maps,
      { classes, shown: [0], layer: "conv1", most: 8 },
      { ...inputs, indices: encodeIndices(Uint32Array.of(1, 2)) },
    ),
    /no example of class 0/,
  )
  await t.rejects(
    runForm(describe.maps, { classes, shown: [0], layer: "conv2", most: 8 }, inputs),
    /"conv2" is no convolution of grey images: the layers are conv1, /,
  )
})
