// A chart of means by step with their bands, as SVG that stands in the page: no script, and colours of the page, light and dark.
import { begun, type Html, html, nothing } from "./html.ts"

export interface BandPoint {
  readonly step: number
  readonly mean: number
  /** Half of the band's height; null where there is none. */
  readonly se: number | null
  readonly n: number
}

export interface BandLine {
  readonly name: string
  /** In order of steps, at least one. */
  readonly points: ReadonlyArray<BandPoint>
}

/** As many lines as there are colours, and points of a line. */
export const mostLines = 8
const mostPoints = 100
/** Letters of a name. */
const mostLetters = 60

/** In units of the picture, which is as wide as its place: small enough for a telephone. */
const size = { width: 400, height: 230 }
const inner = { left: 46, right: 392, top: 10, bottom: 204 }

/** @param title what is measured; @param by the axes that the lines stand on */
export function bandChart(title: string, by: ReadonlyArray<string>, lines: ReadonlyArray<BandLine>): Html {
  const shown = lines.slice(0, mostLines).map(({ name, points }) => ({ name, points: thinned(points) }))
  const all = shown.flatMap(({ points }) => points)
  const x = scaleOf(
    all.map(({ step }) => step),
    [inner.left, inner.right],
    true,
  )
  const y = scaleOf(
    all.flatMap(({ mean, se }) => [mean - (se ?? 0), mean + (se ?? 0)]),
    [inner.bottom, inner.top],
    false,
  )
  const told = `${title} by step, mean and one standard error${by.length === 0 ? "" : `; a line for each ${by.join(", ")}: ${shown.map(({ name }) => name).join("; ")}`}`
  return html`<figure><figcaption class="over"><span>${title}</span></figcaption>
<svg class="chart" viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${begun(told, 600)}">
${y.ticks.map(({ at, text }) => html`<path class="grid" d="M${inner.left} ${at}H${inner.right}"/><text x="${inner.left - 5}" y="${at}" dy=".32em" text-anchor="end">${text}</text>`)}
${x.ticks.map(({ at, text }) => html`<text x="${at}" y="${inner.bottom + 16}" text-anchor="middle">${text}</text>`)}
${shown.map(({ points }, i) => band(points, x.at, y.at, i))}
${shown.map(({ name, points }, i) => line(name, points, x.at, y.at, i))}
</svg>${by.length === 0 ? nothing : legend(shown)}</figure>`
}

function legend(lines: ReadonlyArray<BandLine>): Html {
  const entries = lines.map(
    ({ name }, i) => html`<li><i class="line-${i}"></i>${begun(name, mostLetters)}</li>`,
  )
  return html`\n<ul class="legend">${entries}</ul>`
}

type At = (value: number) => string

/** Where there is a band: a run of points that have one is one shape. */
function band(points: ReadonlyArray<BandPoint>, x: At, y: At, i: number): Html {
  const runs: Array<Array<BandPoint>> = []
  for (const [at, point] of points.entries()) {
    if (point.se === null) continue
    if (at === 0 || points[at - 1]!.se === null) runs.push([])
    runs.at(-1)!.push(point)
  }
  const shapes = runs.map((run) => {
    const upper = run.map(({ step, mean, se }) => `${x(step)} ${y(mean + se!)}`)
    const lower = run.map(({ step, mean, se }) => `${x(step)} ${y(mean - se!)}`).reverse()
    return `M${upper.join("L")}L${lower.join("L")}Z`
  })
  return shapes.length === 0 ? nothing : html`<path class="band line-${i}" d="${shapes.join("")}"/>`
}

/** Dashed from where there are fewer than before: the mean is then of others. */
function line(name: string, points: ReadonlyArray<BandPoint>, x: At, y: At, i: number): Html {
  const most = points.reduce((most, { n }) => Math.max(most, n), 0)
  const texts = points.map(({ step, mean }) => `${x(step)} ${y(mean)}`)
  const part = (isWanted: (at: number) => boolean): string =>
    texts
      .flatMap((text, at) => (at > 0 && isWanted(at) ? [`M${texts[at - 1]}L${text}`] : []))
      .join("")
      .replace(/L([^ML]+)M\1(?=L)/g, "L$1")
  const isFull = (at: number): boolean => points[at]!.n === most && points[at - 1]!.n === most
  const whole = points.length === 1 ? `M${texts[0]}h0` : part(isFull)
  const fewer = part((at) => !isFull(at))
  const titled = html`<title>${begun(name, mostLetters)}</title>`
  return html`${whole === "" ? nothing : html`<path class="mean line-${i}" d="${whole}">${titled}</path>`}${fewer === "" ? nothing : html`<path class="mean fewer line-${i}" d="${fewer}">${titled}</path>`}`
}

/** Evenly, the first and the last always. */
function thinned(points: ReadonlyArray<BandPoint>): ReadonlyArray<BandPoint> {
  if (points.length <= mostPoints) return points
  const last = points.length - 1
  return Array.from({ length: mostPoints }, (_, i) => points[Math.round((i * last) / (mostPoints - 1))]!)
}

interface Scale {
  readonly at: At
  readonly ticks: ReadonlyArray<{ readonly at: string; readonly text: string }>
}

/** What differs by less has no ticks between. */
const tiny = 1e-290

function scaleOf(
  values: ReadonlyArray<number>,
  [from, to]: readonly [number, number],
  areSteps: boolean,
): Scale {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of values) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  const largest = Math.max(-low, high)
  if (high / 4 - low / 4 <= largest * Number.EPSILON || largest < tiny) {
    const around = areSteps || largest < tiny ? 1 : largest / 10
    ;[low, high] = [low - around, high + around]
  }
  const at: At = (value) => (from + ((value / 2 - low / 2) / (high / 2 - low / 2)) * (to - from)).toFixed(1)
  return { at, ticks: ticksOf(low, high, areSteps).map(({ value, text }) => ({ at: at(value), text })) }
}

/** Round numbers within, some four of them; steps are whole. */
function ticksOf(low: number, high: number, areSteps: boolean) {
  const rough = high / 4 - low / 4
  const power = 10 ** Math.floor(Math.log10(rough))
  const nice = [1, 2, 5, 10].find((factor) => factor * power >= rough)! * power
  const each = areSteps ? Math.max(1, nice) : nice
  const decimals = Math.max(0, -Math.floor(Math.log10(each)))
  const isPlain = Math.max(Math.abs(low), Math.abs(high)) < 1e6 && decimals <= 5
  const ticks: Array<{ readonly value: number; readonly text: string }> = []
  for (let i = Math.ceil(low / each); i * each <= high && ticks.length < 9; i++) {
    const value = i * each
    ticks.push({ value, text: isPlain ? value.toFixed(decimals) : value.toExponential(1) })
  }
  return ticks
}
