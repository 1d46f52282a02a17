// Named results that are tables, and the metrics of a grid's cells as tables. It knows no column by name.
import { groupedBy } from "../../content/grouped.ts"
import { accepts, baseOf, type Metrics } from "../../content/kind.ts"
import type { PageResult } from "./facts.ts"
import { folded, type Html, section } from "./html.ts"
import { type Cells, table } from "./tables.ts"

const mostRows = 20

const isSummary = ({ kind }: PageResult): boolean => accepts("table:summary", kind)
const rowsOf = ({ content }: PageResult): ReadonlyArray<Cells> => (content ?? []) as ReadonlyArray<Cells>

/** Tables that are what the run is about: each a section of its own. */
export const summaries = (results: ReadonlyArray<PageResult>): ReadonlyArray<Html> =>
  results
    .filter(isSummary)
    .map((result) => section(result.name, table(rowsOf(result), mostRows * 5, result.file)))

export const tables = (results: ReadonlyArray<PageResult>): ReadonlyArray<Html> =>
  results
    .filter((result) => result.single && baseOf(result.kind) === "table" && !isSummary(result))
    .map((result) => {
      const rows = rowsOf(result)
      const shape = `${rows.length} rows, ${Object.keys(rows[0] ?? {}).length} columns`
      return folded(result.name, shape, table(rows, mostRows, result.file))
    })

/** The metrics of a grid's cells, one table for each stage that measured them, a row a cell, a column an axis. */
export function cells(results: ReadonlyArray<PageResult>): ReadonlyArray<Html> {
  const measured = results.filter(({ single, kind }) => !single && baseOf(kind) === "metrics")
  const groups = groupedBy(measured, ({ task }) => task.split("@")[0]!)
  return [...groups].map(([stage, cells]) => {
    const rows = cells.map(({ task, content }): Cells => {
      const [, axes = ""] = task.split("@")
      return { ...axesOf(axes), ...(content as Metrics) }
    })
    return folded(`cells of ${stage}`, `${rows.length} cells`, table(rows))
  })
}

const axesOf = (text: string): Cells =>
  Object.fromEntries(
    text.split("+").flatMap((part) => {
      const [name, value] = part.split("=")
      if (value === undefined) return []
      return [[name, value !== "" && Number.isFinite(Number(value)) ? Number(value) : value]]
    }),
  )
