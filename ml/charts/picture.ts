// Numbers as small pictures that a chart holds itself, as `data:` URLs; knows nothing of where they stand.

import { DIVERGING, signedColour, stopsOf } from "./colours.ts"
import { encodePng } from "./png.ts"

/** What is drawn black and what white: `[0, 255]` for images as bytes; "each" spans a picture by its own extremes. */
export type Range = readonly [black: number, white: number] | "each"

/** A grey picture of `height × width` values, row-major. */
export const greyPicture = (values: ArrayLike<number>, height: number, width: number, range: Range): string =>
  url(encodePng(grey(values, range), height, width))

/** A picture of values of either sign: white is 0, full colours are −bound and bound. */
export const signedPicture = (
  values: ArrayLike<number>,
  height: number,
  width: number,
  bound: number,
): string => {
  const colours = Uint8Array.from(Array.from(values).flatMap((value) => signedColour(value, bound, STOPS)))
  return url(encodePng(colours, height, width, 3))
}

/** A picture of `height × width` colours, each as red, green, blue. */
export const colourPicture = (rgb: Uint8Array, height: number, width: number): string =>
  url(encodePng(rgb, height, width, 3))

const STOPS = stopsOf(DIVERGING)

const grey = (values: ArrayLike<number>, range: Range): Uint8Array => {
  const all = Array.from(values)
  const [black, white] = range === "each" ? extremes(all) : range
  const span = white - black || 1
  return Uint8Array.from(all, (value) =>
    Math.min(255, Math.max(0, Math.floor((255 * (value - black)) / span + 0.5))),
  )
}

const extremes = (values: ReadonlyArray<number>): [number, number] =>
  values.reduce<[number, number]>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Infinity, -Infinity],
  )

const url = (png: Uint8Array): string => `data:image/png;base64,${Buffer.from(png).toString("base64")}`
