// Kernels for special cases against the general ones, bit for bit, and when which is chosen.
import fc from "fast-check"
import { test } from "tap"
import type { Arena } from "../../../ml/kernels/arena.ts"
import { type Pointer, rowOf, type Stride, stride } from "../../../ml/kernels/quantities.ts"
import type { Kernels } from "../../../ml/kernels/signatures.ts"
import { windowPositions } from "../../../ml/layers/convolution/positions.ts"
import { lenet } from "../../../ml/network/lenet.ts"
import { network } from "../../../ml/network/network.ts"
import { shapes } from "../../../ml/network/shapes.ts"
import { generator, seedOf } from "../../../ml/statistics/random.ts"
import { planModel } from "../../../ml/wasm/model.ts"
import { count } from "../../counts.ts"
import { freshKernels, noise } from "../support/harness.ts"

/** Puts values into memory of their own; gives their place. */
function place(arena: Arena, values: Float32Array | Uint32Array): Pointer {
  const at = arena.allocate(values.byteLength)
  arena.floats(at, values.length).set(new Float32Array(values.buffer, values.byteOffset, values.length))
  return at
}

const bitsAt = (arena: Arena, at: Pointer, floats: number): string =>
  Buffer.from(new Uint8Array(arena.floats(at, floats).slice().buffer)).toString("hex")

test("the product that skips zeros gives the bits of the one that does not", async () => {
  const products = fc.record({
    m: fc.integer({ min: 1, max: 9 }),
    k: fc.integer({ min: 1, max: 300 }),
    vectors: fc.integer({ min: 1, max: 19 }),
    zeros: fc.integer({ min: 0, max: 3 }),
    transposed: fc.boolean(),
    panels: fc.boolean(),
    bias: fc.boolean(),
    seed: fc.nat(),
  })
  fc.assert(
    fc.property(products, ({ m, k, vectors, zeros, transposed, panels, bias, seed }) => {
      const { kernels, arena } = freshKernels()
      const pairs = Math.ceil(vectors / 2)
      const random = (name: string, length: number, zeros = 0) =>
        place(arena, noise(length, seed, zeros, name))
      const a = random("a", m * k, zeros)
      const b = random("b", pairs * 8 * k)
      const sums = random("bias", pairs * 8)
      const [plain, skipped] = [random("c", m * pairs * 8), random("c", m * pairs * 8)]
      const lists = arena.allocate(m * (Math.min(k, 128) + 1) * 8 + m * 4)
      const [floats, rows] = [stride(4), stride(4 * (transposed ? m : k))]
      const strides = transposed ? ([floats, rows] as const) : ([rows, floats] as const)
      const layout = (rows: number): readonly [Stride, Stride] =>
        panels ? [stride(32), stride(32 * rows)] : [stride(32 * pairs), stride(32)]
      // biome-ignore format: one group of arguments a line
      const args = (c: Pointer) => [
        a, ...strides, b, ...layout(k), c, ...layout(m), m, vectors, k, bias ? sums : 0,
      ] as const
      kernels.matrixProduct(...args(plain))
      kernels.sparseProduct(...args(skipped), lists)
      return bitsAt(arena, plain, m * pairs * 8) === bitsAt(arena, skipped, m * pairs * 8)
    }),
    { numRuns: count(100, 4_000) },
  )
})

test("lanes along a row give the bits and the winners of the general convolution, NaN and ties included", async () => {
  const cases = fc.record({
    height: fc.integer({ min: 7, max: 12 }),
    width: fc.integer({ min: 12, max: 23 }),
    filters: fc.integer({ min: 1, max: 19 }),
    kernel: fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })),
    strideY: fc.integer({ min: 1, max: 2 }),
    values: fc.constantFrom("noise", "few", "not numbers"),
    relu: fc.boolean(),
    seed: fc.nat(),
  })
  fc.assert(
    fc.property(cases, ({ height, width, filters, kernel, strideY, values, relu, seed }) => {
      const { kernels, arena } = freshKernels()
      const images = 2
      const [conv, pool] = shapes(
        network({
          layers: [
            { type: "conv", name: "conv", filters, kernel, stride: [strideY, 1] },
            { type: "pool", name: "pool", kind: "max", size: 2 },
          ],
        }),
        [height, width, 1],
      ) as [never, never]
      const { output } = pool as { output: readonly [number, number, number] }
      const [kernelHeight, kernelWidth] = kernel
      const rowBytes = stride(width * 4)
      const places = { imageBytes: stride(height * rowBytes), rowBytes, first: 0, pixelBytes: 4 }
      const table = windowPositions(conv, pool, places)
      const draws = generator(seedOf(seed, "values"))
      const pixel = (x: number): number => {
        if (values === "few") return Math.round(x)
        return values === "not numbers" && draws.below(20) === 0 ? Number.NaN : x
      }
      const x = place(arena, noise(images * height * width, seed, 0, "x").map(pixel))
      const positions = place(arena, table.offsets)
      const runBytes = rowOf(kernelWidth)
      const weights = place(
        arena,
        noise((filters * kernelHeight * runBytes) / 4, seed, 3, "w").map(Math.round),
      )
      const bias = place(arena, noise(Math.ceil(filters / 4) * 4, seed, 3, "bias"))
      const panels = arena.allocate(Math.ceil(filters / 8) * (kernelHeight * kernelWidth + 1) * 32)
      kernels.packPanels(weights, bias, filters, kernelHeight, kernelWidth, runBytes, panels)
      const size = output[0] * output[1] * filters
      const imageStride = stride(size * 4)
      const room = () => arena.allocate(images * imageStride)
      const [general, generalWinners, special, specialWinners] = [room(), room(), room(), room()]
      // biome-ignore format: one group of arguments a line
      kernels.convolutionForward(
        x, places.imageBytes, rowBytes, images, positions, table.count, table.tilesPerWindow,
        panels, kernelHeight, kernelWidth, filters, relu ? 1 : 0, general, imageStride, generalWinners)
      // biome-ignore format: one group of arguments a line
      kernels.convolutionOneChannel(
        x, places.imageBytes, rowBytes, images, output[0], output[1], stride(strideY * rowBytes),
        panels, kernelHeight, kernelWidth, filters, relu ? 1 : 0, special, imageStride, specialWinners)
      // Which bits a NaN has is open, so NaNs are compared as such.
      const plain = (at: Pointer) => `${arena.floats(at, images * size).map((v) => (v === 0 ? 0 : v))}`
      const exact = values === "not numbers" ? plain : (at: Pointer) => bitsAt(arena, at, images * size)
      return (
        exact(general) === exact(special) &&
        bitsAt(arena, generalWinners, images * size) === bitsAt(arena, specialWinners, images * size)
      )
    }),
    { numRuns: count(100, 4_000) },
  )
})

type Layers = Parameters<typeof network>[0]["layers"]
type Layer = Layers[number]

/** The kernels that a training pass of a network calls, of those that stand for one another. */
function chosen(
  layers: Layers,
  inputShape: readonly [number, number, number] = [28, 28, 1],
  among = ["convolutionForward", "convolutionOneChannel", "matrixProduct", "sparseProduct"],
) {
  const { kernels, arena } = freshKernels()
  const called: Array<string> = []
  const watched = Object.fromEntries(
    Object.entries(kernels).map(([name, kernel]) => [
      name,
      (...args: Array<number>) => {
        called.push(name)
        return kernel(...args)
      },
    ]),
  ) as unknown as Kernels
  const stream = seedOf(1, "watched")
  const model = planModel(watched, arena, {
    layers: shapes(network({ layers }), inputShape),
    inputShape,
    rows: 2,
    shards: 1,
    stream,
  })
  const block = arena.allocate(model.parameters.bytes)
  model.prepare()
  model.forward(2, undefined)
  const forward = called.splice(0)
  model.backward(2, block)
  const kept = (names: ReadonlyArray<string>) => names.filter((name) => among.includes(name)).join(" ")
  return [kept(forward), kept(called)]
}

test("a network's layers decide which kernels compute it", async (t) => {
  const conv = (parts: object = {}): Layer => ({ type: "conv", name: "c", filters: 6, kernel: 5, ...parts })
  const pool = (parts: object = {}): Layer =>
    ({ type: "pool", name: "p", kind: "max", size: 2, ...parts }) as Layer
  const dense = (name: string): Layer => ({ type: "dense", name, units: 10 })
  const activation = (kind: "relu" | "tanh"): Layer => ({ type: "activation", name: kind, kind })
  const flatten: Layer = { type: "flatten", name: "flatten" }

  t.same(
    chosen(lenet({ dropout: 0.25 }).layers),
    [
      "convolutionOneChannel convolutionForward sparseProduct sparseProduct sparseProduct",
      "matrixProduct matrixProduct sparseProduct sparseProduct sparseProduct sparseProduct",
    ],
    "LeNet: the last layer's gradient has no zeros",
  )
  const general = ["convolutionForward", ""]
  t.same(chosen([conv(), activation("relu"), pool()]), ["convolutionOneChannel", ""], "relu before the pool")
  t.same(chosen([conv(), activation("tanh"), pool()]), general, "nothing is pooled at once after tanh")
  t.same(chosen([conv(), pool({ size: 3 })]), general, "windows of three")
  t.same(chosen([conv({ stride: 2 }), pool()]), general, "every other column")
  t.same(chosen([conv({ stride: [2, 1] }), pool()]), ["convolutionOneChannel", ""], "every other row")
  t.same(chosen([conv(), pool()], [28, 28, 3]), general, "three channels")
  t.same(chosen([conv(), pool()], [28, 11, 1]), general, "three windows a row do not fill a vector")
  t.same(
    chosen([flatten, dense("a"), activation("tanh"), dense("b")]),
    ["matrixProduct matrixProduct", "matrixProduct matrixProduct matrixProduct"],
    "tanh leaves no zeros",
  )
  t.same(chosen([flatten, dense("a"), activation("relu"), dense("b")]), [
    "matrixProduct sparseProduct",
    "matrixProduct matrixProduct sparseProduct",
  ])
})

test("what follows a convolution decides whether its gradients come from lists", async (t) => {
  const conv = (name: string, parts: object = {}): Layer =>
    ({ type: "conv", name, filters: 8, kernel: 3, padding: "same", ...parts }) as Layer
  const relu = (name: string): Layer => ({ type: "activation", name, kind: "relu" })
  const normal: Layer = { type: "batch-normalization" }
  const pool: Layer = { type: "pool", name: "pool", kind: "max", size: 2 }
  const backward = (...layers: Layers) =>
    chosen(layers, undefined, [
      "convolutionForward",
      "convolutionDenseFilterGradient",
      "convolutionFilterGradient",
    ])[1]
  const [dense, lists, turned] = [
    "convolutionDenseFilterGradient",
    "convolutionFilterGradient",
    "convolutionForward",
  ]
  t.equal(backward(conv("a"), normal, relu("c"), pool), dense, "nothing follows that makes zeros at once")
  t.equal(backward(conv("a"), normal, conv("b"), normal), `${dense} ${turned} ${dense}`)
  t.equal(
    backward(conv("a"), conv("b", { stride: 2 })),
    `${dense} ${dense}`,
    "every other position: entry by entry",
  )
  t.equal(backward(conv("a"), pool), lists, "the order is that of the windows")
  t.equal(
    backward(conv("a", { filters: 16 }), relu("c"), conv("b"), relu("d")),
    `${lists} ${dense}`,
    "long runs, half zeros",
  )
})
