// The colours of charts, by what they say, and those between them; it knows no chart, no typeface and no Node.

/** Colours by what they say. They stay apart for colour-blind readers and in grey. */
export const COLOURS = {
  ink: "#1d2430",
  muted: "#667080",
  rule: "#c9ced6",
  grid: "#eceef2",
  train: "#98a2b0",
  validation: "#1f5fa8",
  accent: "#c8452f",
} as const

/** Light to dark, for shares of 0 to 1. */
export const SEQUENTIAL = ["#ffffff", "#dbe7f4", "#9fc0e2", "#4f8bc7", "#1f5fa8", "#123c70"]

/** Negative, zero, positive; white is zero. */
export const DIVERGING = ["#14457f", "#5b93cb", "#ffffff", "#e08a5f", "#a8321d"]

/** An ordered quantity from its first to its last value. */
const RAMP = ["#c8452f", "#d98a2b", "#4f9a83", "#1f5fa8", "#3b2f73"]

/** Colours for `count` ordered values, interpolated along the ramp. */
export const ordered = (count: number): ReadonlyArray<string> =>
  Array.from({ length: count }, (_, at) => {
    const place = count === 1 ? 0 : (at * (RAMP.length - 1)) / (count - 1)
    const from = Math.min(Math.floor(place), RAMP.length - 2)
    return mix(RAMP[from]!, RAMP[from + 1]!, place - from)
  })

/** Red, green and blue of a colour such as "#14457f". */
export const channels = (colour: string): readonly [number, number, number] => {
  const value = Number.parseInt(colour.slice(1), 16)
  return [value >>> 16, (value >>> 8) & 255, value & 255]
}

type Stops = ReadonlyArray<readonly [number, number, number]>

/** Colours that others are interpolated between. */
export const stopsOf = (colours: ReadonlyArray<string>): Stops => colours.map(channels)

/** The colour of a value of either sign: the middle of the stops is 0, the outermost are −bound and bound, and all beyond. */
export const signedColour = (value: number, bound: number, stops: Stops): ReadonlyArray<number> => {
  const share = bound === 0 ? 0 : Math.min(1, Math.max(-1, value / bound))
  const place = ((share + 1) / 2) * (stops.length - 1)
  const from = Math.min(Math.floor(place), stops.length - 2)
  const [a, b] = [stops[from]!, stops[from + 1]!]
  return a.map((channel, at) => Math.floor(channel + (b[at]! - channel) * (place - from) + 0.5))
}

const mix = (from: string, to: string, share: number): string => {
  const channels = [1, 3, 5].map((at) => {
    const [a, b] = [from, to].map((colour) => Number.parseInt(colour.slice(at, at + 2), 16)) as [
      number,
      number,
    ]
    return Math.floor(a + (b - a) * share + 0.5)
      .toString(16)
      .padStart(2, "0")
  })
  return `#${channels.join("")}`
}
