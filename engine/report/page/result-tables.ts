// Named results that are tables, and those of a grid's cells. It knows no column by name.
import { baseOf } from "../../content/kind.ts"
import { type CellTable, isLong, rowOf } from "./cell-tables.ts"
import { isSummary, type PageResult, summaryRows } from "./facts.ts"
import { fitting, folded, type Html, html, link, note, nothing, section } from "./html.ts"
import { type Cells, table } from "./tables.ts"

const mostRows = 20
/** Of cells whose rows are not all shown. */
const mostCells = 100
/** Tables of one sort, all together. */
const room = { most: 50, bytes: 150_000 }

const rowsOf = ({ content }: PageResult): ReadonlyArray<Cells> => (content ?? []) as ReadonlyArray<Cells>

/** Tables that are what the run is about: each a section of its own. */
export function summaries(results: ReadonlyArray<PageResult>): ReadonlyArray<Html> {
  const all = results.filter(({ kind }) => isSummary(kind))
  const shown = fitting(opened(all), room, (result) =>
    section(result.name, table(summaryRows(result), { most: mostRows * 5, file: result.file })),
  )
  return [...shown, ...rest(all.length - shown.length, all.length)]
}

export function singleTables(results: ReadonlyArray<PageResult>): ReadonlyArray<Html> {
  const all = results.filter(
    (result) => result.single && baseOf(result.kind) === "table" && !isSummary(result.kind),
  )
  const shown = fitting(opened(all), room, (result) => {
    const rows = rowsOf(result)
    const shape = `${rows.length} rows, ${Object.keys(rows[0] ?? {}).length} columns`
    return folded(result.name, shape, table(rows, { most: mostRows, file: result.file }))
  })
  return [...shown, ...rest(all.length - shown.length, all.length)]
}

const opened = (results: ReadonlyArray<PageResult>): ReadonlyArray<PageResult> =>
  results.filter(({ content }) => content !== undefined)

const rest = (left: number, all: number): ReadonlyArray<Html> =>
  left === 0 ? [] : [note(html`${left} of ${all} tables are not shown: results.json names them.`)]

export function cells(tables: ReadonlyArray<CellTable>): ReadonlyArray<Html> {
  const shown = fitting(tables, room, (each) => {
    const { stage, cells, file } = each
    const rows = (isLong(each) ? cells.slice(0, mostCells) : cells).map(rowOf)
    const title = `cells of ${stage}`
    const isWhole = rows.length === cells.length
    return folded(
      title,
      `${cells.length} cells`,
      html`${table(rows, { total: cells.length, file })}${isWhole && file !== undefined ? note(html`They are in <a href="${link(file)}">${file}</a> too.`) : nothing}`,
    )
  })
  return [...shown, ...rest(tables.length - shown.length, tables.length)]
}
