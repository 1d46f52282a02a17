// Images of training batches changed at random: how, when, and from which seeds.
import "@tensorflow/tfjs-backend-cpu"
import "@tensorflow/tfjs-layers"
import * as tf from "@tensorflow/tfjs-core"
import t from "tap"
import type { Values } from "../../../ml/data/examples.ts"
import { shifted } from "../../../ml/data/shifted.ts"
import { network } from "../../../ml/network/network.ts"
import { type Generator, generator, seedOf } from "../../../ml/statistics/random.ts"
import { createTensorflowTrainer } from "../../../ml/tensorflow/tensorflow-trainer.ts"
import { type Augmentation, augmenter } from "../../../ml/training/augmentation/augmentation.ts"
import { crop } from "../../../ml/training/augmentation/crop.ts"
import { flip } from "../../../ml/training/augmentation/flip.ts"
import type { Move } from "../../../ml/training/augmentation/move.ts"
import { rotate } from "../../../ml/training/augmentation/rotate.ts"
import { trainEpoch } from "../../../ml/training/epoch.ts"
import { assess } from "../../../ml/training/prediction.ts"
import type { Trainer } from "../../../ml/training/trainer.ts"
import { bitsOf, makeTrainer } from "../support/small-training.ts"
import { apart } from "../support/tensorflow-agreement.ts"

await tf.setBackend("cpu")

const shape = [5, 6, 3] as const
const SIZE = 90

/** Images of a shard as they are changed. */
function changed<V extends Uint8Array | Float32Array>(
  augmentation: ReadonlyArray<Augmentation>,
  images: V,
  moment = { epoch: 0, step: 0, shard: 0 },
  seed = 1,
): V {
  const to = images.slice() as V
  const image = (of: V) => (row: number) => of.subarray(row * SIZE, (row + 1) * SIZE)
  const rows = images.length / SIZE
  augmenter({ inputShape: shape, augmentation, seed, stream: "a" })!(moment, rows, image(images), image(to))
  return to
}

const draws = generator(seedOf(1, "images"))
const images = Uint8Array.from({ length: 60 * SIZE }, () => draws.below(256))
const imageOf = (all: Uint8Array, row: number) => [...all.subarray(row * SIZE, (row + 1) * SIZE)]
const mirrored = (image: ReadonlyArray<number>) =>
  image.map((_, i) => image[Math.floor(i / 18) * 18 + (5 - (Math.floor(i / 3) % 6)) * 3 + (i % 3)]!)

t.test("a flip mirrors rows, colour by colour, about as often as it says", async (t) => {
  t.same(imageOf(changed([{ type: "flip", probability: 1 }], images), 7), mirrored(imageOf(images, 7)))
  t.same(changed([{ type: "flip", probability: 0 }], images), images)
  const some = changed([{ type: "flip" }], images)
  const turned = Array.from({ length: 60 }, (_, row) => `${imageOf(some, row)}` !== `${imageOf(images, row)}`)
  t.ok(Math.abs(turned.filter(Boolean).length - 30) < 15)
})

t.test("a crop moves an image by at most the padding, zeros come in, and every place occurs", async (t) => {
  const cropped = changed([{ type: "crop", padding: 1 }], images)
  const places = new Set<string>()
  for (let row = 0; row < 60; row++) {
    const own = images.slice(row * SIZE, (row + 1) * SIZE)
    const found = [-1, 0, 1].flatMap((down) =>
      [-1, 0, 1]
        .filter((right) => `${shifted(own, shape, [down, right])}` === `${imageOf(cropped, row)}`)
        .map((right) => `${down},${right}`),
    )
    t.equal(found.length, 1)
    places.add(found[0]!)
  }
  t.equal(places.size, 9)
  t.ok(
    changed([{ type: "crop", padding: 40 }], images).length === images.length,
    "further than the image is wide",
  )
})

t.test("a rotation takes values from where they lay, in proportion between pixels", async (t) => {
  const [cy, cx] = [2, 2.5]
  // A plane is the same between pixels as at them.
  const plane = Float32Array.from({ length: SIZE }, (_, i) => {
    const [y, x, c] = [Math.floor(i / 18), Math.floor(i / 3) % 6, i % 3]
    return 10 * c + 2 * (x - cx) + 3 * (y - cy)
  })
  const turned = changed([{ type: "rotate", degrees: 10 }], plane)
  const at = (y: number, x: number) => turned[(y * 6 + x) * 3]!
  // From two values near the middle the angle follows, and from it all that stays inside.
  const [right, down] = [at(2, 3) - at(2, 2), at(3, 2) - at(2, 2)]
  const [cosine, sine] = [(2 * right + 3 * down) / 13, (3 * right - 2 * down) / 13]
  t.ok(Math.abs(cosine ** 2 + sine ** 2 - 1) < 1e-5)
  t.ok(Math.abs(sine) > 1e-3 && Math.abs(Math.asin(sine)) <= (10 * Math.PI) / 180)
  for (const [y, x] of [
    [1, 2],
    [2, 1],
    [3, 4],
    [2, 4],
  ] as const) {
    const expected = 2 * (cosine * (x - cx) - sine * (y - cy)) + 3 * (sine * (x - cx) + cosine * (y - cy))
    t.ok(Math.abs(at(y, x) - expected) < 1e-4, `${y}, ${x}: ${at(y, x)} and ${expected}`)
  }
  const white = changed([{ type: "rotate", degrees: 45 }], new Uint8Array(SIZE).fill(255))
  t.ok(imageOf(white, 0)[(2 * 6 + 2) * 3] === 255, "no byte goes round")
})

t.test("what is drawn depends on seed, epoch, step and shard, and on nothing else", async (t) => {
  const all: ReadonlyArray<Augmentation> = [
    { type: "flip" },
    { type: "crop", padding: 2 },
    { type: "rotate", degrees: 15 },
  ]
  const first = changed(all, images)
  t.same(changed(all, images), first)
  for (const [moment, seed] of [
    [{ epoch: 1, step: 0, shard: 0 }, 1],
    [{ epoch: 0, step: 1, shard: 0 }, 1],
    [{ epoch: 0, step: 0, shard: 1 }, 1],
    [{ epoch: 0, step: 0, shard: 0 }, 2],
  ] as const)
    t.not(`${changed(all, images, moment, seed)}`, `${first}`)
  t.same(changed(all, images.slice(0, 10 * SIZE)), first.slice(0, 10 * SIZE), "rows after it do not matter")
  const alike = Array.from({ length: 60 }, () => imageOf(images, 0)).flat()
  const found = changed(all, Uint8Array.from(alike))
  t.ok(new Set(Array.from({ length: 60 }, (_, row) => `${imageOf(found, row)}`)).size > 50, "each row draws")
})

/** One image, row `row` of its shard, as a single move changes it that draws what docs/numerics.md writes. */
function moved(row: number, given: Augmentation, before: number, from: Uint8Array): Uint8Array {
  const path = ["augmentation", given.type, before, 3, 2, 1, row] as const
  const to = from.slice()
  move(given)(from, shape, generator(seedOf(1, "a", ...path)), to)
  return to
}

const move = (given: Augmentation): Move =>
  given.type === "flip" ? flip(given) : given.type === "crop" ? crop(given) : rotate(given)

t.test("each way draws for each image from a path of its own, so that others leave it alone", async (t) => {
  const [some, wide, turn] = [
    { type: "flip", probability: 0.3 },
    { type: "crop", padding: 2 },
    { type: "rotate", degrees: 15 },
  ] as const
  for (const all of [[some, wide, turn], [turn, some], [wide], [wide, some, wide, turn, wide]]) {
    const found = changed(all, images, { epoch: 3, step: 2, shard: 1 })
    for (let row = 0; row < 60; row += 7) {
      let expected: Uint8Array = images.slice(row * SIZE, (row + 1) * SIZE)
      for (const [at, given] of all.entries())
        expected = moved(
          row,
          given,
          all.slice(0, at).filter(({ type }) => type === given.type).length,
          expected,
        )
      t.same(imageOf(found, row), [...expected])
    }
  }
})

t.test(
  "a flip twice, a crop that is not moved and a turn by nothing are the image, of bytes and floats",
  async (t) => {
    const still: Generator = { uint32: () => 0, uniform: () => 0.5, below: () => 1 }
    for (const image of [images.slice(0, SIZE), Float32Array.from(images.slice(0, SIZE), (b) => b / 7 - 20)])
      for (const extent of [shape, [6, 5, 3], [1, 90, 1], [45, 1, 2], [9, 10, 1]] as const) {
        const after = (given: Augmentation, from: Values): Values => {
          const to = from.slice().fill(9)
          move(given)(from, extent, still, to)
          return to
        }
        const always: Augmentation = { type: "flip", probability: 1 }
        t.same(after(always, after(always, image)), image)
        t.same(after({ type: "crop", padding: 1 }, image), image)
        t.same(after({ type: "rotate", degrees: 90 }, image), image)
      }
  },
)

t.test("a quarter turn moves every pixel clockwise, as rows go down", async (t) => {
  const last = 1 - 2 ** -24
  const from = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9)
  const to = from.slice()
  rotate({ type: "rotate", degrees: 90 })(
    from,
    [3, 3, 1],
    { ...generator(seedOf(1)), uniform: () => last },
    to,
  )
  t.same([...to], [7, 4, 1, 8, 5, 2, 9, 6, 3])
})

const augmentation: ReadonlyArray<Augmentation> = [{ type: "flip" }, { type: "crop", padding: 1 }]
const labels = Uint8Array.from({ length: 60 }, (_, i) => i % 3)
const trainer = (options: Partial<Trainer["options"]> = {}) =>
  makeTrainer({
    network: network({
      layers: [
        { type: "conv", filters: 4, kernel: 3, padding: "same" },
        { type: "activation", kind: "relu" },
        { type: "flatten" },
        { type: "dense", units: 3 },
      ],
    }),
    ...{ inputShape: shape, augmentation, ...options },
  })

t.test("images are changed where a network learns from them, and not where it is measured", async (t) => {
  const [plain, moving] = [await trainer({ augmentation: [] }), await trainer()]
  const [before, data] = [plain.attach(images, labels), moving.attach(images, labels)]
  t.same(assess(moving, data), assess(plain, before))
  await trainEpoch(plain, before, 0)
  await trainEpoch(moving, data, 0)
  t.notSame(bitsOf(moving.weights()), bitsOf(plain.weights()))
  plain.load(moving.state())
  t.same(assess(moving, data), assess(plain, before))
})

t.test(
  "a step is bit for bit the step on images that were changed before, of bytes and floats",
  async (t) => {
    const order = Uint32Array.of(3, 59, 0, 7, 7, 20, 5)
    const all: ReadonlyArray<Augmentation> = [{ type: "rotate", degrees: 40 }, ...augmentation]
    for (const inputs of [images, Float32Array.from(images, (byte) => byte / 50 - 2)])
      for (const shards of [1, 3, 4]) {
        const own = { shards, batchSize: 7, stream: "a" }
        const [moving, plain] = [
          await trainer({ ...own, augmentation: all }),
          await trainer({ ...own, augmentation: [] }),
        ]
        const picked = [...order].map((pick) => inputs.slice(pick * SIZE, (pick + 1) * SIZE))
        const rows = Math.ceil(7 / shards)
        const before = picked.map((image, at) => {
          const [row, shard] = [at % rows, Math.floor(at / rows)]
          const many = inputs.slice(0, rows * SIZE)
          many.set(image, row * SIZE)
          return changed(all, many, { epoch: 4, step: 5, shard }).slice(row * SIZE, (row + 1) * SIZE)
        })
        const ready = inputs.slice(0, 7 * SIZE)
        for (const [at, image] of before.entries()) ready.set(image, at * SIZE)
        const tally = moving.step(moving.attach(inputs, labels), order, 0, 7, 4, 5).loss
        const truth = Uint8Array.from(order, (pick) => labels[pick]!)
        const loss = plain.step(
          plain.attach(ready, truth),
          Uint32Array.of(0, 1, 2, 3, 4, 5, 6),
          0,
          7,
          4,
          5,
        ).loss
        t.equal(tally, loss)
        t.same(bitsOf(moving.state()), bitsOf(plain.state()))
      }
  },
)

t.test("a training that goes on from a state draws as though it had never stopped", async (t) => {
  const [whole, first, second] = [await trainer(), await trainer(), await trainer()]
  for (const epoch of [0, 1]) await trainEpoch(whole, whole.attach(images, labels), epoch)
  await trainEpoch(first, first.attach(images, labels), 0)
  second.load(first.state())
  await trainEpoch(second, second.attach(images, labels), 1)
  t.same(bitsOf(second.state()), bitsOf(whole.state()))
})

t.test("TensorFlow.js is shown the same images", async (t) => {
  const ours = await trainer({ normalization: { mean: [100, 120, 140], deviation: [50, 60, 70] } })
  const theirs = createTensorflowTrainer(tf, ours.options)
  await trainEpoch(ours, ours.attach(images, labels), 0)
  await trainEpoch(theirs, theirs.attach(images, labels), 0)
  t.ok(apart(theirs.weights(), ours.weights()) < 1e-3)
  theirs.dispose()
})

t.test("rows of a table are not augmented, and the message says so", async (t) => {
  const layers = [{ type: "dense", units: 3 }] as const
  await t.rejects(trainer({ network: network({ layers }), inputShape: [4] }), {
    message: /^augmentation \(flip, crop\) moves images, and examples are rows of 4 features: leave it out$/,
  })
})
