// Cases of convolutions: forward, by one channel, and the gradients of filters, inputs and biases.
import { type Pointer, pointer, type Stride, stride } from "../../kernels/quantities.ts"
import type { Bench } from "../bench.ts"
import type { Cases } from "./cases.ts"

/** Filters of a case: some that fill no vector, some that fill several. */
const filtersOf = (bench: Bench): number =>
  bench.pick(1 + bench.below(8), 1 + bench.below(20), 1 + bench.below(40), 1 + bench.below(140))

/** Images within margins, and where the patches of a kernel lie in them. */
interface Images {
  readonly at: Pointer
  readonly count: number
  readonly imageStride: Stride
  readonly rowStride: Stride
  readonly kernelHeight: number
  readonly run: number
  /** The first byte of each position's patch. */
  readonly offsets: ReadonlyArray<number>
}

function images(bench: Bench, channels: number, columns = 1 + bench.below(6)): Images {
  const [height, width, kernelHeight] = [1, 1, 1].map(() => 1 + bench.below(6)) as [number, number, number]
  const kernelWidth = columns
  const count = bench.pick(0, 1, 2, 3, 5)
  const rowStride = bench.apart((width + kernelWidth - 1) * channels * 4)
  const imageStride = bench.apart((height + kernelHeight - 1) * rowStride)
  const at = bench.floats(Math.max(count, 1) * (imageStride / 4))
  const offsets: Array<number> = []
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) offsets.push(y * rowStride + x * channels * 4)
  return { at, count, imageStride, rowStride, kernelHeight, run: kernelWidth * channels, offsets }
}

const panelsOf = (bench: Bench, filters: number, values: number): Pointer =>
  bench.floats(Math.ceil(filters / 8) * 8 * (values + 1))

function forward(bench: Bench): void {
  const { at, count, imageStride, rowStride, kernelHeight, run, offsets } = images(
    bench,
    bench.pick(1, 2, 3, 5, 8),
  )
  const filters = filtersOf(bench)
  const tiles = bench.pick(0, 0, 1, 2, 3)
  const outputs = tiles === 0 ? offsets.length : 1 + bench.below(12)
  const slots = tiles === 0 ? Math.ceil(outputs / 4) * 4 : outputs * tiles * 4
  const positions = Array.from({ length: slots }, (_, i) =>
    tiles === 0 ? offsets[Math.min(i, outputs - 1)]! : bench.pick(...offsets),
  )
  const panels = panelsOf(bench, filters, kernelHeight * run)
  const outImage = bench.apart(outputs * filters * 4)
  const [out, winners] = [bench.room(count * outImage), bench.room(count * outImage)]
  // biome-ignore format: one group of arguments a line
  bench.call("convolutionForward",
    at, imageStride, rowStride, count,
    bench.words(positions), outputs, tiles,
    panels, kernelHeight, run, filters,
    bench.pick(0, 1), out, outImage, winners)
}

function oneChannel(bench: Bench): void {
  const [height, kernelHeight, kernelWidth] = [1, 1, 1].map(() => 1 + bench.below(5)) as [
    number,
    number,
    number,
  ]
  const width = 4 + bench.below(20)
  const count = bench.below(3)
  const rowStride = bench.apart((2 * width + kernelWidth - 1) * 4)
  const strideY = 1 + bench.below(2)
  const positionRow = stride(strideY * rowStride)
  const imageStride = bench.apart((strideY * (2 * height - 1) + kernelHeight) * rowStride)
  const filters = bench.pick(1 + bench.below(9), 1 + bench.below(20))
  const outImage = bench.apart(height * width * filters * 4)
  // biome-ignore format: one group of arguments a line
  bench.call("convolutionOneChannel",
    bench.floats(Math.max(count, 1) * (imageStride / 4)), imageStride, rowStride, count,
    height, width, positionRow,
    panelsOf(bench, filters, kernelHeight * kernelWidth), kernelHeight, kernelWidth, filters,
    bench.pick(0, 1), bench.room(count * outImage), outImage, bench.room(count * outImage))
}

/** The gradient of a convolution's output, and where each of its entries has its patch. */
function outputGradient(
  bench: Bench,
  { count, imageStride, offsets }: Images,
  filters: number,
  zeros: number,
) {
  const outImage = bench.apart(offsets.length * filters * 4)
  const patches = new Uint32Array((Math.max(count, 1) * outImage) / 4)
  for (let n = 0; n < count; n++)
    for (let i = 0; i < offsets.length * filters; i++)
      patches[(n * outImage) / 4 + i] = n * imageStride + offsets[Math.floor(i / filters)]!
  const floats = patches.length
  return {
    outImage,
    gradient: bench.floats(floats, zeros),
    patches: bench.words(patches),
    mask: bench.perhaps(bench.floats(floats, 50)),
  }
}

/** Floats of a run: so many vectors, of any of the widths that kernels have, as tiles are chosen by. */
function runOf(bench: Bench): number {
  const lanes = bench.pick(4, 8, 16)
  return lanes * (1 + bench.below(12)) - bench.below(lanes)
}

function filterGradient(bench: Bench): void {
  const input = bench.below(3) === 0 ? images(bench, bench.pick(1, 2, 3, 8)) : images(bench, runOf(bench), 1)
  const { count, offsets, kernelHeight, run } = input
  const filters = 1 + bench.below(bench.pick(4, 12))
  const { outImage, gradient, patches, mask } = outputGradient(
    bench,
    input,
    filters,
    bench.pick(0, 0, 50, 50, 100),
  )
  const capacity = stride((count * offsets.length + 1) * 8)
  const ends = bench.room(filters * 4)
  const lists = bench.lists(filters, capacity, ends)
  const positions = offsets.length
  // biome-ignore format: one group of arguments a line
  bench.call("entriesByChannel",
    gradient, mask, patches,
    count, outImage, positions, filters,
    lists, capacity, ends)
  const out = bench.room(filters * kernelHeight * Math.ceil(run / 4) * 16)
  // biome-ignore format: one group of arguments a line
  bench.call("convolutionFilterGradient",
    input.at, input.rowStride, lists, capacity, ends,
    kernelHeight, run, filters, out)
}

function denseFilterGradient(bench: Bench): void {
  const input = images(bench, bench.pick(1, 1, 2, 3, 8, 16))
  const { count, offsets, kernelHeight, run } = input
  // A few times so many positions, that they do not fit one stretch.
  const isLong = bench.below(8) === 0
  const table = isLong ? Array.from({ length: 250 + bench.below(40) }, () => bench.pick(...offsets)) : offsets
  const filters = isLong ? 1 + bench.below(20) : filtersOf(bench)
  const outImage = bench.apart(table.length * filters * 4)
  const floats = (Math.max(count, 1) * outImage) / 4
  // biome-ignore format: one group of arguments a line
  bench.call("convolutionDenseFilterGradient",
    input.at, input.imageStride, input.rowStride, count,
    bench.words(table), table.length,
    bench.floats(floats, 20), bench.perhaps(bench.floats(floats, 50)), outImage, filters,
    kernelHeight, run,
    bench.scratch(Math.ceil(filters / 8) * kernelHeight * run * 32 + 256 * 32),
    bench.room(filters * kernelHeight * Math.ceil(run / 4) * 16))
}

function inputGradient(bench: Bench): void {
  const input = images(bench, bench.pick(1, 2, 3, 6, 16))
  const filters = 1 + bench.below(9)
  const { gradient, patches, mask } = outputGradient(
    bench,
    { ...input, count: 1 },
    filters,
    bench.pick(0, 50),
  )
  const { kernelHeight, run, offsets } = input
  const vectors = Math.ceil(run / 4)
  const filterStride = stride(kernelHeight * vectors * 16)
  const list = bench.list((offsets.length * filters + 1) * 16)
  // biome-ignore format: one group of arguments a line
  const end = bench.call("entriesInOrder",
    gradient, mask, patches,
    offsets.length, filters, filterStride, list)
  const to = bench.floats(input.imageStride / 4 + 4)
  // biome-ignore format: one group of arguments a line
  bench.call("convolutionInputGradient",
    list, pointer(end), bench.floats((filters * filterStride) / 4), kernelHeight, vectors,
    to, input.rowStride)
}

function biasGradient(bench: Bench): void {
  const [count, positions] = [bench.below(4), bench.below(9)]
  const channels = filtersOf(bench)
  const imageStride = bench.apart(positions * channels * 4)
  const floats = Math.max(count, 1) * (imageStride / 4)
  const mask = bench.perhaps(bench.floats(floats))
  bench.call(
    "columnSums",
    bench.floats(floats),
    mask,
    count,
    imageStride,
    positions,
    channels,
    bench.room(channels * 4),
  )
}

function packing(bench: Bench): void {
  const [kernelHeight, run] = [1 + bench.below(4), 1 + bench.below(9)]
  const filters = 1 + bench.below(20)
  const row = stride(Math.ceil(run / 4) * 16)
  const panels = bench.room(Math.ceil(filters / 8) * 32 * (kernelHeight * run + 1))
  // biome-ignore format: one group of arguments a line
  bench.call("packPanels",
    bench.floats((filters * kernelHeight * row) / 4), bench.floats(filters), filters, kernelHeight, run, row, panels)
  const [kernelWidth, channels] = [1 + bench.below(4), 1 + bench.below(20)]
  const turned = bench.apart(kernelWidth * channels * 4)
  // biome-ignore format: one group of arguments a line
  bench.call("packTurnedPanels",
    bench.floats((filters * kernelHeight * turned) / 4), filters, kernelHeight, kernelWidth, channels, turned,
    bench.room(Math.ceil(channels / 8) * 32 * (kernelHeight * kernelWidth * filters + 1)))
}

export const convolutions: Cases = [
  [200, forward],
  [80, oneChannel],
  [400, filterGradient],
  [120, denseFilterGradient],
  [80, inputGradient],
  [60, biasGradient],
  [20, packing],
]
