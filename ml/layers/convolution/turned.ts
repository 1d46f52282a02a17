// The gradient of a convolution's input as a convolution too, where the output's gradient has few zeros; it knows no entries.
import { at, type Pointer, rowOf } from "../../kernels/quantities.ts"
import { extentOf } from "../parts/windows.ts"
import type { ConvolutionShape } from "./conv.ts"
import { framedImages } from "./framed-images.ts"
import type { ToInput } from "./gradients.ts"
import type { ConvolutionPlan } from "./plan.ts"
import { plainPositions } from "./positions.ts"

/**
 * The convolution that leads from the output's gradient to the input's. It takes the kernel last rows and columns first, so that each
 * input's sum has its terms in the order (oy, ox, filter) of docs/numerics.md; margins add zeros alone.
 */
function turned({ layer, margins, ...conv }: ConvolutionShape): ConvolutionShape {
  const [height, width] = extentOf(layer.kernel)
  return {
    ...{ ...conv, input: conv.output, output: conv.input, parameters: [] },
    layer: { ...layer, filters: conv.input.at(-1)! },
    margins: {
      top: height - 1 - margins.top,
      bottom: height - 1 - margins.bottom,
      left: width - 1 - margins.left,
      right: width - 1 - margins.right,
    },
  }
}

/** Plans its own buffers: the output's gradient within margins, and the turned kernel. */
export function turnedRound(plan: ConvolutionPlan): ToInput {
  const { site, conv, input, output, kernel, kernelHeight, kernelWidth, run, patches } = plan
  const { kernels, arena, parameters } = site
  const shape = turned(conv)
  const channels = shape.layer.filters
  const { filters } = conv.layer
  const turnedRun = kernelWidth * filters
  const gradients = framedImages(site, shape, { ...output, values: output.gradient, gradient: 0 }, false)
  const table = plainPositions(shape, gradients.places)
  const positions = arena.allocate(table.offsets.byteLength, "places of patches")
  arena.u32.set(table.offsets, positions / 4)
  const panelBytes = (kernelHeight * turnedRun + 1) * 32
  const panels = arena.allocate(Math.ceil(channels / 8) * panelBytes, "packed weights")
  return {
    prepare: () => {
      // biome-ignore format: one group of arguments a line
      kernels.packTurnedPanels(
        at(parameters.weights, kernel.offset), filters, kernelHeight, kernelWidth, channels, rowOf(run),
        panels)
    },
    backward: (rows) => {
      gradients.enter(rows)
      // biome-ignore format: one group of arguments a line
      kernels.convolutionForward(
        gradients.values, gradients.places.imageBytes, gradients.places.rowBytes, rows,
        positions, table.count, 0,
        panels, kernelHeight, turnedRun, channels, 0,
        input.gradient as Pointer, input.rowBytes, patches)
    },
  }
}
