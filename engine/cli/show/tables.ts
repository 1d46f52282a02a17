// Tables of groups for people and for programs: means with their standard errors, or of one metric all that there is.
import type { Group } from "../../report/groups/grouped.ts"
import { meansText } from "../../report/groups/means.ts"
import type { Spread } from "../../report/groups/spread.ts"
import { textTable } from "../../report/readers/table.ts"
import type { Table } from "./choice.ts"

const readings: Readonly<Record<Table["of"], string>> = {
  own: "",
  last: "; last step",
  max: "; best step (max)",
  min: "; best step (min)",
  steps: "; each step",
}

/** Columns of metrics that a table for people has. */
const mostMetrics = 6

/** @param most rows; of more, how many there are is told */
export function linesOf(told: Table, most = Number.POSITIVE_INFINITY): ReadonlyArray<string> {
  const { metrics, groups } = told
  const shown = metrics.slice(0, mostMetrics)
  const rows = groups.length > most ? groups.slice(0, most) : groups
  const table = metrics.length === 1 ? rows.map((group) => whole(group, told)) : means(rows, shown)
  return [
    "",
    titleOf(told),
    textTable(table, "  "),
    ...(groups.length === rows.length ? [] : [`  … and ${groups.length - rows.length} more`]),
    ...(metrics.length === shown.length
      ? []
      : [`  and ${metrics.slice(mostMetrics).join(", ")}: --metric NAME shows one`]),
  ]
}

function titleOf({ stage, axes, by, metrics, of }: Table): string {
  const rest = axes.filter((axis) => !by.includes(axis))
  const over = rest.length === 0 ? "" : `, over ${rest.join(", ")}`
  return `  ${stage}${metrics.length === 1 ? `, ${metrics[0]}` : ""}${by.length === 0 ? "" : ` by ${by.join(", ")}`}${over}${readings[of]}`
}

type Row = Readonly<Record<string, unknown>>

/** Places on axes are names, so they stand as they are written. */
const placeOf = ({ by, step }: Group): Row => ({
  ...Object.fromEntries(Object.entries(by).map(([axis, value]) => [axis, String(value)])),
  ...(step === undefined ? {} : { step }),
})

function means(groups: ReadonlyArray<Group>, metrics: ReadonlyArray<string>): ReadonlyArray<Row> {
  const texts = metrics.map((metric) => {
    const text = meansText(groups.flatMap(({ spreads }) => spreads.get(metric) ?? []))
    return (spread: Spread | undefined, n: number): string =>
      spread === undefined ? "–" : `${text(spread)}${spread.n < n ? ` (n ${spread.n})` : ""}`
  })
  return groups.map((group) => {
    const { spreads } = group
    const n = metrics.reduce((most, metric) => Math.max(most, spreads.get(metric)?.n ?? 0), 0)
    const told = metrics.map((metric, i) => [metric, texts[i]!(spreads.get(metric), n)])
    return { ...placeOf(group), n, ...Object.fromEntries(told) }
  })
}

function whole(group: Group, { metrics, best }: Table): Row {
  const { n, ...spread } = group.spreads.get(metrics[0]!) ?? { n: 0 }
  return {
    ...placeOf(group),
    n,
    ...spread,
    ...(best === undefined ? {} : { best: group === best ? "◀" : "" }),
  }
}

/** For programs: everything, whatever there is room for on a screen. */
export const jsonOf = ({ stage, axes, by, of, best, groups }: Table) => ({
  ...{ stage, axes, by, of },
  groups: groups.map((group) => ({
    by: group.by,
    ...(group.step === undefined ? {} : { step: group.step }),
    metrics: Object.fromEntries(group.spreads),
    ...(group === best ? { best: true } : {}),
  })),
})
