// How much of the image a value of each layer depends on; it is arithmetic on windows, and knows nothing of weights.
import type { Shape } from "../layers/parts/shape.ts"
import { extentOf, imageOf, strideOf } from "../layers/parts/windows.ts"
import type { Network } from "./network.ts"
import { shapes } from "./shapes.ts"

/**
 * Rows and columns of each layer's receptive field, for one value of its output: a window of k on values that are `step` pixels
 * apart reaches (k − 1) · step further, and a stride multiplies the step (Araujo et al., https://distill.pub/2019/computing-receptive-fields).
 * At most the image; what sums over all positions sees all of it.
 */
export function receptiveFields(network: Network, input: Shape): ReadonlyArray<readonly [number, number]> {
  const [height, width] = imageOf(input, "the input")
  let field: readonly [number, number] = [1, 1]
  let step: readonly [number, number] = [1, 1]
  let isWhole = false
  return shapes(network, input).map(({ layer }) => {
    if (layer.type === "conv" || layer.type === "pool") {
      const window = extentOf(layer.type === "conv" ? layer.kernel : layer.size)
      const stride = strideOf(layer)
      field = [field[0] + (window[0] - 1) * step[0], field[1] + (window[1] - 1) * step[1]]
      step = [step[0] * stride[0], step[1] * stride[1]]
    }
    isWhole ||= layer.type === "dense" || layer.type === "global-average"
    return isWhole ? [height, width] : [Math.min(field[0], height), Math.min(field[1], width)]
  })
}
