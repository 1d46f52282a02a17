// The memory of a training by arithmetic, against a pass forward and back that books every tensor in and out.
import fc from "fast-check"
import t from "tap"
import { sizeOf } from "../../../ml/layers/parts/shape.ts"
import type { Layer } from "../../../ml/layers/table.ts"
import { type Network, network } from "../../../ml/network/network.ts"
import { shapes } from "../../../ml/network/shapes.ts"
import { trainingMemory } from "../../../ml/training/memory.ts"
import { optimizer } from "../../../ml/training/optimizer.ts"
import { count } from "../../counts.ts"
import { cases } from "../support/random-networks.ts"

const plain = optimizer({ type: "sgd", momentum: 0 })

/** Layers that overwrite their input, and whose way back overwrites its gradient. */
const inPlace: ReadonlySet<Layer["type"]> = new Set(["activation", "dropout", "flatten"])

/** Bytes that are live, and the most that ever were; booking out what is not there is a mistake. */
function book() {
  const live = new Map<string, number>()
  let most = 0
  return {
    in: (name: string, floats: number) => {
      live.set(name, 4 * floats)
      most = Math.max(
        most,
        [...live.values()].reduce((a, b) => a + b, 0),
      )
    },
    out: (name: string) => {
      if (!live.delete(name)) throw new Error(`${name} is not there`)
    },
    has: (name: string) => live.has(name),
    most: () => most,
    rest: () => [...live.keys()],
  }
}

/** Maps by number, 0 the images: what a step on `batch` examples holds of images, maps and gradients of maps, at its most. */
function stepOn(batch: number, network: Network, input: readonly [number, number, number]): number {
  const { in: enter, out: leave, has, most, rest } = book()
  enter("map 0", batch * sizeOf(input))
  /** Of each layer that is not in place: the map that it reads, and that it writes. */
  const turns: Array<{ reads: number; writes: number; floats: number }> = []
  let map = 0
  for (const { layer, output } of shapes(network, input)) {
    if (inPlace.has(layer.type)) continue
    const floats = batch * sizeOf(output)
    enter(`map ${map + 1}`, floats)
    turns.push({ reads: map, writes: map + 1, floats })
    map++
  }
  const floatsOf = (map: number) => turns[map - 1]!.floats
  if (map > 0) enter(`gradient ${map}`, floatsOf(map)) // the loss's, made of the last map
  for (const { reads, writes } of turns.toReversed()) {
    if (!has(`map ${reads}`) || !has(`gradient ${writes}`)) throw new Error("a layer lacks what it needs")
    if (reads > 0) enter(`gradient ${reads}`, floatsOf(reads))
    leave(`gradient ${writes}`)
    if (has(`map ${writes}`)) leave(`map ${writes}`) // nobody reads the last one after the loss and its layer
    if (reads > 0) leave(`map ${reads}`)
  }
  if (map > 0 && `${rest()}` !== "map 0") throw new Error(`left: ${rest()}`)
  return most()
}

t.test(
  "a training's memory is the most that a pass forward and back ever holds, and its parameters",
  async () => {
    fc.assert(
      fc.property(cases(), fc.integer({ min: 1, max: 9 }), ({ network, inputShape }, batch) => {
        fc.pre(network.layers.every(({ type }) => type !== "add")) // of these: test/ml/network/describe.test.ts
        const { items, onTop, total } = trainingMemory(network, inputShape, batch, plain)
        const parameters = items[2]!.bytes + onTop[0]!.bytes
        return total - parameters === stepOn(batch, network, inputShape)
      }),
      { numRuns: count(100, 3_000) },
    )
  },
)

t.test(
  "where early maps are the large ones, most is held on the way back, not at its beginning",
  async (t) => {
    const narrowing = network({
      layers: [
        { type: "conv", filters: 8, kernel: 3, padding: "same" },
        { type: "conv", filters: 4, kernel: 3, padding: "same" },
        { type: "flatten" },
        { type: "dense", units: 2 },
      ],
    })
    const { onTop, total, items } = trainingMemory(narrowing, [6, 6, 1], 1, plain)
    const [first, second, last] = [4 * 36 * 8, 4 * 36 * 4, 4 * 2]
    // At the turn of the second convolution both its gradients are there, and the last two maps are gone.
    t.equal(onTop[1]!.bytes, first + second - (second + last))
    t.match(onTop[1]!.why, /turn of conv2: .* beyond the maps that are gone by then\.$/)
    t.equal(total - items[2]!.bytes - onTop[0]!.bytes, stepOn(1, narrowing, [6, 6, 1]))
  },
)
