// A convolution in numbers: its maps, its parameters, and the dense layer that it is a special case of.
import {
  type Agreement,
  type ConvolutionShape,
  denseEquivalent,
  MOST_ENTRIES,
  type Network,
  type Shape,
  shapes,
  sizeOf,
} from "refold/ml"

/** The shape of a network's only layer, a convolution. */
export const convolutionOf = (layer: ConvolutionShape["layer"], input: Shape): ConvolutionShape =>
  shapes({ layers: [layer] } as Network, input)[0]! as ConvolutionShape

/** The zeros around the image with which the maps of a stride of 1 are as large as the image. */
export const sizeKeeping = (conv: ConvolutionShape): ConvolutionShape["margins"] =>
  convolutionOf({ ...conv.layer, stride: 1, padding: "same" }, conv.input).margins

export const canBeBuilt = (conv: ConvolutionShape): boolean => denseEquivalent(conv).entries <= MOST_ENTRIES

/** Under flat dotted names; `agreement` is undefined where the matrix is too large to be built. */
export function convolutionMetrics(
  conv: ConvolutionShape,
  agreement: Agreement | undefined,
): Readonly<Record<string, number>> {
  const { rows, columns, entries, nonZero, distinct, biases } = denseEquivalent(conv)
  const { top, bottom } = sizeKeeping(conv)
  const sizes = sizesOf(conv)
  const freedom = freedomOf(conv)
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
    "freedom.none": freedom.none,
    "freedom.locality": freedom.locality,
    "freedom.sharedWeights": freedom.sharedWeights,
    "freedom.sharedBiases": freedom.sharedBiases,
    "freedom.left": freedom.left,
    ...(agreement === undefined
      ? {}
      : {
          "dense.outputs": agreement.outputs,
          "dense.sameBits": agreement.sameBits,
          "dense.largestDifference": agreement.largestDifference,
        }),
  }
}

export const sizesOf = ({ parameters: [kernel, bias] }: ConvolutionShape) => ({
  weights: sizeOf(kernel!.shape),
  biases: sizeOf(bias!.shape),
})

/**
 * How many numbers of the dense layer could be chosen freely, and how many each constraint takes: locality sets entries to 0, sharing
 * makes those of a filter equal. What is left are weights that meet a pixel somewhere, and biases.
 */
export function freedomOf(conv: ConvolutionShape) {
  const { rows, entries, nonZero, distinct, biases } = denseEquivalent(conv)
  return {
    none: entries + rows,
    locality: entries - nonZero,
    sharedWeights: nonZero - distinct,
    sharedBiases: rows - biases,
    left: distinct + biases,
  }
}
