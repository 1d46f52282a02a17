/**
 * A convolution on the kernels, alone or with the relu and max-pool that follow it; it knows nothing of its other
 * neighbours. docs/numerics.md fixes the order of its entries.
 */

import { filterRows, paddedRow } from "../kernels/parameters.ts"
import { at, type Count, type Pointer, rowOf, type Stride, stride, vectors } from "../kernels/quantities.ts"
import type { Conv } from "../layers/convolution.ts"
import { type LayerShape, sizeOf } from "../layers/parts/shape.ts"
import { extentOf, strideOf } from "../layers/parts/windows.ts"
import type { Pool } from "../layers/pool.ts"
import { framedImages } from "./framed-images.ts"
import { type PositionTable, plainPositions, windowPositions } from "./positions.ts"
import { type Activations, activations, type Site, type Unit } from "./unit.ts"

export interface ConvolutionParts {
  readonly conv: LayerShape<Conv>
  /** A relu right after the convolution. */
  readonly relu: boolean
  /** A max-pool whose windows neither overlap nor have margins. */
  readonly pool?: LayerShape<Pool>
}

/** `first` says that the input is pixels, and that nobody asks for its gradient. */
export function convolutionUnit(
  site: Site,
  { conv, relu, pool }: ConvolutionParts,
  input: Activations,
  first: boolean,
): Unit {
  const { kernels, arena, parameters, scratch } = site
  const { filters } = conv.layer
  const [kernelHeight, kernelWidth] = extentOf(conv.layer.kernel)
  const run = kernelWidth * (conv.input as readonly [number, number, number])[2]
  const output = activations(site, sizeOf((pool ?? conv).output), true)
  const { values, gradient, rowBytes: outBytes } = output
  const mask = relu ? values : 0
  /** Positions, or windows of the pool. */
  const entries = output.size / filters

  const [kernelShape, biasShape] = conv.parameters
  const kernel = parameters.add(kernelShape!.name, kernelShape!.shape, filterRows(kernelHeight, run, filters))
  const bias = parameters.add(biasShape!.name, biasShape!.shape, paddedRow(filters))
  const [runVectors, runBytes] = [vectors(run), rowOf(run)]
  const panels = arena.allocate(Math.ceil(filters / 8) * (kernelHeight * run + 1) * 32, "packed weights")

  const oneChannel = pool !== undefined && neighboursFillLanes(conv, pool)
  const images = framedImages(site, conv, input, first)
  const { imageBytes, rowBytes } = images.places
  const table =
    pool === undefined ? plainPositions(conv, images.places) : windowPositions(conv, pool, images.places)
  const positions = arena.allocate(table.offsets.byteLength, "places of patches")
  arena.u32.set(table.offsets, positions / 4)
  const patches = arena.allocate(site.rows * outBytes, "places of patches")
  // With a pool, forward records the winners' patches; without one, they are known beforehand.
  if (pool === undefined) writePatches(site, table, filters, output, imageBytes, patches)
  // The list kernels write an entry before they know whether it counts, hence one more.
  const listBytes = stride((site.rows * entries + 1) * 8)
  scratch.reserve(filters * (listBytes + 4))
  scratch.reserve((entries * filters + 1) * 16)

  const inputGradient = (to: Pointer, rows: Count): void => {
    kernels.clear(to, rows * imageBytes)
    const weights = at(parameters.weights, kernel.offset)
    const filterBytes = stride(kernelHeight * runBytes)
    const list = scratch.at
    for (let row = 0; row < rows; row++) {
      const offset = row * outBytes
      // biome-ignore format: one group of arguments a line
      const end = kernels.entriesInOrder(
        at(gradient, offset), mask === 0 ? 0 : at(mask, offset), at(patches, offset),
        entries, filters, filterBytes, list)
      // biome-ignore format: one group of arguments a line
      kernels.convolutionInputGradient(
        list, end, weights, kernelHeight, runVectors,
        to, rowBytes)
    }
    images.leave(rows)
  }
  return {
    output,
    ...(images.layout === undefined ? {} : { layout: images.layout }),
    prepare: () => {
      const { weights } = parameters
      // biome-ignore format: one group of arguments a line
      kernels.packPanels(
        at(weights, kernel.offset), at(weights, bias.offset),
        filters, kernelHeight, run, runBytes, panels)
    },
    forward: (rows) => {
      images.enter(rows)
      if (pool !== undefined && oneChannel) {
        const [height, width] = pool.output as readonly [number, number, number]
        // biome-ignore format: one group of arguments a line
        kernels.convolutionOneChannel(
          images.values, imageBytes, rowBytes, rows,
          height, width, stride(strideOf(conv.layer)[0] * rowBytes),
          panels, kernelHeight, kernelWidth, filters, relu ? 1 : 0,
          values, outBytes, patches)
      } else {
        // biome-ignore format: one group of arguments a line
        kernels.convolutionForward(
          images.values, imageBytes, rowBytes, rows,
          positions, table.count, table.tilesPerWindow,
          panels, kernelHeight, run, filters, relu ? 1 : 0,
          values, outBytes, patches)
      }
    },
    backward: (rows, gradients) => {
      const lists = scratch.at
      const ends = at(lists, filters * listBytes)
      kernels.columnSums(gradient, mask, rows, outBytes, entries, filters, at(gradients, bias.offset))
      // biome-ignore format: one group of arguments a line
      kernels.entriesByChannel(
        gradient, mask, patches, rows, outBytes, entries, filters,
        lists, listBytes, ends)
      // biome-ignore format: one group of arguments a line
      kernels.convolutionFilterGradient(
        images.values, rowBytes, lists, listBytes, ends,
        kernelHeight, run, filters, at(gradients, kernel.offset))
      if (images.gradient !== 0) inputGradient(images.gradient, rows)
    },
  }
}

/** The offset of every output's patch, laid out like the outputs. */
function writePatches(
  site: Site,
  { offsets }: PositionTable,
  filters: number,
  { size, rowBytes }: Activations,
  imageBytes: Stride,
  patches: Pointer,
): void {
  for (let row = 0; row < site.rows; row++) {
    const start = (patches + row * rowBytes) / 4
    for (let i = 0; i < size; i++)
      site.arena.u32[start + i] = row * imageBytes + offsets[Math.floor(i / filters)]!
  }
}

/**
 * Whether convolutionOneChannel computes it: one channel, columns one apart, pooled two by two, four windows a row at the least.
 * The lanes then hold neighbours along a row, where filters would seldom fill them.
 */
function neighboursFillLanes({ input, layer }: LayerShape<Conv>, pool: LayerShape<Pool>): boolean {
  const [, , channels] = input as readonly [number, number, number]
  const [, width] = pool.output as readonly [number, number, number]
  const [, strideX] = strideOf(layer)
  return channels === 1 && strideX === 1 && `${extentOf(pool.layer.size)}` === "2,2" && width >= 4
}
