// How much of the image a value of each layer depends on; it is arithmetic on windows, and knows nothing of weights.
import type { Shape } from "../layers/parts/shape.ts"
import { extentOf, imageOf, strideOf } from "../layers/parts/windows.ts"
import type { Layer } from "../layers/table.ts"
import type { Network } from "./network.ts"
import { shapes } from "./shapes.ts"

/** Layers whose every value depends on all of their input. */
const wholes: ReadonlySet<Layer["type"]> = new Set(["dense", "global-average", "layer-normalization"])

/**
 * Rows and columns of each layer's receptive field, for one value of its output: a window of k on values that are `step` pixels
 * apart reaches (k − 1) · step further, and a stride multiplies the step (Araujo et al., https://distill.pub/2019/computing-receptive-fields).
 * At most the image; what sums over all positions sees all of it. What a layer adds has passed fewer windows than its input.
 */
export function receptiveFields(network: Network, input: Shape): ReadonlyArray<readonly [number, number]> {
  const [height, width] = imageOf(input, "the input")
  let field: readonly [number, number] = [1, 1]
  let step: readonly [number, number] = [1, 1]
  let isWhole = false
  return shapes(network, input).map(({ layer }) => {
    if (layer.type === "conv" || layer.type === "depthwise-conv" || layer.type === "pool") {
      const window = extentOf("kernel" in layer ? layer.kernel : layer.size)
      const stride = strideOf(layer)
      field = [field[0] + (window[0] - 1) * step[0], field[1] + (window[1] - 1) * step[1]]
      step = [step[0] * stride[0], step[1] * stride[1]]
    }
    isWhole ||= wholes.has(layer.type)
    return isWhole ? [height, width] : [Math.min(field[0], height), Math.min(field[1], width)]
  })
}
