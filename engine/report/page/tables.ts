// Tables of a page: numbers to the right, one precision a column, long ones cut with a link to the rest.
import { type Html, html, link } from "./html.ts"

export type Cells = Readonly<Record<string, unknown>>

/** @param most how many rows are shown; @param file where all of them are */
export function table(rows: ReadonlyArray<Cells>, most = Number.POSITIVE_INFINITY, file = ""): Html {
  const columns = Object.keys(rows[0] ?? {})
  const texts = columns.map((name) => columnText(rows.map((row) => row[name])))
  const numeric = columns.map((name) => isNumeric(rows.map((row) => row[name])))
  const align = (column: number): Html => html`${numeric[column] ? "number" : "text"}`
  const shown = rows.slice(0, most)
  return html`<div class="scroll"><table>
<thead><tr>${columns.map((name, i) => html`<th class="${align(i)}" scope="col">${name}</th>`)}</tr></thead>
<tbody>
${shown.map((_, row) => html`<tr>${columns.map((_, i) => html`<td class="${align(i)}">${texts[i]![row]}</td>`)}</tr>`)}
</tbody></table></div>
${shown.length < rows.length ? html`<p class="more">${shown.length} of ${rows.length} rows; all of them are in <a href="${link(file)}">${file}</a>.</p>` : html``}`
}

const isNumeric = (values: ReadonlyArray<unknown>): boolean =>
  values.some((value) => typeof value === "number") &&
  values.every((value) => typeof value === "number" || value === null || value === undefined)

/** Numbers of a column share their decimals, so that they can be compared down the page. */
function columnText(values: ReadonlyArray<unknown>): ReadonlyArray<string> {
  const numbers = values.filter((value) => typeof value === "number")
  const decimals = numbers.reduce((most, number) => Math.max(most, decimalsOf(number)), 0)
  const isTiny = numbers.some((value) => value !== 0 && Math.abs(value) < 0.0005)
  return values.map((value) => {
    if (typeof value !== "number") return cellText(value)
    return isTiny && value !== 0 ? value.toPrecision(3) : value.toFixed(decimals)
  })
}

/** As many as the number was written with, at most four. */
function decimalsOf(value: number): number {
  const text = String(value)
  if (text.includes("e")) return Math.abs(value) < 1 ? 4 : 0
  return Math.min(4, (text.split(".")[1] ?? "").length)
}

export function cellText(value: unknown): string {
  if (value === null || value === undefined) return "–"
  if (typeof value === "number") return columnText([value])[0]!
  if (typeof value !== "object") return String(value)
  if (Array.isArray(value)) return value.map(cellText).join(", ")
  return Object.entries(value)
    .map(([name, inner]) => `${name} ${cellText(inner)}`)
    .join(", ")
}
