// Cells of a grid by each of its axes: a table of means, and a chart of what was measured by step. It knows no axis and no metric by name.
import { type Best, declaredEnd } from "../../declare/policy/best.ts"
import { type CellAxes, type Family, familiesOf, type Measured } from "../groups/cells.ts"
import {
  curves,
  type Group,
  type Grouping,
  grouped,
  metricsOf,
  type Reading,
  withoutBounds,
} from "../groups/grouped.ts"
import { meansText } from "../groups/means.ts"
import { type BandLine, bandChart, mostLines } from "./band-chart.ts"
import { begun, fitting, folded, type Html, html, note, nothing, section } from "./html.ts"
import { type Cells, table } from "./tables.ts"

/** Of one table: rows and columns of metrics. */
const [mostRows, mostMetrics] = [20, 12]
const room = { most: 40, bytes: 220_000 }
const meant = "± and bands are one standard error of the mean, s/√n; of a single value there is none."
/** Charts by one axis. */
const chartRoom = { most: 8, bytes: 60_000 }
const mostLetters = 200

/** @param best which end of metrics is the better one */
export function groups({ cells, hasSeries }: Measured, best: Best = {}): Html {
  const all = familiesOf(cells)
    .filter(({ cells }) => cells.length > 1)
    .flatMap((family) => waysOf(family).map((by) => ({ family, by })))
  if (all.length === 0) return nothing
  const most = all.reduce((most, { family }) => Math.max(most, family.cells.length), 0)
  const opened = all.find(({ family }) => family.cells.length === most)
  const shown = fitting(all, room, (way) => one(way, best, way === opened))
  const left = all.length - shown.length
  return section("By axis", [
    ...shown,
    note(
      html`${meant} ${hasSeries ? "" : "There is too much by step for this page. "}${left === 0 ? "" : `${left} of ${all.length} ways to group are not shown. `}<code>show --by AXIS[,AXIS]</code> groups by any axes.`,
    ),
  ])
}

/** By each axis; on a single one, such as of seeds, all together before that. */
const waysOf = ({ axes }: Family): ReadonlyArray<ReadonlyArray<string>> => [
  ...(axes.length === 1 ? [[]] : []),
  ...axes.map((axis) => [axis]),
]

/** Cells of one family, and the axes that they are grouped by. */
interface Way {
  readonly family: Family
  readonly by: ReadonlyArray<string>
}

function one({ family, by }: Way, best: Best, isOpen: boolean): Html {
  const rest = family.axes.filter((axis) => !by.includes(axis))
  const title = by.length === 0 ? family.stage : `${family.stage} by ${by.join(", ")}`
  const over = rest.length === 0 ? "" : `, over ${rest.join(", ")}`
  const tables = (["own", "last", "max", "min"] as const).flatMap((reading) =>
    tableOf(family, by, reading, best),
  )
  return folded(
    begun(title, mostLetters),
    begun(`${family.cells.length} cells${over}`, mostLetters),
    html`${tables}${charts(family, by)}`,
    isOpen,
  )
}

const headings: Readonly<Record<Reading, string | undefined>> = {
  own: undefined,
  last: "Last step",
  max: "Best step: the largest",
  min: "Best step: the least",
}

function tableOf(
  family: Family,
  by: ReadonlyArray<string>,
  reading: Reading,
  best: Best,
): ReadonlyArray<Html> {
  const isWanted = (metric: string): boolean =>
    reading === "own" || reading === "last" || declaredEnd(best, family.stage, metric) === reading
  const all = withoutBounds(metricsOf(family, reading)).filter(isWanted)
  if (all.length === 0) return []
  const metrics = all.slice(0, mostMetrics)
  const grouping = grouped(family, by, metrics, reading, mostRows)
  const words = headings[reading]
  const heading = words === undefined ? nothing : html`<h3>${words}</h3>\n`
  const left =
    all.length === metrics.length ? nothing : note(html`${metrics.length} of ${all.length} metrics.`)
  return [html`${heading}${table(rowsOf(grouping), { most: mostRows, total: grouping.places })}${left}`]
}

function rowsOf({ metrics, groups }: Grouping): ReadonlyArray<Cells> {
  const texts = new Map(
    metrics.map((metric) => [metric, meansText(groups.flatMap(({ spreads }) => spreads.get(metric) ?? []))]),
  )
  return groups.map(({ by, spreads }) => {
    const n = metrics.reduce((most, metric) => Math.max(most, spreads.get(metric)?.n ?? 0), 0)
    const told = metrics.map((metric) => {
      const spread = spreads.get(metric)
      const fewer = spread === undefined || spread.n === n ? "" : ` (n ${spread.n})`
      return [
        metric,
        spread === undefined ? "–" : `${texts.get(metric)!(spread)}${fewer}`.replaceAll(" ", "\u00a0"),
      ]
    })
    return { ...textsOf(by), n, ...Object.fromEntries(told) }
  })
}

/** Places on axes are names, so they stand as they are written. */
const textsOf = (by: CellAxes): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(by).map(([axis, value]) => [axis, String(value)]))

function charts(family: Family, by: ReadonlyArray<string>): Html {
  const metrics = metricsOf(family, "steps")
  if (metrics.length === 0) return nothing
  const { groups, places } = curves(family, by, metrics, mostLines)
  const drawn = fitting(metrics, chartRoom, (metric) => bandChart(metric, by, linesOf(groups, metric)))
  const left = [
    ...(drawn.length === metrics.length ? [] : [`${drawn.length} of ${metrics.length} metrics are drawn`]),
    ...(places <= mostLines ? [] : [`${mostLines} of ${places} lines`]),
  ]
  return html`<div class="pictures">\n${drawn}\n</div>${left.length === 0 ? nothing : note(html`${left.join(", ")}: <code>show --curve</code> has them all.`)}`
}

const nameOf = ({ by }: Group): string =>
  Object.entries(by)
    .map(([axis, value]) => `${axis} ${value}`)
    .join(", ")

function linesOf(groups: ReadonlyArray<Group>, metric: string): ReadonlyArray<BandLine> {
  const lines = new Map<
    string,
    { readonly name: string; readonly points: Array<BandLine["points"][number]> }
  >()
  for (const group of groups) {
    const spread = group.spreads.get(metric)
    if (spread === undefined) continue
    const name = nameOf(group)
    const line = lines.get(name) ?? { name, points: [] }
    lines.set(name, line)
    line.points.push({ step: group.step!, ...spread })
  }
  return [...lines.values()]
}
