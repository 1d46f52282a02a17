// Windows that slide over an image: how far, how many, and over which margins; it knows nothing of what they compute.
import { ImpossibleNetwork } from "./impossible-network.ts"
import type { Margins, Shape } from "./shape.ts"

/** A height and a width, or one number for both. */
export type Extent = number | readonly [number, number]

type Pair = readonly [number, number]

/** A height and a width from an extent of the network's schema. */
export const extentOf = (extent: Extent): Pair => (typeof extent === "number" ? [extent, extent] : extent)

/** Height and width by which windows move: without a stride they lie side by side. */
export const strideOf = (
  layer: { readonly stride: Extent } | { readonly stride?: Extent | undefined; readonly size: Extent },
): Pair => extentOf("size" in layer ? (layer.stride ?? layer.size) : layer.stride)

/** The input of a layer that takes images; throws ImpossibleNetwork for flat values. */
export function imageOf(shape: Shape, name: string): readonly [number, number, number] {
  if (shape.length === 3) return shape
  throw new ImpossibleNetwork({ layer: name, reason: `it takes images, not ${shape[0]} flat values` })
}

/** How many windows there are [rows, columns], and the margins that they reach into; throws ImpossibleNetwork for none. */
export function slide(
  name: string,
  [h, w]: Pair,
  [kh, kw]: Pair,
  [sh, sw]: Pair,
  padding: "valid" | "same",
): { readonly output: Pair; readonly margins: Margins } {
  const [oh, top, bottom] = along(h, kh, sh, padding)
  const [ow, left, right] = along(w, kw, sw, padding)
  if (oh < 1 || ow < 1)
    throw new ImpossibleNetwork({
      layer: name,
      reason: `a window of ${kh}×${kw} does not fit into ${h}×${w}`,
    })
  return { output: [oh, ow], margins: { top, bottom, left, right } }
}

/** [output, zeros before, zeros after] along one axis (https://www.tensorflow.org/api_docs/python/tf/nn). */
function along(size: number, window: number, stride: number, padding: "valid" | "same") {
  if (padding === "valid") return [Math.floor((size - window) / stride) + 1, 0, 0] as const
  const output = Math.ceil(size / stride)
  const zeros = Math.max((output - 1) * stride + window - size, 0)
  return [output, Math.floor(zeros / 2), zeros - Math.floor(zeros / 2)] as const
}
