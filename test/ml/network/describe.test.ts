// Shape arithmetic against TensorFlow.js's own shapes and counts, and against numbers worked out by hand.
import fc from "fast-check"
import t from "tap"
import { describe } from "../../../ml/network/describe.ts"
import { lenet } from "../../../ml/network/lenet.ts"
import { network } from "../../../ml/network/network.ts"
import { predictionMemory, trainingMemory } from "../../../ml/training/memory.ts"
import { optimizer } from "../../../ml/training/optimizer.ts"
import { count } from "../../counts.ts"
import { cases } from "../support/random-networks.ts"
import { byLayers } from "../support/tensorflow-layers.ts"

const adam = optimizer({ type: "adam" })
const momentum = optimizer({ type: "sgd", momentum: 0.9 })
const plain = optimizer({ type: "sgd", momentum: 0 })

const strided = (filters: number) =>
  ({ type: "conv", filters, kernel: 3, stride: 2, padding: "same" }) as const
const three = network({ layers: [strided(100), strided(200), strided(400)] })
const rgb = [200, 300, 3] as const

t.test("random networks have the shapes and the parameters that TensorFlow.js gives them", async () => {
  fc.assert(
    fc.property(cases(), ({ network, inputShape }) => {
      const { layers, totals } = describe(network, inputShape)
      const known = byLayers(network, inputShape)
      const all = known.reduce((sum, { parameters }) => sum + parameters, 0)
      return (
        totals.parameters + totals.statistics === all &&
        layers.every(
          ({ output, parameters, statistics }, i) =>
            `${output}` === `${known[i]!.output}` && parameters + statistics === known[i]!.parameters,
        )
      )
    }),
    { numRuns: count(20, 600) },
  )
})

t.test("three filters of 5×5 on 32×32 make maps of 28×28, and a padding of 2 keeps the size", async (t) => {
  const conv = { type: "conv", filters: 3, kernel: 5 } as const
  const { layers, totals } = describe(network({ layers: [conv] }), [32, 32, 1])
  t.same(layers[0]!.output, [28, 28, 3])
  t.match(totals, { weights: 75, biases: 3, parameters: 78, multiplyAdds: 28 * 28 * 75, bytes: 9408 })
  const [same] = describe(network({ layers: [{ ...conv, padding: "same" }] }), [32, 32, 1]).layers
  t.match(same, { output: [32, 32, 3], margins: { top: 2, bottom: 2, left: 2, right: 2 } })
})

t.test("three strided convolutions on 200×300 pixels need the memory worked out by hand", async (t) => {
  const { layers, totals } = describe(three, rgb)
  t.same(
    layers.map(({ output, parameters }) => [output.join("×"), parameters]),
    [
      ["100×150×100", 2_800],
      ["50×75×200", 180_200],
      ["25×38×400", 720_400],
    ],
  )
  t.equal(totals.parameters, 903_400)
  t.equal(totals.multiplyAdds, 15_000 * 2_700 + 3_750 * 180_000 + 950 * 720_000)
  const one = predictionMemory(three, rgb)
  t.same(
    one.items.map(({ bytes }) => bytes),
    [3_613_600, 9_000_000],
  )
  t.equal(one.bytes, 12_613_600)
  t.same(one.peak, { layer: "conv2", inputBytes: 6_000_000, outputBytes: 3_000_000 })
  const many = trainingMemory(three, rgb, 50, momentum)
  t.same(
    many.items.map(({ bytes }) => bytes),
    [526_000_000, 36_000_000, 3_613_600],
  )
  t.equal(many.least, 565_613_600)
  t.same(
    many.onTop.map(({ bytes }) => bytes),
    [3_613_600, 50 * (3_000_000 + 1_520_000), 3_613_600],
  )
  t.equal(many.total, 565_613_600 + 2 * 3_613_600 + 226_000_000)
  t.match(many.onTop[1]!.why, /at the turn of conv3, when no map is gone yet/)
  t.equal(trainingMemory(three, rgb, 50, adam).total, 802_454_400)
})

t.test("Adam carries two numbers a parameter, momentum one, and plain SGD none", async (t) => {
  const state = [plain, momentum, adam].map((method) => trainingMemory(three, rgb, 1, method).onTop[2]!.bytes)
  t.same(state, [0, 3_613_600, 7_227_200])
})

t.test("activations, dropout and flatten take no memory of their own, nor parameters", async (t) => {
  const conv = { type: "conv", filters: 2, kernel: 3 } as const
  const bare = network({ layers: [conv, { type: "flatten" }] })
  const dressed = network({
    layers: [conv, { type: "activation", kind: "relu" }, { type: "dropout", rate: 0.5 }, { type: "flatten" }],
  })
  t.same(describe(dressed, [5, 5, 1]).totals, describe(bare, [5, 5, 1]).totals)
  t.equal(predictionMemory(dressed, [5, 5, 1]).bytes, predictionMemory(bare, [5, 5, 1]).bytes)
  t.same(trainingMemory(dressed, [5, 5, 1], 7, adam), trainingMemory(bare, [5, 5, 1], 7, adam))
  const nothing = predictionMemory(network({ layers: [{ type: "flatten" }] }), [2, 3, 1])
  t.equal(nothing.bytes, 24)
  t.notOk("peak" in nothing)
})

t.test(
  "a map that is added later stays where it is until then, and so does the gradient that comes back",
  async (t) => {
    const conv = { type: "conv", filters: 2, kernel: 3, padding: "same" } as const
    const residual = network({
      layers: [
        { ...conv, name: "first" },
        { type: "activation", kind: "relu" },
        { ...conv, name: "second" },
        { ...conv, name: "third" },
        { type: "add", adds: "first" },
        { type: "activation", kind: "relu" },
      ],
    })
    const map = 4 * 5 * 5 * 2
    const { layers } = describe(residual, [5, 5, 1])
    const of = <A>(field: (layer: (typeof layers)[number]) => A) => layers.map(field)
    // The first relu may not overwrite the map that is added.
    t.same(
      of(({ inPlace }) => inPlace),
      [false, false, false, false, true, true],
    )
    t.same(
      of(({ waitingBytes }) => waitingBytes),
      [0, 0, map, map, map, 0],
    )
    t.same(
      of(({ waitingGradientBytes }) => waitingGradientBytes),
      [0, map, map, 0, 0, 0],
    )
    const one = predictionMemory(residual, [5, 5, 1])
    t.equal(one.items[1]!.bytes, 3 * map)
    t.match(one.items[1]!.what, /and what waits to be added$/)
    // Back at the second convolution: all four maps but the last, both of its gradients, and the one that waits.
    const many = trainingMemory(residual, [5, 5, 1], 1, plain)
    t.equal(many.onTop[1]!.bytes, 3 * map - map)
  },
)

t.test("LeNet takes 416,520 multiplications with an addition for an image", async (t) => {
  const { totals } = describe(lenet({ dropout: 0 }), [28, 28, 1])
  t.equal(totals.multiplyAdds, 784 * 150 + 100 * 2_400 + 400 * 120 + 120 * 84 + 840)
})

t.test("every item of memory says why it is there, and the items add up", async () => {
  fc.assert(
    fc.property(cases(), fc.integer({ min: 1, max: 9 }), ({ network, inputShape }, batch) => {
      const one = predictionMemory(network, inputShape)
      const many = trainingMemory(network, inputShape, batch, adam)
      const sum = (items: typeof many.items) => items.reduce((all, { bytes }) => all + bytes, 0)
      return (
        sum(one.items) === one.bytes &&
        sum(many.items) === many.least &&
        many.least + sum(many.onTop) === many.total &&
        one.steps.every(({ inputBytes, outputBytes }) => inputBytes + outputBytes <= one.items[1]!.bytes) &&
        [...one.items, ...many.items, ...many.onTop].every(({ why }) => /\.$/.test(why)) &&
        many.least >= one.bytes
      )
    }),
    { numRuns: count(20, 600) },
  )
})
