// How much of the image a value of each layer depends on; it is arithmetic on windows, and knows nothing of weights.
import type { Shape } from "../layers/parts/shape.ts"
import { extentOf, imageOf, strideOf } from "../layers/parts/windows.ts"
import type { Layer } from "../layers/table.ts"
import type { Network } from "./network.ts"
import { shapes } from "./shapes.ts"

/** Layers whose every value depends on all of their input. */
const wholes: ReadonlySet<Layer["type"]> = new Set(["dense", "global-average", "layer-normalization"])

/** How far a value looks, and how far apart neighbours look, in pixels. */
interface Sight {
  readonly field: readonly [number, number]
  readonly step: readonly [number, number]
  /** Sums over all positions are behind it. */
  readonly isWhole: boolean
}

/**
 * Rows and columns of each layer's receptive field, for one value of its output: a window of k on values that are `step` pixels
 * apart reaches (k − 1) · step further, and a stride multiplies the step (Araujo et al., https://distill.pub/2019/computing-receptive-fields).
 * At most the image; what sums over all positions sees all of it. Of several maps that a layer takes, the one that sees most counts.
 */
export function receptiveFields(network: Network, input: Shape): ReadonlyArray<readonly [number, number]> {
  const [height, width] = imageOf(input, "the input")
  const known = new Map<string, Sight>()
  let sight: Sight = { field: [1, 1], step: [1, 1], isWhole: false }
  return shapes(network, input).map(({ layer, name, takes = [], branches }) => {
    const taken = takes.map((earlier) => known.get(earlier)!)
    sight = after(layer, branches ? taken[0]! : taken.reduce(farther, sight))
    known.set(name, sight)
    const { field, isWhole } = sight
    return isWhole ? [height, width] : [Math.min(field[0], height), Math.min(field[1], width)]
  })
}

const farther = (a: Sight, b: Sight): Sight => ({
  field: [Math.max(a.field[0], b.field[0]), Math.max(a.field[1], b.field[1])],
  step: [Math.max(a.step[0], b.step[0]), Math.max(a.step[1], b.step[1])],
  isWhole: a.isWhole || b.isWhole,
})

function after(layer: Layer, { field, step, isWhole }: Sight): Sight {
  if (layer.type !== "conv" && layer.type !== "depthwise-conv" && layer.type !== "pool")
    return { field, step, isWhole: isWhole || wholes.has(layer.type) }
  const window = extentOf("kernel" in layer ? layer.kernel : layer.size)
  const stride = strideOf(layer)
  return {
    field: [field[0] + (window[0] - 1) * step[0], field[1] + (window[1] - 1) * step[1]],
    step: [step[0] * stride[0], step[1] * stride[1]],
    isWhole,
  }
}
