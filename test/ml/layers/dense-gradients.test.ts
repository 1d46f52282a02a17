// Gradients of convolutions without relu and pool, against the general kernels, bit for bit.
import fc from "fast-check"
import { test } from "tap"
import { Parameters } from "../../../ml/kernels/parameters.ts"
import { type Pointer, pointer } from "../../../ml/kernels/quantities.ts"
import { Scratch } from "../../../ml/kernels/scratch.ts"
import type { ConvolutionShape } from "../../../ml/layers/convolution/conv.ts"
import { framedImages } from "../../../ml/layers/convolution/framed-images.ts"
import { filterGradient, inputGradient, type ToInput } from "../../../ml/layers/convolution/gradients.ts"
import { type ConvolutionPlan, planConvolution, scratchOf } from "../../../ml/layers/convolution/plan.ts"
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

type Values<A> = A extends fc.Arbitrary<infer V> ? V : never

/** A convolution's plan for a few rows, both ways, with weights, input, output and its gradient filled. */
function planned(
  { input, filters, kernel, padding, notNumbers, seed }: Values<typeof convolutions>,
  relu = false,
) {
  const { kernels, arena } = freshKernels()
  const [parameters, scratch] = [new Parameters(), new Scratch()]
  const site: Site = { kernels, arena, parameters, scratch, rows, shards: 1, stream: seedOf(1, "dense") }
  const layers = [{ type: "conv", name: "conv", filters, kernel, padding }] as const
  const [conv] = shapes(network({ layers }), input) as unknown as [ConvolutionShape]
  const from = activations(site, sizeOf(input), true)
  const plan = planConvolution(site, { conv, relu, pool: undefined }, from, false)
  const special = { ...plan, isDense: true }
  const general = { ...plan, isDense: false, images: framedImages(site, conv, from, false) }
  for (const isDense of [true, false]) scratch.reserve(scratchOf({ ...plan, isDense, isTurned: false }))
  const toInput = { special: turnedRound(plan), general: inputGradient(general) }
  const block = arena.allocate(parameters.bytes)
  parameters.place(arena)
  scratch.place(arena)
  const { output, kernel: slot } = plan
  const weights = odd(slot.source.length, seed, "weights").map((w, i) => (slot.source[i]! < 0 ? 0 : w))
  arena.f32.set(weights, (parameters.weights + slot.offset) / 4)
  const fill = (values: Float32Array, to: Pointer, size: number, rowBytes: number): void => {
    for (let row = 0; row < rows; row++)
      arena.f32.set(values.subarray(row * size, (row + 1) * size), (to + row * rowBytes) / 4)
  }
  const gradient = odd(rows * output.size, seed, "gradient", notNumbers)
  fill(gradient, output.gradient, output.size, output.rowBytes)
  fill(odd(rows * output.size, seed, "output"), output.values, output.size, output.rowBytes)
  fill(odd(rows * from.size, seed, "input"), from.values, from.size, from.rowBytes)
  const toInputBy = ({ prepare, backward }: ToInput): Float32Array => {
    prepare?.()
    backward(rows)
    return arena.floats(pointer(from.gradient), (rows * from.rowBytes) / 4).slice()
  }
  const toFiltersBy = (plan: ConvolutionPlan): Float32Array => {
    arena.floats(block, parameters.bytes / 4).fill(Number.NaN)
    plan.images.enter(rows)
    filterGradient(plan)(rows, block)
    return arena.floats(block, parameters.bytes / 4).slice()
  }
  return { gradient, special, general, toInput, toInputBy, toFiltersBy }
}

test("an input's gradient by the turned kernel has the bits of the one that goes from entry to entry", async () => {
  fc.assert(
    fc.property(convolutions, (example) => {
      const { gradient, toInput, toInputBy } = planned(example)
      const [special, general] = [toInputBy(toInput.special), toInputBy(toInput.general)]
      return agree(special, general) && (special.some(Number.isNaN) || !gradient.some(Number.isNaN))
    }),
    { numRuns: count(30, 1_000) },
  )
})

test("filters' gradients over all positions have the bits of those over lists, behind a relu too", async () => {
  fc.assert(
    fc.property(convolutions, fc.boolean(), (example, relu) => {
      const { special, general, toFiltersBy } = planned(example, relu)
      const [found, expected] = [toFiltersBy(special), toFiltersBy(general)]
      return found.every((value, i) => Object.is(value, expected[i]))
    }),
    { numRuns: count(30, 1_000) },
  )
})
