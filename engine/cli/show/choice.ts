// What of a run's cells `show` is asked for: by which axes, of which metric, at once or step by step. It reads no ledger.
import { type Best, type Direction, declaredEnd } from "../../declare/policy/best.ts"
import { suggest } from "../../declare/suggest.ts"
import { type Cell, type Family, familiesOf } from "../../report/groups/cells.ts"
import {
  bestOf,
  curves,
  type Group,
  type Grouping,
  grouped,
  metricsOf,
  type Reading,
  withoutBounds,
} from "../../report/groups/grouped.ts"
import { badUsage } from "../failures.ts"

/** What was asked for on the command line. */
export interface Asked {
  readonly by: ReadonlyArray<string> | undefined
  readonly metric: string | undefined
  readonly curve: boolean
  readonly best: Direction | undefined
}

/** Without a word of what is wanted. */
const unasked: Asked = { by: undefined, metric: undefined, curve: false, best: undefined }

/** A table of groups, and how its numbers are meant. */
export interface Table extends Grouping {
  /** `steps` is each step for itself. */
  readonly of: Reading | "steps"
  /** Of a single metric, where it was said which end is the better one. */
  readonly best: Group | undefined
}

/** @param declared which end of metrics is the better one @throws Refusal for an axis or a metric that there is not */
export function tablesFor(cells: Iterable<Cell>, asked: Asked, declared: Best = {}): ReadonlyArray<Table> {
  const families = familiesOf(cells)
  if (families.length === 0)
    throw badUsage("no task of this run stands on an axis and measures something: there is nothing to group")
  if (asked.by !== undefined) checkAxes(asked.by, families)
  if (asked.metric !== undefined) checkMetric(asked.metric, asked.curve, families)
  const told = families.flatMap((family) => tablesOf(family, asked, declared))
  if (told.length > 0) return told
  const what =
    asked.metric === undefined
      ? asked.curve
        ? "what is measured by step on "
        : ""
      : `the metric ${asked.metric} on `
  throw badUsage(
    asked.by === undefined
      ? "nothing is measured by step in this run"
      : `no stage has ${what}all of ${asked.by.join(", ")}: there are ${axesText(families)}`,
  )
}

/** Without a word of what is wanted: each stage by each of its axes, where there is more than one cell. */
export const usual = (cells: Iterable<Cell>, declared: Best = {}): ReadonlyArray<Table> =>
  familiesOf(cells)
    .filter(({ cells }) => cells.length > 1)
    .flatMap((family) => tablesOf(family, unasked, declared))

function tablesOf(family: Family, { by, metric, curve, best }: Asked, declared: Best): ReadonlyArray<Table> {
  if (by !== undefined && !by.every((axis) => family.axes.includes(axis))) return []
  const ends: ReadonlyArray<Direction> = ["max", "min"]
  const said: ReadonlyArray<Table["of"]> = best === undefined ? ["last", ...ends] : [best]
  const readings: ReadonlyArray<Table["of"]> = curve ? ["steps"] : ["own", ...said]
  return readings.flatMap((of) => {
    const all = metricsOf(family, of)
    const isEnd = best === undefined && (of === "max" || of === "min")
    const names = isEnd ? all.filter((name) => declaredEnd(declared, family.stage, name) === of) : all
    const metrics =
      metric === undefined ? withoutBounds(names) : names.filter((name) => isMeant(metric, family, name))
    if (metrics.length === 0) return []
    const ways = by === undefined ? eachAxis(family) : [by]
    const end = metrics.length === 1 ? (best ?? declaredEnd(declared, family.stage, metrics[0]!)) : undefined
    return ways.map((by): Table => {
      const grouping = of === "steps" ? curves(family, by, metrics) : grouped(family, by, metrics, of)
      const isMarked = of !== "steps" && (best !== undefined || grouping.groups.length > 1)
      return {
        ...grouping,
        of,
        best: isMarked && end !== undefined ? bestOf(grouping, metrics[0]!, end) : undefined,
      }
    })
  })
}

/** On a single axis, such as of seeds, what matters is all of it together. */
const eachAxis = ({ axes }: Family): ReadonlyArray<ReadonlyArray<string>> => [
  ...(axes.length === 1 ? [[]] : []),
  ...axes.map((axis) => [axis]),
]

const isMeant = (metric: string, { stage }: Family, name: string): boolean =>
  metric === name || metric === `${stage}.${name}`

function checkAxes(by: ReadonlyArray<string>, families: ReadonlyArray<Family>): void {
  const known = [...new Set(families.flatMap(({ axes }) => axes))].sort()
  const wrong = by.find((axis) => !known.includes(axis))
  if (wrong !== undefined) throw badUsage(`--by ${wrong}: no task is on such an axis${suggest(wrong, known)}`)
  const twice = by.find((axis, i) => by.indexOf(axis) !== i)
  if (twice !== undefined) throw badUsage(`--by ${by.join()}: ${twice} is named twice`)
}

function checkMetric(metric: string, curve: boolean, families: ReadonlyArray<Family>): void {
  const names = (of: Table["of"]): ReadonlyArray<string> => [
    ...new Set(
      families.flatMap((family) =>
        metricsOf(family, of).flatMap((name) => [name, `${family.stage}.${name}`]),
      ),
    ),
  ]
  const [steps, own] = [names("steps"), names("own")]
  if (curve && !steps.includes(metric) && own.includes(metric))
    throw badUsage(`--metric ${metric} --curve: it is measured once, and not by step${suggest("", steps)}`)
  if (steps.includes(metric) || (!curve && own.includes(metric))) return
  throw badUsage(
    `--metric ${metric}: nothing measures it${suggest(metric, curve ? steps : [...own, ...steps])}`,
  )
}

const axesText = (families: ReadonlyArray<Family>): string =>
  families.map(({ stage, axes }) => `${stage} by ${axes.join(", ")}`).join("; ")
