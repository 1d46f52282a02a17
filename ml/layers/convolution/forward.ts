// A convolution forward, by the kernel that suits its shape; it knows nothing of gradients.
import { type Count, stride } from "../../kernels/quantities.ts"
import { extentOf, strideOf } from "../parts/windows.ts"
import type { ConvolutionParts } from "./parts.ts"
import type { ConvolutionPlan } from "./plan.ts"

type Forward = (rows: Count) => void

/** From the images to the output, relu and pool included where there are some. */
export const forwardPass = (plan: ConvolutionPlan): Forward =>
  neighboursFillLanes(plan) ? alongRows(plan) : overPositions(plan)

/**
 * Whether convolutionOneChannel computes it: one channel, columns one apart, pooled two by two, four windows a row at the least.
 * The lanes then hold neighbours along a row, where filters would seldom fill them.
 */
function neighboursFillLanes({ conv, pool }: ConvolutionParts): boolean {
  if (pool === undefined) return false
  const [, , channels] = conv.input as readonly [number, number, number]
  const [, width] = pool.output as readonly [number, number, number]
  const [, strideX] = strideOf(conv.layer)
  return channels === 1 && strideX === 1 && `${extentOf(pool.layer.size)}` === "2,2" && width >= 4
}

function alongRows({ site, conv, pool, relu, output, images, ...plan }: ConvolutionPlan): Forward {
  const { imageBytes, rowBytes } = images.places
  const { panels, kernelHeight, kernelWidth, patches } = plan
  const [height, width] = pool!.output as readonly [number, number, number]
  const positionRow = stride(strideOf(conv.layer)[0] * rowBytes)
  return (rows) => {
    // biome-ignore format: one group of arguments a line
    site.kernels.convolutionOneChannel(
      images.values, imageBytes, rowBytes, rows,
      height, width, positionRow,
      panels, kernelHeight, kernelWidth, conv.layer.filters, relu ? 1 : 0,
      output.values, output.rowBytes, patches)
  }
}

function overPositions({ site, conv, relu, output, images, table, ...plan }: ConvolutionPlan): Forward {
  const { imageBytes, rowBytes } = images.places
  const { positions, panels, kernelHeight, run, patches } = plan
  return (rows) => {
    // biome-ignore format: one group of arguments a line
    site.kernels.convolutionForward(
      images.values, imageBytes, rowBytes, rows,
      positions, table.count, table.tilesPerWindow,
      panels, kernelHeight, run, conv.layer.filters, relu ? 1 : 0,
      output.values, output.rowBytes, patches)
  }
}
