// A convolution with the layers that it takes in, and what these say of its gradient; it knows nothing of how that is computed.
import type { LayerShape } from "../parts/shape.ts"
import { strideOf } from "../parts/windows.ts"
import type { Pool } from "../pool.ts"
import type { ConvolutionShape } from "./conv.ts"

/** A convolution, and the layers after it that it takes in. */
export interface ConvolutionParts {
  readonly conv: ConvolutionShape
  /** A relu right after the convolution. */
  readonly relu: boolean
  /** A max-pool whose windows neither overlap nor have margins. */
  readonly pool: LayerShape<Pool> | undefined
}

/** Floats of a run below which entries of a list fill too few vectors to be worth listing, even where half of all are zero. */
const SHORT_RUN = 32

/**
 * Whether the filters' gradient is summed over all positions, not over lists of what is not zero. A pool leaves a quarter of the
 * output's gradient at the most, and sums go in the order of its windows; a relu leaves about half.
 */
export const isSummedOverPositions = ({ relu, pool }: ConvolutionParts, run: number): boolean =>
  pool === undefined && (!relu || run < SHORT_RUN)

/** Whether the input's gradient is a convolution itself: the output's is dense, and every input meets the whole kernel. */
export const isSpreadByKernel = ({ conv, relu, pool }: ConvolutionParts): boolean =>
  pool === undefined && !relu && `${strideOf(conv.layer)}` === "1,1"
