// How the page says that a value was made, and where it says that a layer looks, against the kernels.
import fc from "fast-check"
import t from "tap"
import { PIXEL_SCALE } from "../../../ml/data/pixels.ts"
import { explanation, indexOf } from "../../../ml/explorer/explanation.ts"
import { pixelAt, receptiveField, seenBy, within } from "../../../ml/explorer/places.ts"
import { type Ablated, createRunner } from "../../../ml/explorer/runner.ts"
import { loadKernels } from "../../../ml/kernels/load.ts"
import { type LayerShape, sizeOf } from "../../../ml/layers/parts/shape.ts"
import { classicLenet } from "../../../ml/network/classic-lenet.ts"
import { shapes } from "../../../ml/network/shapes.ts"
import { generator, seedOf } from "../../../ml/statistics/random.ts"
import { count } from "../../counts.ts"
import { drawnImage, drawnNetwork } from "../support/drawn-network.ts"
import { wasm } from "../support/harness.ts"
import { cases } from "../support/random-networks.ts"

const kernels = loadKernels(wasm, false)

/** A place in a layer's output. */
const drawnPlace = ({ output }: LayerShape, below: (limit: number) => number) =>
  output.length === 3
    ? { y: below(output[0]), x: below(output[1]), channel: below(output[2]) }
    : { y: 0, x: 0, channel: below(output[0]) }

t.test("the sum that the page shows is the kernel's number, bit by bit, filters off or on", async (t) => {
  const kinds = new Set<string>()
  await fc.assert(
    fc.asyncProperty(cases(fc.constant(0.5)), async (example) => {
      const [trained, image] = [drawnNetwork(example), drawnImage(example)]
      const runner = createRunner(await kernels, trained, false)
      const draws = generator(seedOf(example.seed, "places"))
      const below = (limit: number) => draws.below(limit)
      const conv = runner.layers.find(({ layer }) => layer.type === "conv")
      const ablated: Ablated = new Map(conv && below(2) === 0 ? [[conv.name, new Set([0])]] : [])
      const { maps } = runner.forward(image, { ablated })
      return runner.layers.every((shape, i) => {
        const input = i === 0 ? Float32Array.from(image, (byte) => byte * PIXEL_SCALE) : maps[i - 1]!
        return [1, 2, 3].every(() => {
          const place = drawnPlace(shape, below)
          const made = explanation(shape, trained.weights, input, place, ablated)
          kinds.add(made.kind)
          if (made.kind === "other") return true
          return Object.is(made.value, maps[i]![indexOf(shape.output, place)])
        })
      })
    }),
    { numRuns: count(60, 600) },
  )
  t.same([...kinds].sort(), ["convolution", "dense", "other", "pool"], "each kind was met")
})

t.test("the winner that the page names is the first largest, and lies in the window", async () => {
  const layers = shapes(
    { layers: [{ type: "pool", kind: "max", size: 3, stride: 2, padding: "same" }] },
    [5, 5, 1],
  )
  const input = Float32Array.from({ length: 25 }, (_, i) => -1 - ((i * 7) % 5))
  for (const [y, x] of [0, 1, 2].flatMap((y) => [0, 1, 2].map((x) => [y, x] as const))) {
    const made = explanation(layers[0]!, {}, input, { y, x, channel: 0 }, new Map())
    if (made.kind !== "pool") throw new Error(made.kind)
    const first = made.window.indexOf(made.value)
    t.equal(made.winner, first)
    t.ok(made.window.every((value) => value === undefined || value <= made.value))
  }
})

t.test("what lies outside of a value's receptive field, or of its window, does not change it", async (t) => {
  let told = 0
  await fc.assert(
    fc.asyncProperty(cases(fc.constant(0)), async (example) => {
      const [trained, image] = [drawnNetwork(example), drawnImage(example)]
      const { layers, forward } = createRunner(await kernels, trained, false)
      const draws = generator(seedOf(example.seed, "fields"))
      const index = draws.below(layers.length)
      const shape = layers[index]!
      const place = drawnPlace(shape, (limit) => draws.below(limit))
      const field = receptiveField(layers, index, pixelAt(place.y, place.x))
      const [height, width, channels] = example.inputShape
      const other = image.map((byte, i) => {
        const [y, x] = [Math.floor(i / (width * channels)), Math.floor(i / channels) % width]
        const isSeen =
          y >= field.top && y < field.top + field.height && x >= field.left && x < field.left + field.width
        return isSeen ? byte : 255 - byte
      })
      if (field.height * field.width < height * width) told++
      const at = indexOf(shape.output, place)
      return Object.is(forward(image).maps[index]![at], forward(other).maps[index]![at])
    }),
    { numRuns: count(60, 600) },
  )
  t.ok(told > 5, `${told} fields were smaller than the image`)
})

t.test("fields have the sizes that one computes by hand, and are cut at the image's edges", async (t) => {
  const layers = shapes(classicLenet(10), [28, 28, 1])
  const of = (name: string, y: number, x: number) => {
    const index = layers.findIndex((layer) => layer.name === name)
    return receptiveField(layers, index, pixelAt(y, x))
  }
  t.same(of("conv1", 10, 10), { top: 8, left: 8, height: 5, width: 5 })
  t.same(of("conv1", 0, 27), { top: 0, left: 25, height: 3, width: 3 })
  t.same(of("pool1", 5, 5), { top: 8, left: 8, height: 6, width: 6 })
  t.same(of("conv2", 3, 3), { top: 4, left: 4, height: 14, width: 14 })
  t.same(of("pool2", 2, 2), { top: 6, left: 6, height: 16, width: 16 })
  t.same(of("dense1", 0, 0), { top: 0, left: 0, height: 28, width: 28 })
  t.same(seenBy(layers[0]!, pixelAt(0, 0)), { top: -2, left: -2, height: 5, width: 5 }, "margins and all")
  t.same(within({ top: -2, left: 3, height: 5, width: 9 }, [4, 6]), { top: 0, left: 3, height: 3, width: 3 })
  t.equal(sizeOf(layers[0]!.output), 28 * 28 * 6)
})
