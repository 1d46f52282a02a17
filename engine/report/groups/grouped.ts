// Cells by any of their axes: of each group and metric how many there are, their mean and how far they lie apart; at once, or step by step.
import { groupedBy } from "../../content/grouped.ts"
import type { Direction } from "../../declare/policy/best.ts"
import { byPlace, type Cell, type CellAxes, type Family } from "./cells.ts"
import { type Spread, spreadOf } from "./spread.ts"

/** Which number of a cell counts: its own, or of what was measured by step the last one, or the best. */
export type Reading = "own" | "last" | Direction

export interface Group {
  /** Where it stands, on the axes that it was made by. */
  readonly by: CellAxes
  /** Of a curve. */
  readonly step?: number
  /** By metric: of the cells that have it. Fewer than there are where some stopped before the step, or never measured it. */
  readonly spreads: ReadonlyMap<string, Spread>
}

export interface Grouping {
  readonly stage: string
  /** The axes that its cells stand on, and those of them that it was made by. The others are averaged over. */
  readonly axes: ReadonlyArray<string>
  readonly by: ReadonlyArray<string>
  readonly metrics: ReadonlyArray<string>
  /** In the order of their places. */
  readonly groups: ReadonlyArray<Group>
  /** How many places there are, where not all of them were asked for. */
  readonly places: number
}

/** The metrics of a family, sorted. */
export function metricsOf({ cells }: Family, reading: Reading | "steps"): ReadonlyArray<string> {
  const names = new Set<string>()
  for (const { own, series } of cells)
    for (const name of (reading === "own" ? own : series).keys()) names.add(name)
  return [...names].sort()
}

/** Without `x.low` and `x.high` where they are bounds of an `x`. */
export function withoutBounds(names: ReadonlyArray<string>): ReadonlyArray<string> {
  const known = new Set(names)
  return names.filter((name) => !/\.(low|high)$/.test(name) || !known.has(name.replace(/\.(low|high)$/, "")))
}

/**
 * @param by of the family's axes; none is all cells together
 * @param most places, of which only the first are wanted
 */
export function grouped(
  family: Family,
  by: ReadonlyArray<string>,
  metrics: ReadonlyArray<string>,
  reading: Reading,
  most?: number,
): Grouping {
  const all = placed(family, by)
  const groups = all.slice(0, most).map(({ at, cells }): Group => {
    const spreads = metrics.flatMap((metric): ReadonlyArray<[string, Spread]> => {
      const numbers = cells.flatMap((cell) => numberOf(cell, metric, reading) ?? [])
      return numbers.length === 0 ? [] : [[metric, spreadOf(numbers)]]
    })
    return { by: at, spreads: new Map(spreads) }
  })
  return { stage: family.stage, axes: family.axes, by, metrics, groups, places: all.length }
}

/** Group by group, each step by step. */
export function curves(
  family: Family,
  by: ReadonlyArray<string>,
  metrics: ReadonlyArray<string>,
  most?: number,
): Grouping {
  const all = placed(family, by)
  const groups = all.slice(0, most).flatMap(({ at, cells }) => {
    const steps = new Map<number, Map<string, Array<number>>>()
    for (const metric of metrics)
      for (const { series } of cells) {
        const told = series.get(metric)
        for (const [i, step] of (told?.steps ?? []).entries()) {
          const atStep = steps.get(step) ?? new Map<string, Array<number>>()
          steps.set(step, atStep)
          const numbers = atStep.get(metric) ?? []
          atStep.set(metric, numbers)
          numbers.push(told!.values[i]!)
        }
      }
    return [...steps]
      .sort(([a], [b]) => a - b)
      .map(
        ([step, atStep]): Group => ({
          by: at,
          step,
          spreads: new Map([...atStep].map(([metric, numbers]) => [metric, spreadOf(numbers)])),
        }),
      )
  })
  return { stage: family.stage, axes: family.axes, by, metrics, groups, places: all.length }
}

/** The group whose mean is best, the first of equals; undefined where none has the metric. */
export function bestOf({ groups }: Grouping, metric: string, direction: Direction): Group | undefined {
  let best: { readonly group: Group; readonly mean: number } | undefined
  for (const group of groups) {
    const mean = group.spreads.get(metric)?.mean
    if (mean !== undefined && (best === undefined || isBetter(mean, best.mean, direction)))
      best = { group, mean }
  }
  return best?.group
}

const isBetter = (a: number, b: number, direction: Direction): boolean =>
  direction === "max" ? a > b : a < b

function numberOf({ own, series }: Cell, metric: string, reading: Reading): number | undefined {
  if (reading === "own") return own.get(metric)
  const values = series.get(metric)?.values
  if (reading === "last" || values === undefined) return values?.at(-1)
  return values.reduce((best, value) => (isBetter(value, best, reading) ? value : best))
}

function placed(
  { cells }: Family,
  by: ReadonlyArray<string>,
): ReadonlyArray<{ readonly at: CellAxes; readonly cells: ReadonlyArray<Cell> }> {
  const placeOf = ({ axes }: Cell): CellAxes => Object.fromEntries(by.map((axis) => [axis, axes[axis]!]))
  const groups = groupedBy(cells, (cell) => JSON.stringify(by.map((axis) => cell.axes[axis])))
  return [...groups.values()]
    .map((cells) => ({ at: placeOf(cells[0]!), cells }))
    .sort((a, b) => byPlace(by, a.at, b.at))
}
