// Repeated measurements over an axis, such as of several seeds: their means as a line, how far they lie apart as a band; knows nothing of
// what was measured.

import { summary } from "../statistics/moments.ts"
import { ChartError, type ChartSpec } from "./chart-spec.ts"
import { type Heading, ordered, themed } from "./theme.ts"

/** What was measured again and again, at one place after another. */
interface BandLine {
  readonly name: string
  readonly points: ReadonlyArray<{
    /** Its place on the axis. */
    readonly at: number
    /** One of each repetition, at least one. */
    readonly values: ReadonlyArray<number>
  }>
}

interface Band extends Heading {
  /** What is varied, and what was measured, as the axes say it, with units. */
  readonly x: string
  readonly y: string
  /** `standard-error`: the mean ± one standard error, s/√n. `range`: from the least to the largest. */
  readonly band: "standard-error" | "range"
  readonly lines: ReadonlyArray<BandLine>
  /** How the measured numbers are written, in d3's words: ".0%" for shares; left out, up to 4 digits. */
  readonly format?: string
}

/**
 * Where there is a single value there is no band. Lines take their colours in the order in which they are given.
 *
 * @throws ChartError for no line, one without a point or at one place twice, and a place that is not finite
 */
export const bandChart = ({ title, subtitle, x, y, band, lines, format = ".4~g" }: Band): ChartSpec => {
  const points = lines.flatMap((line) => bandPoints(line, band))
  if (points.length === 0) throw new ChartError("a band needs at least one line of at least one point")
  const names = lines.map(({ name }) => name)
  const width = {
    field: "at",
    type: "quantitative",
    title: x,
    scale: { zero: false, nice: false, padding: 6 },
    axis: { format: ".6~g", tickCount: 8 },
  }
  const height = (field: string): ChartSpec => ({
    field,
    type: "quantitative",
    title: y,
    scale: { zero: false, nice: 6 },
    axis: { format, tickCount: 6 },
  })
  const color = {
    field: "name",
    type: "nominal",
    title: null,
    scale: { domain: names, range: [...ordered(names.length)] },
    legend: names.length === 1 ? null : { symbolType: "stroke", symbolOpacity: 1 },
  }
  const data = { values: points }
  return themed(
    { title, subtitle },
    {
      width: 520,
      height: 300,
      data,
      encoding: { x: width, color },
      layer: [
        {
          transform: [{ filter: "datum.run !== null" }],
          mark: { type: "area", opacity: 0.16, line: false },
          encoding: { y: height("low"), y2: { field: "high" }, detail: { field: "run", type: "nominal" } },
        },
        {
          transform: [{ filter: "datum.isAlone" }],
          mark: { type: "rule", strokeWidth: 5, opacity: 0.25 },
          encoding: { y: height("low"), y2: { field: "high" } },
        },
        {
          mark: {
            type: "line",
            strokeWidth: 2.2,
            point: points.length <= 60 ? { size: 34, opacity: 1 } : false,
          },
          encoding: { y: height("mean") },
        },
      ],
    },
  )
}

/** In the order of their places: whatever order they were measured in, it is one line. */
function bandPoints({ name, points }: BandLine, band: Band["band"]) {
  if (points.length === 0) throw new ChartError(`the line "${name}" has no point`)
  const sorted = [...points].sort((a, b) => a.at - b.at)
  const has = (i: number): boolean => (sorted[i]?.values.length ?? 0) > 1
  let run = 0
  return sorted.map(({ at, values }, i) => {
    if (!Number.isFinite(at))
      throw new ChartError(`the line "${name}" has a point at ${at}: a finite number is wanted`)
    if (at === sorted[i - 1]?.at)
      throw new ChartError(`the line "${name}" is at ${at} twice: give all values of a place in one`)
    const { n, mean, standardError } = summary(values)
    if (standardError === null) {
      run++ // a band does not go on past a place that has none
      return { name, at, n, mean, low: null, high: null, run: null, isAlone: false }
    }
    const [low, high] =
      band === "range"
        ? [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))]
        : [mean - standardError, mean + standardError]
    return { name, at, n, mean, low, high, run, isAlone: !has(i - 1) && !has(i + 1) }
  })
}
