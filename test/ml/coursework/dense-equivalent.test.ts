// A convolution as a dense matrix: its counts, its bits, and its picture.
import fc from "fast-check"
import t from "tap"
import { denseEquivalentChart } from "../../../ml/charts/dense-equivalent.ts"
import { renderSvg } from "../../../ml/charts/render.ts"
import { againstDense } from "../../../ml/coursework/against-dense.ts"
import { denseEquivalent, denseWeights, visitRow } from "../../../ml/coursework/dense-equivalent.ts"
import type { ConvolutionShape } from "../../../ml/layers/convolution/conv.ts"
import { sizeOf } from "../../../ml/layers/parts/shape.ts"
import { type NetworkEncoded, network } from "../../../ml/network/network.ts"
import { shapes } from "../../../ml/network/shapes.ts"
import { generator, seedOf } from "../../../ml/statistics/random.ts"
import { freedomOf } from "../../../stages/describe/convolution.ts"
import { count } from "../../counts.ts"
import { noise, wasm } from "../support/harness.ts"
import { cases } from "../support/random-networks.ts"

const module = new WebAssembly.Module(wasm)

type ConvData = Extract<NetworkEncoded["layers"][number], { type: "conv" }>

const conv = (layer: Omit<ConvData, "type">, input: readonly [number, number, number]): ConvolutionShape =>
  shapes(network({ layers: [{ type: "conv", ...layer }] }), input)[0]! as ConvolutionShape

const five = conv({ filters: 3, kernel: 5 }, [32, 32, 1])

/** Random convolutions on random inputs. */
const convolutions = cases()
  .map(({ network, inputShape, seed }) => ({
    seed,
    conv: shapes(network, inputShape).find(({ layer }) => layer.type === "conv") as
      | ConvolutionShape
      | undefined,
  }))
  .filter((found): found is { seed: number; conv: ConvolutionShape } => found.conv !== undefined)

const weightsFor = ({ parameters }: ConvolutionShape, seed: number) =>
  parameters.map(({ name, shape }) => noise(sizeOf(shape), seed, 0, name)) as [Float32Array, Float32Array]

const imagesFor = ({ input }: ConvolutionShape, seed: number, count: number) => {
  const draws = generator(seedOf(seed, "images"))
  return Uint8Array.from({ length: count * sizeOf(input) }, () => draws.below(256))
}

t.test(
  "three filters of 5×5 on 32×32 are 2,352 × 1,024 entries, 58,800 not zero, of 75 weights",
  async (t) => {
    t.same(denseEquivalent(five), {
      rows: 2_352,
      columns: 1_024,
      entries: 2_408_448,
      nonZero: 58_800,
      distinct: 75,
      biases: 3,
    })
    const distinct = new Set<number>()
    const { kernel, bias } = denseWeights(
      five,
      Float32Array.from({ length: 75 }, (_, i) => i + 1),
      [-1, -2, -3],
    )
    for (const value of kernel) distinct.add(value)
    t.equal(kernel.filter((value) => value !== 0).length, 58_800)
    t.equal(distinct.size, 75 + 1, "and zero")
    t.equal(new Set(bias).size, 3)
  },
)

t.test("a dense layer with that matrix gives the same bits as the convolution", async (t) => {
  const [kernel, bias] = weightsFor(five, 1)
  const agreement = await againstDense(module, five, kernel, bias, imagesFor(five, 1, 2))
  t.same(agreement, { outputs: 2 * 2_352, sameBits: 2 * 2_352, largestDifference: 0 })
})

t.test("so it does for any kernel, stride and padding", async () => {
  await fc.assert(
    fc.asyncProperty(convolutions, async ({ conv, seed }) => {
      const [kernel, bias] = weightsFor(conv, seed)
      const { outputs, sameBits } = await againstDense(module, conv, kernel, bias, imagesFor(conv, seed, 2))
      return outputs === 2 * sizeOf(conv.output) && sameBits === outputs
    }),
    { numRuns: count(15, 300) },
  )
})

t.test("the counts are those of the matrix, counted entry by entry", async () => {
  fc.assert(
    fc.property(convolutions, ({ conv }) => {
      const { rows, columns, entries, nonZero, distinct } = denseEquivalent(conv)
      const found = new Set<number>()
      const places = new Set<number>()
      for (let row = 0; row < rows; row++)
        visitRow(conv, row, (column, weight) => {
          found.add(weight)
          places.add(row * columns + column)
        })
      const { none, locality, sharedWeights, sharedBiases, left } = freedomOf(conv)
      const isFreedom =
        none === rows * columns + rows &&
        left === found.size + conv.layer.filters &&
        locality === rows * columns - places.size &&
        none - locality - sharedWeights - sharedBiases === left
      return isFreedom && entries === rows * columns && places.size === nonZero && found.size === distinct
    }),
    { numRuns: count(15, 300) },
  )
})

t.test("a matrix too large to build is still counted, and refused by name", async (t) => {
  const large = conv({ filters: 100, kernel: 3, stride: 2, padding: "same" }, [200, 300, 3])
  t.match(denseEquivalent(large), { rows: 1_500_000, columns: 180_000, nonZero: 40_275_300, distinct: 2_700 })
  t.throws(() => denseWeights(large, new Float32Array(2_700), [0]), {
    message: /1500000 × 180000 has 270000000000 entries/,
  })
})

t.test("the picture has the same bytes each time, for one filter and for many", async (t) => {
  for (const filters of [1, 2, 5]) {
    const shape = conv({ filters, kernel: [2, 3], padding: "same" }, [5, 6, 2])
    const spec = denseEquivalentChart({ title: "A title", subtitle: "What one sees.", conv: shape })
    t.equal(
      JSON.stringify(denseEquivalentChart({ title: "A title", subtitle: "What one sees.", conv: shape })),
      JSON.stringify(spec),
    )
    t.match(await renderSvg(spec), filters > 3 ? /3 of 5 filters of 150 × 60 entries/ : / × 60 entries/)
  }
})
