// Where everything lies that a convolution's passes work on; it knows nothing of how they compute.

import type { Arena } from "../../kernels/arena.ts"
import { filterRows, paddedRow, type Slot } from "../../kernels/parameters.ts"
import {
  type Bytes,
  type Count,
  type OptionalPointer,
  type Pointer,
  type Stride,
  stride,
} from "../../kernels/quantities.ts"
import { sizeOf } from "../parts/shape.ts"
import { type Activations, activations, type Output, type Site } from "../parts/unit.ts"
import { extentOf } from "../parts/windows.ts"
import { type FramedImages, framedImages } from "./framed-images.ts"
import { type ConvolutionParts, isSpreadByKernel, isSummedOverPositions } from "./parts.ts"
import { type PositionTable, plainPositions, windowPositions } from "./positions.ts"

export interface ConvolutionPlan extends ConvolutionParts {
  readonly site: Site
  readonly input: Activations
  readonly output: Output
  /** The output whose zeros stop the gradient, if there is a relu. */
  readonly mask: OptionalPointer
  /** Positions, or windows of the pool. */
  readonly entries: Count
  readonly kernel: Slot
  readonly bias: Slot
  readonly kernelHeight: Count
  readonly kernelWidth: Count
  /** Floats of a filter's row: they lie together, in the filter and in the images. */
  readonly run: Count
  /** The filters as forward wants them. */
  readonly panels: Pointer
  readonly images: FramedImages
  readonly table: PositionTable
  /** Where the table's offsets lie. */
  readonly positions: Pointer
  /** The offset of each output's patch. With a pool, forward records those of the winners. */
  readonly patches: Pointer
  /** The gradient of the filters is summed over all positions; else over lists of what is not zero. */
  readonly isDense: boolean
  /** The gradient of the input is a convolution of the output's, turned round; else it goes from entry to entry. */
  readonly isTurned: boolean
  /** From one filter's list of entries to the next. */
  readonly listBytes: Stride
}

/** Positions whose gradients convolution-dense-filter-gradient.ts packs at a time: its STRETCH. */
const STRETCH = 256

/** `first` says that the input is pixels, and that nobody asks for its gradient. */
export function planConvolution(
  site: Site,
  parts: ConvolutionParts,
  input: Activations,
  first: boolean,
): ConvolutionPlan {
  const { arena, parameters, scratch, rows } = site
  const { conv, relu, pool } = parts
  const { filters } = conv.layer
  const [kernelHeight, kernelWidth] = extentOf(conv.layer.kernel)
  const run = kernelWidth * conv.input.at(-1)!
  const output = activations(site, sizeOf((pool ?? conv).output), true)
  const entries = output.size / filters
  const [kernelShape, biasShape] = conv.parameters
  const kernel = parameters.add(kernelShape!.name, kernelShape!.shape, filterRows(kernelHeight, run, filters))
  const bias = parameters.add(biasShape!.name, biasShape!.shape, paddedRow(filters))
  const panels = arena.allocate(Math.ceil(filters / 8) * (kernelHeight * run + 1) * 32, "packed weights")
  const isTurned = input.gradient !== 0 && isSpreadByKernel(parts)
  const images = framedImages(site, conv, isTurned ? { ...input, gradient: 0 } : input, first)
  const { places } = images
  const table = pool === undefined ? plainPositions(conv, places) : windowPositions(conv, pool, places)
  const positions = arena.allocate(table.offsets.byteLength, "places of patches")
  arena.u32.set(table.offsets, positions / 4)
  const patches = arena.allocate(rows * output.rowBytes, "places of patches")
  // Without a pool the patches are known beforehand.
  if (pool === undefined) writePatches(arena, table, filters, output, places.imageBytes, rows, patches)
  const plan = {
    ...{ ...parts, site, input, output, mask: relu ? output.values : (0 as const), entries, kernel, bias },
    ...{ kernelHeight, kernelWidth, run, panels, images, table, positions, patches },
    ...{ isDense: isSummedOverPositions(parts, run), isTurned },
    // The list kernels write an entry before they know whether it counts, hence one more.
    listBytes: stride((rows * entries + 1) * 8),
  }
  scratch.reserve(scratchOf(plan))
  return plan
}

/** Bytes of scratch that the passes backward need. */
export function scratchOf(plan: ConvolutionPlan): Bytes {
  const { conv, entries, kernelHeight, run, listBytes, isDense, isTurned } = plan
  const { filters } = conv.layer
  const sums = (Math.ceil(filters / 8) * kernelHeight * run + STRETCH) * 32
  const toFilters = isDense ? sums : filters * (listBytes + 4)
  return Math.max(toFilters, isTurned ? 0 : (entries * filters + 1) * 16)
}

/** The offset of every output's patch, laid out like the outputs. */
function writePatches(
  arena: Arena,
  { offsets }: PositionTable,
  filters: Count,
  { size, rowBytes }: Activations,
  imageBytes: Stride,
  rows: Count,
  patches: Pointer,
): void {
  for (let row = 0; row < rows; row++) {
    const start = (patches + row * rowBytes) / 4
    for (let i = 0; i < size; i++) arena.u32[start + i] = row * imageBytes + offsets[Math.floor(i / filters)]!
  }
}
