// Shape arithmetic against TensorFlow's rule and against networks that cannot be.
import t from "tap"
import { ImpossibleNetwork } from "../../../ml/layers/parts/impossible-network.ts"
import { sizeOf } from "../../../ml/layers/parts/shape.ts"
import { lenet } from "../../../ml/network/lenet.ts"
import { type NetworkEncoded, network } from "../../../ml/network/network.ts"
import { shapes } from "../../../ml/network/shapes.ts"

type LayerData = NetworkEncoded["layers"][number]

const of = (input: readonly [number, number, number], ...layers: [LayerData, ...Array<LayerData>]) =>
  shapes(network({ layers }), input)

t.test("LeNet has LeCun's shapes and 61,706 parameters", async (t) => {
  const layers = shapes(lenet({ dropout: 0.5 }), [28, 28, 1])
  t.same(
    layers.filter(({ name }) => /conv|pool|flatten|dense/.test(name)).map(({ output }) => output.join("×")),
    ["28×28×6", "14×14×6", "10×10×16", "5×5×16", "400", "120", "84", "10"],
  )
  const tensors = layers.flatMap(({ parameters }) => parameters)
  t.equal(
    tensors.reduce((sum, { shape }) => sum + sizeOf(shape), 0),
    61_706,
  )
})

t.test("'same' gives ⌈size / stride⌉ outputs and puts the odd zero at the bottom right", async (t) => {
  const [even] = of([5, 6, 2], { type: "conv", filters: 3, kernel: [3, 2], stride: 2, padding: "same" })
  t.same(even!.output, [3, 3, 3])
  t.same(even!.margins, { top: 1, bottom: 1, left: 0, right: 0 })
  const [odd] = of([4, 4, 1], { type: "pool", kind: "max", size: 2, stride: 1, padding: "same" })
  t.same(odd!.margins, { top: 0, bottom: 1, left: 0, right: 1 })
  const [wide] = of([4, 4, 1], { type: "pool", kind: "max", size: 1, stride: 3, padding: "same" })
  t.same(wide!.margins, { top: 0, bottom: 0, left: 0, right: 0 })
})

t.test("a global average leaves a value a channel, and takes images alone", async (t) => {
  const [average] = of([4, 5, 6], { type: "global-average" })
  t.same(average!.output, [6])
  t.throws(() => of([4, 4, 1], { type: "flatten" }, { type: "global-average" }), {
    message: /global-average1: it takes images/,
  })
})

t.test("layers without a name are counted by type, and a name is there once", async (t) => {
  const dense = { type: "dense", units: 2 } as const
  const names = of([1, 1, 4], { type: "flatten" }, dense, { ...dense, name: "middle" }, dense)
  t.same(
    names.map(({ name }) => name),
    ["flatten1", "dense1", "middle", "dense3"],
  )
  t.throws(() => of([1, 1, 4], { type: "flatten" }, dense, { ...dense, name: "dense1" }), ImpossibleNetwork)
})

t.test("a network that cannot be names its layer and the reason", async (t) => {
  const conv = { type: "conv", filters: 1, kernel: 5 } as const
  t.throws(() => of([4, 9, 1], conv), { message: "layer conv1: a window of 5×5 does not fit into 4×9" })
  t.throws(() => of([4, 4, 1], { type: "dense", units: 1 }), { message: /dense1: dense takes flat values/ })
  t.throws(() => of([4, 4, 1], { type: "flatten" }, conv), { message: /conv1: it takes images/ })
})

t.test("a network's data is refused where it makes no sense", async (t) => {
  for (const rate of [1, 1.5, -0.1, Number.NaN]) t.throws(() => lenet({ dropout: rate }), /rate/, `${rate}`)
  t.throws(() => network({ layers: [{ type: "dense", units: 0 }] }), /units/)
  t.throws(() => network({ layers: [{ type: "conv", filters: 1.5, kernel: 1 }] }), /filters/)
  t.throws(
    () => network({ layers: [{ type: "activation", kind: "relu", slope: 0.5 }] }),
    /relu has no slope: leaky-relu has/,
  )
})
