// Where a value of a layer looks: the window of its input, and the part of the image behind it; it knows no weights.
import { type LayerShape, sizeOf } from "../layers/parts/shape.ts"
import { extentOf, strideOf } from "../layers/parts/windows.ts"
import type { Layer } from "../layers/table.ts"

/** In pixels; it may reach into the margins around an image. */
export interface Rectangle {
  readonly top: number
  readonly left: number
  readonly height: number
  readonly width: number
}

/** Layers whose values look at the same place of their input alone. */
const pointwise: ReadonlySet<Layer["type"]> = new Set([
  "activation",
  "batch-normalization",
  "dropout",
  "add",
  "concat",
  "from",
])

/** The part of a layer's input that these values of its output are made of; all of it where the layer mixes everything. */
export function seenBy({ layer, input, margins }: LayerShape<Layer>, of: Rectangle): Rectangle {
  if (layer.type === "conv" || layer.type === "depthwise-conv" || layer.type === "pool") {
    const [height, width] = extentOf("kernel" in layer ? layer.kernel : layer.size)
    const [down, across] = strideOf(layer)
    return {
      top: of.top * down - margins.top,
      left: of.left * across - margins.left,
      height: (of.height - 1) * down + height,
      width: (of.width - 1) * across + width,
    }
  }
  return pointwise.has(layer.type) && input.length === 3 ? of : wholeOf(input)
}

/** One value of a map. */
export const pixelAt = (y: number, x: number): Rectangle => ({ top: y, left: x, height: 1, width: 1 })

/**
 * The part of the image that a value of layer `index` depends on (its receptive field), within the image. What a layer takes besides
 * its input is left out, but for a branch, which goes on from there.
 * @param layers all layers from the image on
 */
export function receptiveField(
  layers: ReadonlyArray<LayerShape<Layer>>,
  index: number,
  of: Rectangle,
): Rectangle {
  let seen = of
  for (let at = index; at >= 0; at--) {
    const { branches, takes } = layers[at]!
    if (branches) at = layers.findIndex(({ name }) => name === takes![0])
    seen = seenBy(layers[at]!, seen)
  }
  return within(seen, layers[0]!.input)
}

/** What of a rectangle lies within an image [height, width, …]. */
export function within({ top, left, height, width }: Rectangle, image: ReadonlyArray<number>): Rectangle {
  const [rows, columns] = [image[0]!, image[1] ?? 1]
  const [firstRow, firstColumn] = [Math.max(0, top), Math.max(0, left)]
  return {
    top: firstRow,
    left: firstColumn,
    height: Math.min(rows, top + height) - firstRow,
    width: Math.min(columns, left + width) - firstColumn,
  }
}

const wholeOf = (shape: LayerShape["input"]): Rectangle =>
  shape.length === 3
    ? { top: 0, left: 0, height: shape[0], width: shape[1] }
    : { top: 0, left: 0, height: sizeOf(shape), width: 1 }
