// in turn: it bundles.
// A layer has several sides in one file; a bundle takes along only those that it uses.
import { fileURLToPath } from "node:url"
import fc from "fast-check"
import t from "tap"
import { Activation } from "../../../ml/layers/activation.ts"
import { type Layer, shapeRules } from "../../../ml/layers/table.ts"
import { bundled, ON_KERNELS, ON_TENSORFLOW } from "../../support/bundled.ts"
import { allSorts } from "../support/random-networks.ts"

const root = fileURLToPath(new URL("../../..", import.meta.url))
/** A layer as data. */
const SCHEMA = /\.Literal\("conv"\)/

t.test(
  "who describes a network takes shapes and costs: no schema, no kernels, no TensorFlow.js",
  async (t) => {
    const { bytes, text } = await bundled(root, `export { describe } from "./ml/network/describe.ts"`)
    t.ok(bytes["ml/layers/convolution.ts"]! > 0)
    t.match(text, "multiplyAdds")
    for (const side of [SCHEMA, ON_KERNELS, ON_TENSORFLOW]) t.notMatch(text, side)
    t.same(
      Object.keys(bytes).filter((path) =>
        /^ml\/(kernels\/(?!quantities)|layers\/convolution\/(?!conv\.))/.test(path),
      ),
      [],
    )
  },
)

t.test("who declares a network takes schemas alone", async (t) => {
  const { text } = await bundled(root, `export { network } from "./ml/network/network.ts"`)
  t.match(text, SCHEMA)
  for (const side of [/multiplyAdds/, ON_KERNELS, ON_TENSORFLOW]) t.notMatch(text, side)
})

t.test("who trains on the kernels takes no TensorFlow.js, no costs and no schema", async (t) => {
  const { text } = await bundled(root, `export { joinTraining } from "./ml/wasm/member.ts"`)
  t.match(text, ON_KERNELS)
  for (const side of [SCHEMA, /multiplyAdds/, ON_TENSORFLOW]) t.notMatch(text, side)
})

t.test("who trains with TensorFlow.js takes no kernels", async (t) => {
  const { text } = await bundled(
    root,
    `export { createTensorflowTrainer } from "./ml/tensorflow/tensorflow-trainer.ts"`,
  )
  t.match(text, ON_TENSORFLOW)
  for (const side of [SCHEMA, /multiplyAdds/, ON_KERNELS]) t.notMatch(text, side)
})

t.test("random networks hold every layer and every activation that there is", async (t) => {
  const drawn = fc.sample(allSorts(), { numRuns: 200, seed: 1 }).flatMap(({ network }) => network.layers)
  const kindsOf = (layer: Layer): string => (layer.type === "activation" ? layer.kind : layer.type)
  const all = [
    ...Object.keys(shapeRules).filter((type) => type !== "activation"),
    ...Activation.from.fields.kind.literals,
  ]
  t.same([...new Set(drawn.map(kindsOf))].sort(), all.sort())
})
