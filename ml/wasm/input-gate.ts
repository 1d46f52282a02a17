// Brings the examples of a batch into a network's input, as numbers; it knows nothing of labels or layers.
import { factorsOf, type Normalization, normalizeInPlace } from "../data/normalization.ts"
import { PIXEL_SCALE } from "../data/pixels.ts"
import type { Arena } from "../kernels/arena.ts"
import { at, type Count, FLOAT, type Pointer, stride } from "../kernels/quantities.ts"
import type { Kernels } from "../kernels/signatures.ts"
import { rowsOf, type Shape } from "../layers/parts/shape.ts"
import type { InputLayout } from "../layers/parts/unit.ts"
import type { Inputs } from "./attached.ts"

/** What is known of the examples. */
interface Entering {
  readonly shape: Shape
  readonly normalization?: Normalization | null | undefined
}

/** Writes `count` examples, picked by `order` (u32 indices), to where the network takes its input. */
export type InputGate = (from: Inputs, order: Pointer, count: Count) => void

/** Bytes become `byte · PIXEL_SCALE` and floats stay, unless there is a normalization: `(value − mean) · (1 / deviation)`. */
export function inputGate(
  kernels: Kernels,
  arena: Arena,
  { shape, normalization }: Entering,
  layout: InputLayout,
): InputGate {
  const { at: to, imageBytes, rowBytes } = layout
  const { count: height, length } = rowsOf(shape)
  const plain = stride(length * FLOAT)
  const example = stride(height * plain)
  const factors = normalization ? factorsOf(normalization) : undefined
  const normalize = (count: Count): void => {
    if (factors === undefined) return
    const { f32 } = arena
    for (let i = 0; i < count; i++)
      for (let y = 0; y < height; y++)
        normalizeInPlace(f32, (to + i * imageBytes + y * rowBytes) / 4, length, factors.mean, factors.inverse)
  }
  const scale = factors === undefined ? PIXEL_SCALE : 1
  return ({ inputs, areFloats }, order, count) => {
    if (areFloats === 0) {
      kernels.gatherPixels(inputs, order, count, height, length, scale, to, imageBytes, rowBytes)
      normalize(count)
      return
    }
    for (let i = 0; i < count; i++) {
      const from = at(inputs, arena.u32[order / 4 + i]! * example)
      kernels.copyRows(from, example, plain, at(to, i * imageBytes), imageBytes, rowBytes, 1, height, plain)
    }
    normalize(count)
  }
}
