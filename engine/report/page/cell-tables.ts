// The metrics of a grid's cells as tables: one for each stage that measured them, a row a cell, a column an axis or a metric. It knows
// no column by name, and writes nothing.
import { groupedBy } from "../../content/grouped.ts"
import { baseOf, type Metrics } from "../../content/kind.ts"
import { axesOf } from "../groups/cells.ts"
import type { PageResult } from "./facts.ts"
import type { Cells } from "./tables.ts"

export interface CellTable {
  readonly stage: string
  /** Their content is metrics. */
  readonly cells: ReadonlyArray<PageResult>
  /** Where all of its rows are, relative to the page; none where the page and copies are enough. */
  readonly file?: string | undefined
}

/** Rows times columns of which a page shows all. */
const mostFields = 3000

/** In the order of the results. */
export const cellTables = (results: ReadonlyArray<PageResult>): ReadonlyArray<CellTable> => {
  const measured = results.filter(({ single, kind }) => !single && baseOf(kind) === "metrics")
  return [...groupedBy(measured, ({ task }) => task.split("@")[0]!)].map(([stage, cells]) => ({
    stage,
    cells,
  }))
}

/** Whether a page shows the first of its rows only. */
export const isLong = ({ cells }: CellTable): boolean =>
  cells.length * Object.keys(rowOf(cells[0]!)).length > mostFields

export const rowOf = ({ task, content }: PageResult): Cells => {
  return { ...axesOf(task), ...(content as Metrics) }
}
