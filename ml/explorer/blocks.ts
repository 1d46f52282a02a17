// Which layers a page shows together: a convolution, its activation and its pool are one block, whose maps stand below each
// other; layers that only hand on what they get are not shown.
import type { LayerShape } from "../layers/parts/shape.ts"
import type { Layer } from "../layers/table.ts"

export interface Block {
  /** Maps of an image, or values once flat. */
  readonly shows: "maps" | "units"
  /** Numbers of layers in the network, in order. */
  readonly layers: ReadonlyArray<number>
  /** Maps, or units, of each. */
  readonly channels: number
}

const handsOn = ({ layer }: LayerShape<Layer>): boolean =>
  layer.type === "flatten" || layer.type === "dropout"

export function blocks(layers: ReadonlyArray<LayerShape<Layer>>): ReadonlyArray<Block> {
  const found: Array<{ shows: Block["shows"]; layers: Array<number>; channels: number }> = []
  layers.forEach((shape, index) => {
    if (handsOn(shape)) return
    const shows = shape.output.length === 3 ? "maps" : "units"
    const channels = shape.output.at(-1)!
    const last = found.at(-1)
    const begins = shape.layer.type === "conv" || shape.layer.type === "dense"
    if (begins || last?.shows !== shows || last.channels !== channels)
      found.push({ shows, layers: [index], channels })
    else last.layers.push(index)
  })
  return found
}

/** The shown layer whose values layer `index` takes; undefined where that is the image. */
export function shownBefore(layers: ReadonlyArray<LayerShape<Layer>>, index: number): number | undefined {
  let before = index - 1
  while (before >= 0 && handsOn(layers[before]!)) before--
  return before < 0 ? undefined : before
}

/** Columns of a table of this many units: the most that leave no gap, up to `most`; else as many as that. */
export function unitColumns(units: number, most: number): number {
  if (units <= most) return units
  for (let columns = most; columns > most / 2; columns--) if (units % columns === 0) return columns
  return most
}
