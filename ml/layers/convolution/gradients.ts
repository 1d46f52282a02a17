// A convolution backward: over the entries of the output's gradient that are not zero, or over all positions where few are zero.
// docs/numerics.md fixes their order.
import { at, type Count, type Pointer, rowOf, stride, vectors } from "../../kernels/quantities.ts"
import type { ConvolutionPlan } from "./plan.ts"

type ToFilters = (rows: Count, gradients: Pointer) => void

/** To the filters and biases in the block at `gradients`. */
export function filterGradient(plan: ConvolutionPlan): ToFilters {
  const { site, conv, output, mask, entries, bias, isDense } = plan
  const toKernel = isDense ? overPositions(plan) : overEntries(plan)
  return (rows, gradients) => {
    const to = at(gradients, bias.offset)
    site.kernels.columnSums(output.gradient, mask, rows, output.rowBytes, entries, conv.layer.filters, to)
    toKernel(rows, gradients)
  }
}

function overEntries({ site, conv, output, mask, entries, images, ...plan }: ConvolutionPlan): ToFilters {
  const { kernels, scratch } = site
  const { filters } = conv.layer
  const { kernel, kernelHeight, run, patches, listBytes } = plan
  return (rows, gradients) => {
    const lists = scratch.at
    const ends = at(lists, filters * listBytes)
    // biome-ignore format: one group of arguments a line
    kernels.entriesByChannel(
      output.gradient, mask, patches, rows, output.rowBytes, entries, filters,
      lists, listBytes, ends)
    // biome-ignore format: one group of arguments a line
    kernels.convolutionFilterGradient(
      images.values, images.places.rowBytes, lists, listBytes, ends,
      kernelHeight, run, filters, at(gradients, kernel.offset))
  }
}

function overPositions({ site, conv, output, mask, images, table, ...plan }: ConvolutionPlan): ToFilters {
  const { imageBytes, rowBytes } = images.places
  const { kernel, kernelHeight, run, positions } = plan
  return (rows, gradients) => {
    // biome-ignore format: one group of arguments a line
    site.kernels.convolutionDenseFilterGradient(
      images.values, imageBytes, rowBytes, rows,
      positions, table.count,
      output.gradient, mask, output.rowBytes, conv.layer.filters,
      kernelHeight, run, site.scratch.at, at(gradients, kernel.offset))
  }
}

/** How a convolution gives the gradient of its input. */
export interface ToInput {
  /** Lays out weights, after they have changed. */
  prepare?(): void
  backward(rows: Count): void
}

/** Entry by entry, image by image. */
export function inputGradient(plan: ConvolutionPlan): ToInput {
  const { site, conv, output, mask, entries, images, kernel, kernelHeight, run, patches } = plan
  const { kernels, parameters, scratch } = site
  const { gradient, rowBytes: outBytes } = output
  const { imageBytes, rowBytes } = images.places
  const [runVectors, filterBytes] = [vectors(run), stride(kernelHeight * rowOf(run))]
  const { gradient: to } = images
  if (to === 0) return { backward: () => {} }
  return {
    backward: (rows) => {
      kernels.clear(to, rows * imageBytes)
      const weights = at(parameters.weights, kernel.offset)
      const list = scratch.at
      for (let row = 0; row < rows; row++) {
        const offset = row * outBytes
        // biome-ignore format: one group of arguments a line
        const end = kernels.entriesInOrder(
          at(gradient, offset), mask === 0 ? 0 : at(mask, offset), at(patches, offset),
          entries, conv.layer.filters, filterBytes, list)
        // biome-ignore format: one group of arguments a line
        kernels.convolutionInputGradient(
          list, end, weights, kernelHeight, runVectors,
          to, rowBytes)
      }
      images.leave(rows)
    },
  }
}
