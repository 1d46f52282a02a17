// A small convolution's matrix, entry by entry and both ways: from an output to its patch, from a pixel to the outputs that see it.
import { denseEquivalent, visitRow } from "../coursework/dense-equivalent.ts"
import type { ConvolutionShape } from "../layers/convolution/conv.ts"
import { oneFilter } from "./own-filter.ts"

export interface DenseEntries {
  readonly conv: ConvolutionShape
  /** Outputs, row-major. */
  readonly rows: number
  /** Pixels, row-major. */
  readonly columns: number
  /** rows × columns: the number of the weight that stands there, from 0, or −1 where there is none. */
  readonly weights: Int16Array
  /** Weights that a dense layer would learn, those that are left when an output sees its patch alone, and those left when all share one filter. */
  readonly free: { readonly dense: number; readonly local: number; readonly shared: number }
}

/** Of one filter, `kernel` × `kernel`, on an image of `size` × `size` without padding. */
export function denseEntries(size: number, kernel: number): DenseEntries {
  const conv = oneFilter([size, size], kernel, "valid")
  const { rows, columns, entries, nonZero, distinct } = denseEquivalent(conv)
  const weights = new Int16Array(entries).fill(-1)
  for (let row = 0; row < rows; row++)
    visitRow(conv, row, (column, weight) => {
      weights[row * columns + column] = weight
    })
  return { conv, rows, columns, weights, free: { dense: entries, local: nonZero, shared: distinct } }
}

/** The pixels that an output sees. */
export const columnsOf = ({ columns, weights }: DenseEntries, row: number): ReadonlyArray<number> =>
  Array.from({ length: columns }, (_, column) => column).filter(
    (column) => weights[row * columns + column]! >= 0,
  )

/** The outputs that see a pixel. */
export const rowsOf = ({ rows, columns, weights }: DenseEntries, column: number): ReadonlyArray<number> =>
  Array.from({ length: rows }, (_, row) => row).filter((row) => weights[row * columns + column]! >= 0)
