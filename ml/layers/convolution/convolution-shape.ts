// What the parts of a convolution know of its layer.
import type { LayerShape } from "../parts/shape.ts"
import type { Extent } from "../parts/windows.ts"

/** A convolution in its place: it takes images [height, width, channels] and gives others. */
export type ConvolutionShape = LayerShape<{
  readonly type: "conv"
  readonly filters: number
  readonly kernel: Extent
  readonly stride: Extent
}>
