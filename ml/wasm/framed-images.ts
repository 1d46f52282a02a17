/** A convolution's input within margins of zeros, and its gradient; it knows nothing of filters. */
import type { Conv } from "../layers/convolution.ts"
import type { LayerShape } from "../layers/parts/shape.ts"
import { type ImagePlaces, imagePlaces } from "./positions.ts"
import type { Activations, InputLayout, Site } from "./unit.ts"

export interface FramedImages {
  readonly places: ImagePlaces
  readonly values: number
  /** 0 where nobody asks for it. */
  readonly gradient: number
  /** Where pixels may be written at once, if there are margins and the images are a network's input. */
  readonly layout?: InputLayout
  /** Brings the input in. */
  enter(rows: number): void
  /** Gives the gradient back to the input. */
  leave(rows: number): void
}

/** Without margins the images are the input itself. `first` says that pixels come at once, and no gradient is asked for. */
export function framedImages(
  site: Site,
  conv: LayerShape<Conv>,
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
  const room = (): number => arena.allocate(site.rows * imageBytes, "margins")
  const values = room()
  if (first)
    return {
      places,
      values,
      gradient: 0,
      layout: { at: values + offset, imageBytes, rowBytes },
      enter: () => {},
      leave: () => {},
    }
  const gradient = input.gradient === 0 ? 0 : room()
  const [height, width, channels] = conv.input as readonly [number, number, number]
  const plain = width * channels * 4
  const { values: from, gradient: to, rowBytes: stride } = input
  const [inside, insideGradient] = [values + offset, gradient + offset]
  return {
    places,
    values,
    gradient,
    enter: (rows) => kernels.copyRows(from, stride, plain, inside, imageBytes, rowBytes, rows, height, plain),
    leave: (rows) =>
      kernels.copyRows(insideGradient, imageBytes, rowBytes, to, stride, plain, rows, height, plain),
  }
}
