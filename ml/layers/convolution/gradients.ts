// A convolution backward: over the entries of the output's gradient that are not zero. docs/numerics.md fixes their order.
import { at, type Count, type Pointer, rowOf, stride, vectors } from "../../kernels/quantities.ts"
import type { ConvolutionPlan } from "./plan.ts"

/** To the filters and biases in the block at `gradients`. */
export function filterGradient({ site, conv, output, mask, entries, images, ...plan }: ConvolutionPlan) {
  const { kernels, scratch } = site
  const { filters } = conv.layer
  const { gradient, rowBytes: outBytes } = output
  const { kernel, bias, kernelHeight, run, patches, listBytes } = plan
  return (rows: Count, gradients: Pointer): void => {
    const lists = scratch.at
    const ends = at(lists, filters * listBytes)
    kernels.columnSums(gradient, mask, rows, outBytes, entries, filters, at(gradients, bias.offset))
    // biome-ignore format: one group of arguments a line
    kernels.entriesByChannel(
      gradient, mask, patches, rows, outBytes, entries, filters,
      lists, listBytes, ends)
    // biome-ignore format: one group of arguments a line
    kernels.convolutionFilterGradient(
      images.values, images.places.rowBytes, lists, listBytes, ends,
      kernelHeight, run, filters, at(gradients, kernel.offset))
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
