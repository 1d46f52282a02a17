// What the page runs when something changes, and which layers it shows together.
import t from "tap"
import { blocks, shownBefore, unitColumns } from "../../../ml/explorer/blocks.ts"
import type { Ablated, Runner } from "../../../ml/explorer/runner.ts"
import { ExplorerState, predicted } from "../../../ml/explorer/state.ts"
import { exact, percent, points, short } from "../../../ml/explorer/words.ts"
import { lenet } from "../../../ml/network/lenet.ts"
import { network } from "../../../ml/network/network.ts"
import { shapes } from "../../../ml/network/shapes.ts"

/** A runner that tells what it was asked. */
function countedRunner() {
  const asked: Array<string> = []
  const runner: Runner = {
    layers: [],
    forward: (pixels, { ablated = new Map() as Ablated } = {}) => {
      const off = [...ablated].map(([layer, filters]) => `${layer}:${[...filters]}`).join(" ")
      asked.push(`${pixels[0]} ${off}`.trim())
      return { maps: [], probabilities: Float32Array.of(pixels[0]!, ablated.size) }
    },
  }
  return { runner, asked }
}

t.test("a change runs the network for what it changed, and for nothing else", async (t) => {
  const { runner, asked } = countedRunner()
  const state = new ExplorerState(runner, Uint8Array.of(1), { kind: "drawn" })
  const seen: Array<string> = []
  state.follow((_, change) => seen.push(change))
  t.same(asked.splice(0), ["1"], "nobody runs it again to look")
  state.show(Uint8Array.of(2), { kind: "drawn" })
  t.same(asked.splice(0), ["2"])
  t.equal(state.shown.answer, state.shown.whole, "with all filters on both are one")
  state.toggle("conv1", 3)
  t.same(asked.splice(0), ["2 conv1:3"], "the whole network's answer is known")
  state.toggle("conv2", 0)
  t.same(asked.splice(0), ["2 conv1:3 conv2:0"])
  state.show(Uint8Array.of(4), { kind: "test", index: 0 })
  t.same(asked.splice(0), ["4", "4 conv1:3 conv2:0"])
  state.toggle("conv2", 0)
  t.same(asked.splice(0), ["4 conv1:3"])
  t.notOk(state.isOn("conv1", 3))
  state.restore()
  t.same(asked.splice(0), [], "what all filters give is known")
  t.ok(state.isOn("conv1", 3))
  t.equal(state.shown.answer, state.shown.whole)
  t.same(seen, ["image", "image", "filters", "filters", "image", "filters", "filters"])
})

t.test("the class is the first with the largest probability", async (t) => {
  t.equal(predicted([0.1, 0.4, 0.4, 0.1]), 1)
  t.equal(predicted([1]), 0)
})

t.test("every layer that changes something is shown once, a convolution with what follows it", async (t) => {
  const layers = shapes(lenet({ dropout: 0.4 }), [28, 28, 1])
  const found = blocks(layers)
  t.same(
    found.map((block) => block.layers.map((index) => layers[index]!.name)),
    [
      ["conv1", "relu1", "pool1"],
      ["conv2", "relu2", "pool2"],
      ["dense1", "relu3"],
      ["dense2", "relu4"],
      ["dense3"],
    ],
  )
  t.same(
    found.map(({ shows, channels }) => `${channels} ${shows}`),
    ["6 maps", "16 maps", "120 units", "84 units", "10 units"],
  )
  const named = (name: string) => layers.findIndex((layer) => layer.name === name)
  t.equal(shownBefore(layers, named("conv1")), undefined, "before the first is the image")
  t.equal(shownBefore(layers, named("dense1")), named("pool2"), "past the flattening")
  t.equal(shownBefore(layers, named("dense2")), named("relu3"), "past the dropout")
  const odd = shapes(
    network({
      layers: [
        { type: "pool", kind: "max", size: 2 },
        { type: "conv", filters: 2, kernel: 3 },
        { type: "global-average" },
      ],
    }),
    [8, 8, 1],
  )
  t.same(
    blocks(odd).map((block) => block.layers),
    [[0], [1], [2]],
  )
})

t.test("units stand in full lines where a width divides them", async (t) => {
  t.same(
    [120, 84, 10, 400, 31, 97].map((units) => unitColumns(units, 30)),
    [30, 28, 10, 25, 30, 30],
  )
})

t.test("numbers are written so that they are told apart, with a minus that is one", async (t) => {
  t.same([0.5, -0.5, 12.345, -123.4, 0.001, -0.001, 0, 9.96].map(short), [
    ".50",
    "−.50",
    "12.3",
    "−123",
    "0",
    "0",
    "0",
    "10.0",
  ])
  t.same([0, 1, 0.5, 0.99999, 0.00001].map(percent), ["0.0 %", "100.0 %", "50.0 %", "> 99.9 %", "< 0.1 %"])
  t.same([0.1, -0.1, 0.0001].map(points), ["+10.0", "−10.0", "±0.0"])
  t.equal(exact(Math.fround(0.1)), "0.100000001")
  t.not(exact(Math.fround(0.1)), exact(Math.fround(0.1) + 2 ** -27), "neighbours differ")
})
