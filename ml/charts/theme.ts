// How all charts look: typeface and sizes, beside their colours; knows nothing of any one chart.

import type { ChartSpec } from "./chart-spec.ts"
import { COLOURS } from "./colours.ts"
import { FAMILY } from "./typeface.ts"

export { COLOURS, DIVERGING, ordered, SEQUENTIAL } from "./colours.ts"

/** What every chart states of itself. */
export interface Heading {
  readonly title: string
  /** What one sees, in a sentence or two: a line, or several. */
  readonly subtitle: string | ReadonlyArray<string>
}

export const linesOf = (subtitle: Heading["subtitle"]): ReadonlyArray<string> =>
  typeof subtitle === "string" ? [subtitle] : subtitle

/** A complete spec of a chart's body: heading, theme and a description for readers who do not see it. */
export const themed = ({ title, subtitle }: Heading, body: ChartSpec): ChartSpec => {
  const lines = [...linesOf(subtitle)]
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
