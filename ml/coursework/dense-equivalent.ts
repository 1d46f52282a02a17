// A convolution as the dense layer that it is a special case of: which entries of the matrix are there, and which weight each
// of them is. It is arithmetic on shapes, and runs neither.
import type { ConvolutionShape } from "../layers/convolution/conv.ts"
import { sizeOf } from "../layers/parts/shape.ts"
import { extentOf, strideOf } from "../layers/parts/windows.ts"

/** Rows are outputs in the order (y, x, filter), columns are input values in the order (y, x, channel). */
interface DenseEquivalent {
  readonly rows: number
  readonly columns: number
  /** rows × columns: what a dense layer would learn. */
  readonly entries: number
  /** Entries that the convolution has; all others are zero, as an output sees its patch alone. */
  readonly nonZero: number
  /** Weights that these entries share: one for all positions. */
  readonly distinct: number
  /** One a filter, shared by all positions, where a dense layer would have one a row. */
  readonly biases: number
}

/** Counts the matrix of a convolution on its input, without building it. Margins have no columns. */
export function denseEquivalent(conv: ConvolutionShape): DenseEquivalent {
  const [down, across] = alongAxes(conv)
  const { filters } = conv.layer
  const channels = conv.input.at(-1)!
  const [rows, columns] = [sizeOf(conv.output), sizeOf(conv.input)]
  return {
    rows,
    columns,
    entries: rows * columns,
    nonZero: down.pairs * across.pairs * channels * filters,
    distinct: down.used * across.used * channels * filters,
    biases: filters,
  }
}

/** Calls `visit` for each entry of a row that is there: its column, and its weight's index in [height, width, in, out]. */
export function visitRow(
  conv: ConvolutionShape,
  row: number,
  visit: (column: number, weight: number) => void,
): void {
  const [height, width, channels] = conv.input as readonly [number, number, number]
  const [, outWidth, filters] = conv.output as readonly [number, number, number]
  const [kernelHeight, kernelWidth] = extentOf(conv.layer.kernel)
  const [strideY, strideX] = strideOf(conv.layer)
  const [filter, position] = [row % filters, Math.floor(row / filters)]
  const top = Math.floor(position / outWidth) * strideY - conv.margins.top
  const left = (position % outWidth) * strideX - conv.margins.left
  for (let ky = Math.max(0, -top); ky < kernelHeight && top + ky < height; ky++)
    for (let kx = Math.max(0, -left); kx < kernelWidth && left + kx < width; kx++)
      for (let c = 0; c < channels; c++)
        visit(
          ((top + ky) * width + left + kx) * channels + c,
          ((ky * kernelWidth + kx) * channels + c) * filters + filter,
        )
}

/** Entries that a matrix may have to be built: 2²⁵, 128 MiB in float32. */
export const MOST_ENTRIES = 2 ** 25

/**
 * The weights of the equivalent dense layer: kernel [columns, rows], as a dense layer has it, and bias [rows]. `kernel` and
 * `bias` are the convolution's. Throws RangeError where the matrix has more than MOST_ENTRIES entries.
 */
export function denseWeights(
  conv: ConvolutionShape,
  kernel: ArrayLike<number>,
  bias: ArrayLike<number>,
): { readonly kernel: Float32Array; readonly bias: Float32Array } {
  const { rows, columns, entries } = denseEquivalent(conv)
  if (entries > MOST_ENTRIES)
    throw new RangeError(
      `a matrix of ${rows} × ${columns} has ${entries} entries, more than ${MOST_ENTRIES}: build it for a smaller input`,
    )
  const matrix = new Float32Array(entries)
  for (let row = 0; row < rows; row++)
    visitRow(conv, row, (column, weight) => {
      matrix[column * rows + row] = kernel[weight]!
    })
  return { kernel: matrix, bias: Float32Array.from({ length: rows }, (_, row) => bias[row % bias.length]!) }
}

/** Along height and width: (output, tap) pairs within the image, and how many taps are ever within it. */
function alongAxes({ layer, input, output, margins }: ConvolutionShape) {
  const kernel = extentOf(layer.kernel)
  const stride = strideOf(layer)
  const before = [margins.top, margins.left] as const
  const axis = (at: 0 | 1) => {
    const used = new Set<number>()
    let pairs = 0
    for (let out = 0; out < output[at]!; out++)
      for (let tap = 0; tap < kernel[at]; tap++) {
        const place = out * stride[at] - before[at] + tap
        if (place < 0 || place >= input[at]!) continue
        used.add(tap)
        pairs++
      }
    return { pairs, used: used.size }
  }
  return [axis(0), axis(1)] as const
}
