// How all charts look: typeface, colours, sizes; knows nothing of any one chart.

import type { ChartSpec } from "./chart-spec.ts"
import { FAMILY } from "./typeface.ts"

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

/** What every chart states of itself. */
export interface Heading {
  readonly title: string
  /** What one sees, in a sentence or two: a line, or several. */
  readonly subtitle: string | ReadonlyArray<string>
}

/** A complete spec of a chart's body: heading, theme and a description for readers who do not see it. */
export const themed = ({ title, subtitle }: Heading, body: ChartSpec): ChartSpec => {
  const lines = typeof subtitle === "string" ? [subtitle] : [...subtitle]
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    description: `${title}. ${lines.join(" ")}`,
    title: { text: title, subtitle: lines },
    ...body,
    config: CONFIG,
  }
}

/** The title of one panel of several, as layers at a fixed place, so that the titles of panels stand in line. */
export const panelTitle = (text: string, subtitle: string): ReadonlyArray<ChartSpec> => {
  const line = (y: number, words: string, look: ChartSpec): ChartSpec => ({
    data: { values: [{ words }] },
    mark: { type: "text", align: "left", x: 0, y, ...look },
    encoding: { text: { field: "words", type: "nominal" } },
  })
  return [
    line(-40, text, { fontSize: 14, fontWeight: 600 }),
    line(-21, subtitle, { fontSize: 12.5, color: COLOURS.muted }),
  ]
}

const CONFIG: ChartSpec = {
  background: "#ffffff",
  padding: 18,
  font: `'${FAMILY}', sans-serif`,
  view: { stroke: null },
  title: {
    anchor: "start",
    frame: "bounds",
    color: COLOURS.ink,
    fontSize: 18,
    fontWeight: 600,
    subtitleColor: COLOURS.muted,
    subtitleFontSize: 13,
    subtitleLineHeight: 17,
    subtitlePadding: 6,
    offset: 18,
  },
  axis: {
    domainColor: COLOURS.rule,
    gridColor: COLOURS.grid,
    tickColor: COLOURS.rule,
    tickSize: 4,
    labelColor: COLOURS.muted,
    labelFontSize: 12,
    labelPadding: 4,
    titleColor: COLOURS.ink,
    titleFontSize: 12.5,
    titleFontWeight: 400,
    titlePadding: 10,
  },
  axisY: { domain: false, ticks: false },
  axisX: { grid: false },
  legend: {
    labelColor: COLOURS.ink,
    labelFontSize: 12.5,
    titleColor: COLOURS.muted,
    titleFontSize: 12,
    titleFontWeight: 400,
    titlePadding: 8,
    symbolStrokeWidth: 2.5,
    rowPadding: 5,
    offset: 22,
  },
  line: { strokeCap: "round", strokeJoin: "round" },
  text: { color: COLOURS.ink, fontSize: 12 },
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
