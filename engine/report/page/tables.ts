// Tables of a page: numbers to the right, one precision a column, long ones cut with a link to the rest.
import { begun, fitting, type Html, html, link, note, nothing, type Room } from "./html.ts"

export type Cells = Readonly<Record<string, unknown>>

/** Columns that are shown, and letters of what stands in one. */
const mostColumns = 100
const mostLetters = 1000
/** Markup of one table's rows. */
const bytes = 100_000

export interface Cut {
  /** How many rows are shown. */
  readonly most?: number
  /** How many there are, where not all of them are given. */
  readonly total?: number
  /** Where all of them are; none where no file has them. */
  readonly file?: string | undefined
}

export function table(rows: ReadonlyArray<Cells>, cut: Cut = {}): Html {
  const { most = Number.POSITIVE_INFINITY, total = rows.length, file } = cut
  const all = Object.keys(rows[0] ?? {})
  const columns = all.slice(0, mostColumns).map((name) => columnOf(name, rows))
  const shown = tableRows({ most, bytes }, rows, (row) =>
    columns.map(({ name, align, text }) => html`<td class="${align}">${text(row[name])}</td>`),
  )
  return html`<div class="scroll"><table>
<thead><tr>${columns.map(({ name, align }) => html`<th class="${align}" scope="col">${begun(name, mostLetters)}</th>`)}</tr></thead>
<tbody>
${shown}
</tbody></table></div>
${shown.length < total ? rowsLeft(shown.length, total, file) : nothing}${all.length > columns.length ? note(html`${columns.length} of ${all.length} columns.`) : nothing}`
}

/** The first rows, as many as there is room for. */
export const tableRows = <A>(
  room: Room,
  rows: Iterable<A>,
  draw: (row: A) => ReadonlyArray<Html>,
): ReadonlyArray<Html> => fitting(rows, room, (row) => html`<tr>${draw(row)}</tr>`)

const rowsLeft = (shown: number, total: number, file: string | undefined): Html =>
  file === undefined
    ? note(html`${shown} of ${total} rows.`)
    : note(html`${shown} of ${total} rows; all of them are in <a href="${link(file)}">${file}</a>.`)

interface Column {
  readonly name: string
  readonly align: "number" | "text"
  readonly text: (value: unknown) => string
}

function columnOf(name: string, rows: ReadonlyArray<Cells>): Column {
  const values = rows.map((row) => row[name])
  const numbers = values.filter((value) => typeof value === "number")
  const isNumeric =
    numbers.length > 0 &&
    values.every((value) => typeof value === "number" || value === null || value === undefined)
  const format = formatOf(numbers)
  const text = (value: unknown): string => (typeof value === "number" ? format(value) : cellText(value))
  return { name, align: isNumeric ? "number" : "text", text: (value) => begun(text(value), mostLetters) }
}

/** Numbers of a column share their decimals, so that they can be compared down the page. */
function formatOf(numbers: ReadonlyArray<number>): (value: number) => string {
  const decimals = numbers.reduce((most, number) => Math.max(most, decimalsOf(number)), 0)
  const isTiny = numbers.some((value) => value !== 0 && Math.abs(value) < 0.0005)
  return (value) => (isTiny && value !== 0 ? value.toPrecision(3) : value.toFixed(decimals))
}

/** As many as the number was written with, at most four. */
function decimalsOf(value: number): number {
  const text = String(value)
  if (text.includes("e")) return Math.abs(value) < 1 ? 4 : 0
  return Math.min(4, (text.split(".")[1] ?? "").length)
}

export function cellText(value: unknown): string {
  if (value === null || value === undefined) return "–"
  if (typeof value === "number") return formatOf([value])(value)
  if (typeof value !== "object") return String(value)
  if (Array.isArray(value)) return value.map(cellText).join(", ")
  return Object.entries(value)
    .map(([name, inner]) => `${name} ${cellText(inner)}`)
    .join(", ")
}
