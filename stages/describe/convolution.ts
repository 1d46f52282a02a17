// A convolution in numbers: its maps, its parameters, and the dense layer that it is a special case of.
import type { Agreement } from "../../ml/coursework/against-dense.ts"
import { denseEquivalent, MOST_ENTRIES } from "../../ml/coursework/dense-equivalent.ts"
import type { ConvolutionShape } from "../../ml/layers/convolution/conv.ts"
import { type Shape, sizeOf } from "../../ml/layers/parts/shape.ts"
import { strideOf } from "../../ml/layers/parts/windows.ts"
import type { Network } from "../../ml/network/network.ts"
import { shapes } from "../../ml/network/shapes.ts"
import { type Answer, answer, bytesText, counted, grouped, percent, times } from "./words.ts"

/** The shape of a network's only layer, a convolution. */
export const convolutionOf = (layer: ConvolutionShape["layer"], input: Shape): ConvolutionShape =>
  shapes({ layers: [layer] } as Network, input)[0]! as ConvolutionShape

/** The zeros around the image with which the maps of a stride of 1 are as large as the image. */
const sizeKeeping = (conv: ConvolutionShape): ConvolutionShape["margins"] =>
  convolutionOf({ ...conv.layer, stride: 1, padding: "same" }, conv.input).margins

export const canBeBuilt = (conv: ConvolutionShape): boolean => denseEquivalent(conv).entries <= MOST_ENTRIES

/** `agreement` is undefined where the matrix is too large to be built. */
export function convolutionAnswers(
  conv: ConvolutionShape,
  agreement: Agreement | undefined,
): ReadonlyArray<Answer> {
  const { input, output, layer, parameters } = conv
  const dense = denseEquivalent(conv)
  const { weights, biases } = sizesOf(conv)
  const [height, width, channels] = input as readonly [number, number, number]
  const [kernelHeight, kernelWidth] = parameters[0]!.shape as readonly [number, number]
  const patch = times([kernelHeight, kernelWidth, channels])
  const perOutput = kernelHeight * kernelWidth * channels
  const { top, bottom, left, right } = sizeKeeping(conv)
  const even = top === bottom && left === right
  const zeros =
    top === left && even
      ? `${top} on every side`
      : `top ${top}, bottom ${bottom}, left ${left}, right ${right}`
  return [
    answer("size of a feature map", times(output.slice(0, 2)), positions(conv)),
    answer(
      "padding that keeps the size (stride 1)",
      `zeros: ${zeros}`,
      `${top + bottom} rows and ${left + right} columns more: ${height} + ${top + bottom} − ${kernelHeight} + 1 = ${height}, ${width} + ${left + right} − ${kernelWidth} + 1 = ${width}`,
    ),
    answer(
      "parameters",
      grouped(weights + biases),
      `${counted(layer.filters, "filter")} of ${patch} weights and 1 bias: ${grouped(layer.filters)} × (${grouped(perOutput)} + 1)`,
    ),
    answer(
      "as a feed-forward layer on pixels",
      `${counted(dense.rows, "unit")} on ${counted(dense.columns, "input")}`,
      `a unit for each position and filter, ${times(output)}; an input for each pixel, ${times(input)}`,
    ),
    answer(
      "entries of its weight matrix",
      grouped(dense.entries),
      `${times([dense.rows, dense.columns])}; as float32 ${bytesText(4 * dense.entries)}`,
    ),
    answer(
      "first constraint: most weights are 0",
      `${grouped(dense.nonZero)} non-zero (${percent(dense.nonZero / dense.entries)})`,
      `a unit sees its patch of ${grouped(perOutput)} inputs and no others${
        dense.nonZero === dense.rows * perOutput ? "" : ", fewer at the borders, where it sees padding"
      }`,
    ),
    answer(
      "second constraint: weights are shared",
      `${counted(dense.distinct, "distinct weight")}, ${dense.biases} biases`,
      `the units of one filter have the same weights and bias wherever they look: ${grouped(sizeOf(output) / layer.filters)} units a filter`,
    ),
    answer(
      "do both layers give the same",
      agreement === undefined
        ? "not tried"
        : `${grouped(agreement.sameBits)} of ${grouped(agreement.outputs)} outputs have the same bits`,
      agreement === undefined
        ? `a matrix of more than ${grouped(MOST_ENTRIES)} entries is counted, not built: try a smaller input`
        : `both were run on images of noise; largest difference ${agreement.largestDifference}`,
    ),
  ]
}

/** The same as numbers, under flat dotted names. */
export function convolutionMetrics(
  conv: ConvolutionShape,
  agreement: Agreement | undefined,
): Readonly<Record<string, number>> {
  const { rows, columns, entries, nonZero, distinct, biases } = denseEquivalent(conv)
  const { top, bottom } = sizeKeeping(conv)
  const sizes = sizesOf(conv)
  return {
    "map.height": conv.output[0],
    "map.width": conv.output[1]!,
    "padding.before": top,
    "padding.after": bottom,
    parameters: sizes.weights + sizes.biases,
    "dense.rows": rows,
    "dense.columns": columns,
    "dense.entries": entries,
    "dense.nonZero": nonZero,
    "dense.distinctWeights": distinct,
    "dense.biases": biases,
    ...(agreement === undefined
      ? {}
      : {
          "dense.outputs": agreement.outputs,
          "dense.sameBits": agreement.sameBits,
          "dense.largestDifference": agreement.largestDifference,
        }),
  }
}

const sizesOf = ({ parameters: [kernel, bias] }: ConvolutionShape) => ({
  weights: sizeOf(kernel!.shape),
  biases: sizeOf(bias!.shape),
})

/** How many places a window has along both sides, as a student would reckon it. */
function positions({ layer, input, parameters, margins }: ConvolutionShape): string {
  const [strideY, strideX] = strideOf(layer)
  const along = (size: number, zeros: number, kernel: number, stride: number): string => {
    const padded = zeros === 0 ? String(size) : `${size} + ${zeros}`
    return stride === 1 ? `${padded} − ${kernel} + 1` : `⌊(${padded} − ${kernel}) / ${stride}⌋ + 1`
  }
  const [kernelHeight, kernelWidth] = parameters[0]!.shape as readonly [number, number]
  const down = along(input[0], margins.top + margins.bottom, kernelHeight, strideY)
  const across = along(input[1]!, margins.left + margins.right, kernelWidth, strideX)
  return down === across
    ? `places of the window along a side: ${down}`
    : `places of the window: ${down} down, ${across} across`
}
