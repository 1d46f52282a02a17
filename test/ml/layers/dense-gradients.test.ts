// Gradients of convolutions without relu and pool, against the general kernels, bit for bit.
import fc from "fast-check"
import { test } from "tap"
import { Parameters } from "../../../ml/kernels/parameters.ts"
import { Scratch } from "../../../ml/kernels/scratch.ts"
import type { ConvolutionShape } from "../../../ml/layers/convolution/conv.ts"
import { framedImages } from "../../../ml/layers/convolution/framed-images.ts"
import { inputGradient } from "../../../ml/layers/convolution/gradients.ts"
import { planConvolution } from "../../../ml/layers/convolution/plan.ts"
import { turnedRound } from "../../../ml/layers/convolution/turned.ts"
import { sizeOf } from "../../../ml/layers/parts/shape.ts"
import { activations, type Site } from "../../../ml/layers/parts/unit.ts"
import { network } from "../../../ml/network/network.ts"
import { shapes } from "../../../ml/network/shapes.ts"
import { seedOf } from "../../../ml/statistics/random.ts"
import { count } from "../../counts.ts"
import { freshKernels, noise } from "../support/harness.ts"

const rows = 3

/** Numbers of which some are 0, some −0 and, where wanted, a few NaN or infinite. */
function odd(length: number, seed: number, name: string, notNumbers = false): Float32Array {
  const which = noise(length, seed, 0, name, "which")
  return noise(length, seed, 0, name).map((value, i) => {
    const draw = which[i]!
    if (notNumbers && draw > 0.96) return draw > 0.98 ? Number.NaN : Number.POSITIVE_INFINITY
    if (draw < -0.4) return draw < -0.7 ? 0 : -0
    return value
  })
}

/**
 * Whether values have the same bits. A NaN is one whatever its bits, and where the general kernel has one the other need not: it
 * multiplies a NaN with the zeros that pad a filter's row, too.
 */
const agree = (special: Float32Array, general: Float32Array): boolean =>
  special.every((value, i) => Object.is(value, general[i]) || Number.isNaN(general[i]))

const convolutions = fc
  .record({
    input: fc.tuple(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 19 }),
    ),
    filters: fc.integer({ min: 1, max: 19 }),
    kernel: fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })),
    padding: fc.constantFrom("same" as const, "valid" as const),
    notNumbers: fc.boolean(),
    seed: fc.nat(),
  })
  .filter(
    ({ input, kernel, padding }) => padding === "same" || (kernel[0] <= input[0] && kernel[1] <= input[1]),
  )

/** A convolution's plan for a few rows, its weights, input and output gradient filled. */
function planned({ input, filters, kernel, padding, notNumbers, seed }: Values<typeof convolutions>) {
  const { kernels, arena } = freshKernels()
  const [parameters, scratch] = [new Parameters(), new Scratch()]
  const site: Site = { kernels, arena, parameters, scratch, rows, shards: 1, stream: seedOf(1, "dense") }
  const layers = [{ type: "conv", name: "conv", filters, kernel, padding }] as const
  const [conv] = shapes(network({ layers }), input) as unknown as [ConvolutionShape]
  const from = activations(site, sizeOf(input), true)
  const plan = planConvolution(site, { conv, relu: false, pool: undefined }, from, false)
  const general = { ...plan, images: framedImages(site, conv, from, false) }
  const [dense, entries] = [turnedRound(plan), inputGradient(general)]
  parameters.place(arena)
  scratch.place(arena)
  const { output, kernel: slot } = plan
  slot.source.forEach((index, i) => {
    if (index >= 0) arena.f32[(parameters.weights + slot.offset) / 4 + i] = odd(1, seed + index, "weight")[0]!
  })
  const gradient = odd(rows * output.size, seed, "gradient", notNumbers)
  for (let row = 0; row < rows; row++)
    arena.f32.set(
      gradient.subarray(row * output.size, (row + 1) * output.size),
      (output.gradient + row * output.rowBytes) / 4,
    )
  const found = (of: typeof dense): Float32Array => {
    of.prepare?.()
    of.backward(rows)
    return arena.floats(from.gradient as never, (rows * from.rowBytes) / 4).slice()
  }
  return { gradient, dense: found(dense), entries: found(entries) }
}

type Values<A> = A extends fc.Arbitrary<infer V> ? V : never

test("an input's gradient by the turned kernel has the bits of the one that goes from entry to entry", async () => {
  fc.assert(
    fc.property(convolutions, (example) => {
      const { gradient, dense, entries } = planned(example)
      return agree(dense, entries) && (dense.some(Number.isNaN) || !gradient.some(Number.isNaN))
    }),
    { numRuns: count(30, 1_000) },
  )
})
