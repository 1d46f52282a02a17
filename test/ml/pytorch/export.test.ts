// Laws of the export for PyTorch, without PyTorch: what the text says is run in plain arithmetic on what the file holds.
import fc from "fast-check"
import t from "tap"
import { sizeOf } from "../../../ml/layers/parts/shape.ts"
import type { Layer } from "../../../ml/layers/table.ts"
import { lenet } from "../../../ml/network/lenet.ts"
import { type NetworkEncoded, network } from "../../../ml/network/network.ts"
import { shapes } from "../../../ml/network/shapes.ts"
import { identifiers } from "../../../ml/pytorch/identifiers.ts"
import { modelText } from "../../../ml/pytorch/model-text.ts"
import { stateDict } from "../../../ml/pytorch/state-dict.ts"
import { seedOf } from "../../../ml/statistics/random.ts"
import { count } from "../../counts.ts"
import { type Case, onKernels } from "../support/harness.ts"
import { forwardIn, modulesIn, runModel, tensorsIn } from "../support/python-module.ts"
import { allSorts, arraysFor, cases } from "../support/random-networks.ts"

type Weights = Readonly<Record<string, Float32Array>>

const exported = ({ network, inputShape }: Pick<Case, "network" | "inputShape">, weights: Weights) => {
  const tensors = shapes(network, inputShape).flatMap(({ parameters }) => parameters)
  const trained = {
    network,
    inputShape,
    weights: Object.fromEntries(tensors.map(({ name, shape }) => [name, { shape, data: weights[name]! }])),
  }
  const classes = ["one", "two"]
  return { text: modelText(trained, { title: "a network", classes }), bytes: stateDict(trained) }
}

/** One example of a batch, channels first. */
function channelsFirst(x: Float32Array, row: number, [h, w, c]: Case["inputShape"]) {
  const image = x.subarray(row * h * w * c, (row + 1) * h * w * c)
  const data = Array.from(
    { length: h * w * c },
    (_, i) => image[(i % (h * w)) * c + Math.floor(i / (h * w))]!,
  )
  return { shape: [c, h, w], data }
}

/** How far off the exported model's outputs are at most, for outputs of about 1. */
function difference(test: Case): number {
  const { x, weights, gradient } = arraysFor(test)
  const { text, bytes } = exported(test, weights)
  const { output } = onKernels(test)(x, weights, gradient, false)
  const state = tensorsIn(bytes)
  const width = output.length / test.rows
  let most = 0
  for (let row = 0; row < test.rows; row++) {
    const found = runModel(text, state, channelsFirst(x, row, test.inputShape))
    if (found.length !== width) return Number.POSITIVE_INFINITY
    for (const [i, value] of found.entries()) {
      const ours = output[row * width + i]!
      most = Math.max(most, Math.abs(value - ours) / Math.max(1, Math.abs(ours)))
    }
  }
  return most
}

const named = (layers: NetworkEncoded["layers"], inputShape: Case["inputShape"], rows = 2): Case => ({
  network: network({ layers }),
  inputShape,
  rows,
  seed: 1,
  stream: seedOf(1, "test"),
})

t.test("an exported network of any layers computes what ours computes", async (t) => {
  const seen = new Set<Layer["type"]>()
  fc.assert(
    fc.property(allSorts(), (test) => {
      for (const { type } of test.network.layers) seen.add(type)
      return difference(test) < 1e-3
    }),
    { numRuns: count(40, 1000) },
  )
  t.equal(seen.size, 13, [...seen].join())
})

t.test("windows that reach over an edge on one side only come out as ours do", async (t) => {
  for (const size of [1, 2, 3, 4, 5])
    for (const stride of [1, 2, 3])
      for (const side of [4, 5, 7] as const) {
        const window = { size, stride, padding: "same" } as const
        const layers = [
          { type: "conv", filters: 2, kernel: size, stride, padding: "same" },
          { type: "flatten" },
        ] as const
        const image = [side, side + 1, 2] as const
        const where = `${size} by ${stride} on ${image}`
        t.ok(difference(named(layers, image)) < 1e-4, `conv ${where}`)
        for (const kind of ["max", "average"] as const)
          t.ok(
            difference(named([{ type: "pool", kind, ...window }, { type: "flatten" }], image)) < 1e-5,
            `${kind} ${where}`,
          )
      }
})

t.test(
  "values that a flattening brings reach batch normalization, dense layers and the end in their places",
  async (t) => {
    const normal = { type: "batch-normalization", epsilon: 0.1 } as const
    const relu = { type: "activation", kind: "leaky-relu" } as const
    const dense = { type: "dense", units: 4 } as const
    const image = [3, 2, 5] as const
    t.ok(difference(named([{ type: "flatten" }], image)) < 1e-5)
    t.ok(difference(named([{ type: "flatten" }, normal, relu], image)) < 1e-5)
    t.ok(difference(named([{ type: "flatten" }, { type: "flatten" }, normal, dense, normal], image)) < 1e-4)
  },
)

t.test(
  "the text has a module for each layer but additions, which forward calls once and in order",
  async () => {
    fc.assert(
      fc.property(cases(), (test) => {
        const { text, bytes } = exported(test, arraysFor(test).weights)
        const modules = modulesIn(text)
        const calls = forwardIn(text).flatMap((line) =>
          [...line.matchAll(/self\.(\w+)/g)].map(([, name]) => name!).reverse(),
        )
        const owners = new Set(Object.keys(tensorsIn(bytes)).map((name) => name.split(".")[0]!))
        const again = exported(test, arraysFor(test).weights)
        return (
          modules.length === test.network.layers.filter(({ type }) => type !== "add").length &&
          `${calls}` === `${modules.map(({ name }) => name)}` &&
          [...owners].every((name) => modules.some((module) => module.name === name)) &&
          again.text === text &&
          Buffer.from(again.bytes).equals(bytes)
        )
      }),
      { numRuns: count(20, 300) },
    )
  },
)

t.test("each tensor has the shape that its module's arguments say", async () => {
  fc.assert(
    fc.property(cases(), (test) => {
      const { text, bytes } = exported(test, arraysFor(test).weights)
      const state = { ...tensorsIn(bytes) }
      const take = (name: string, dtype: string, ...shape: ReadonlyArray<number>): boolean => {
        const { [name]: tensor } = state
        delete state[name]
        return (
          tensor?.dtype === dtype && `${tensor.shape}` === `${shape}` && tensor.data.length === sizeOf(shape)
        )
      }
      const isRight = modulesIn(text).every(({ name, kind, given, named }) => {
        const [first, second] = given.map(Number) as [number, number]
        const kernel = (named.kernel_size ?? "").replace(/[()]/g, "").split(",").map(Number)
        if (kind === "Conv2d") {
          const [height, width = height] = kernel as [number, number?]
          return (
            take(`${name}.weight`, "F32", second, first / Number(named.groups ?? "1"), height, width) &&
            take(`${name}.bias`, "F32", second)
          )
        }
        if (kind === "Linear")
          return take(`${name}.weight`, "F32", second, first) && take(`${name}.bias`, "F32", second)
        if (kind === "GroupNorm" || kind === "LayerNorm")
          return ["weight", "bias"].every((own) => take(`${name}.${own}`, "F32", second ?? first))
        return (
          !kind.startsWith("BatchNorm") ||
          (["weight", "bias", "running_mean", "running_var"].every((own) =>
            take(`${name}.${own}`, "F32", first),
          ) &&
            take(`${name}.num_batches_tracked`, "I64"))
        )
      })
      return isRight && Object.keys(state).length === 0
    }),
    { numRuns: count(20, 300) },
  )
})

t.test(
  "layers that Python or nn.Module would take amiss get names of their own, others keep theirs",
  async (t) => {
    const names = [
      "conv1",
      "class",
      "train",
      "1",
      "a-b",
      "a_b",
      "layer_a_b",
      "_x",
      "bfloat16",
      "None",
      "dense-2",
    ]
    const found = identifiers(names)
    t.same(found, [
      ...["conv1", "layer_class", "layer_train", "layer_1", "layer_a_b_", "a_b", "layer_a_b", "layer__x"],
      ...["layer_bfloat16", "layer_None", "layer_dense_2"],
    ])
    t.equal(new Set(found).size, names.length)
  },
)

t.test("LeNet is some thirty lines that one would write oneself", async (t) => {
  const test = { network: lenet({ dropout: 0.4 }), inputShape: [28, 28, 1] as const }
  const classes = ['a "quoted" name', "back\\slash", "T-shirt/top"]
  const text = modelText(test, { title: "LeNet on Fashion-MNIST", classes })
  const code = text.split("\n").filter((line) => line.trim() !== "")
  t.ok(code.length <= 45, `${code.length} lines`)
  t.ok(
    code.every((line) => line.length <= 100),
    "none is longer than 100 columns",
  )
  for (const line of [
    "        self.conv1 = nn.Conv2d(1, 6, kernel_size=5, padding=2)",
    "        self.pool2 = nn.MaxPool2d(2)",
    "        self.dense1 = nn.Linear(400, 120)",
    "        self.dropout2 = nn.Dropout(0.4)",
    "        x = self.pool1(self.relu1(self.conv1(x)))  # 6 x 14 x 14",
    String.raw`CLASSES = ["a \"quoted\" name", "back\\slash", "T-shirt/top"]`,
  ])
    t.ok(code.includes(line), line)
})
