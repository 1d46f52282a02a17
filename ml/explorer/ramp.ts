// Values as the colours of a picture, quickly: a ramp is computed once and looked up for each value. It knows no canvas.
import { DIVERGING, signedColour, stopsOf } from "../charts/colours.ts"

/** Negative, zero, positive on a dark page: 0 is the colour of the paper there, as it is white on a light one. */
const DIVERGING_ON_DARK = ["#a9d0f5", "#3f7fbd", "#1b1f26", "#c05f38", "#f6b48f"]

/** Entries on either side of 0. */
const SIDE = 255

/** Red, green and blue of −SIDE … SIDE. */
export type Ramp = Uint8ClampedArray

const rampOf = (colours: ReadonlyArray<string>): Ramp => {
  const stops = stopsOf(colours)
  return Uint8ClampedArray.from(
    Array.from({ length: 2 * SIDE + 1 }, (_, i) => signedColour(i - SIDE, SIDE, stops)).flat(),
  )
}

/** For pages that are light and dark. */
export const RAMPS: { readonly light: Ramp; readonly dark: Ramp } = {
  light: rampOf(DIVERGING),
  dark: rampOf(DIVERGING_ON_DARK),
}

const entryOf = (value: number, bound: number): number =>
  3 * (SIDE + (bound === 0 ? 0 : Math.round(SIDE * Math.min(1, Math.max(-1, value / bound)))))

/** Fills red, green, blue and opacity: every `step`-th of the values from `first` on, 0 in the middle of the ramp. */
export function paintSigned(
  rgba: Uint8ClampedArray,
  values: ArrayLike<number>,
  { first, step, bound, ramp }: { first: number; step: number; bound: number; ramp: Ramp },
): void {
  for (let i = 0; i < rgba.length / 4; i++) {
    const at = entryOf(values[first + i * step]!, bound)
    rgba[4 * i] = ramp[at]!
    rgba[4 * i + 1] = ramp[at + 1]!
    rgba[4 * i + 2] = ramp[at + 2]!
    rgba[4 * i + 3] = 255
  }
}

/** Fills the same with bytes, `step` a pixel: red, green and blue where they are three, else grey, of which the first is shown. */
export function paintPixels(rgba: Uint8ClampedArray, values: ArrayLike<number>, step: number): void {
  const [green, blue] = step === 3 ? [1, 2] : [0, 0]
  for (let i = 0; i < rgba.length / 4; i++) {
    rgba[4 * i] = values[i * step]!
    rgba[4 * i + 1] = values[i * step + green]!
    rgba[4 * i + 2] = values[i * step + blue]!
    rgba[4 * i + 3] = 255
  }
}

/** A colour for CSS, and black or white, whichever is the better read upon it. */
export function signedCell(
  value: number,
  bound: number,
  ramp: Ramp,
): { readonly fill: string; readonly ink: "#000" | "#fff" } {
  const at = entryOf(value, bound)
  const rgb = [ramp[at]!, ramp[at + 1]!, ramp[at + 2]!] as const
  return { fill: `rgb(${rgb.join(" ")})`, ink: inkOn(rgb) }
}

/** Black or white, by relative luminance (WCAG 2.2): one of them always has a contrast of 4.5. */
export const inkOn = (rgb: readonly [number, number, number]): "#000" | "#fff" => {
  const [red, green, blue] = rgb.map((channel) => {
    const share = channel / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000" : "#fff"
}

/** The largest size among values, from which a ramp takes its ends. */
export function boundOf(values: ArrayLike<number>): number {
  let most = 0
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]!))
  return most
}
