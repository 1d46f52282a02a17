// A convolution's input within margins of zeros, and its gradient; it knows nothing of filters.
import { at, type Count, type OptionalPointer, type Pointer, stride } from "../../kernels/quantities.ts"
import type { Activations, InputLayout, Site } from "../parts/unit.ts"
import type { ConvolutionShape } from "./conv.ts"
import { type ImagePlaces, imagePlaces } from "./positions.ts"

export interface FramedImages {
  readonly places: ImagePlaces
  readonly values: Pointer
  /** 0 where nobody asks for it. */
  readonly gradient: OptionalPointer
  /** Where pixels may be written at once, if there are margins and the images are a network's input. */
  readonly layout?: InputLayout
  /** Brings the input in. */
  enter(rows: Count): void
  /** Gives the gradient back to the input. */
  leave(rows: Count): void
}

/** Without margins the images are the input itself. `first` says that pixels come at once, and no gradient is asked for. */
export function framedImages(
  site: Site,
  conv: ConvolutionShape,
  input: Activations,
  first: boolean,
): FramedImages {
  const { kernels, arena } = site
  const { top, left, bottom, right } = conv.margins
  if (top + left + bottom + right === 0) {
    const places = imagePlaces(conv, input.rowBytes)
    return { places, values: input.values, gradient: input.gradient, enter: () => {}, leave: () => {} }
  }
  const places = imagePlaces(conv)
  const { imageBytes, rowBytes, first: offset } = places
  const room = (): Pointer => arena.allocate(site.rows * imageBytes, "margins")
  const values = room()
  if (first)
    return {
      places,
      values,
      gradient: 0,
      layout: { at: at(values, offset), imageBytes, rowBytes },
      enter: () => {},
      leave: () => {},
    }
  const { values: from, gradient: to, rowBytes: imageStride } = input
  const gradient = to === 0 ? 0 : room()
  const [height, width, channels] = conv.input as readonly [number, number, number]
  const plain = stride(width * channels * 4)
  const inside = at(values, offset)
  return {
    places,
    values,
    gradient,
    enter: (rows) =>
      kernels.copyRows(from, imageStride, plain, inside, imageBytes, rowBytes, rows, height, plain),
    leave: (rows) => {
      if (gradient === 0 || to === 0) return
      const insideGradient = at(gradient, offset)
      kernels.copyRows(insideGradient, imageBytes, rowBytes, to, imageStride, plain, rows, height, plain)
    },
  }
}
