// Tables as aligned text: numbers to the right, at the precision that tells something; sentences in lines.
import { padEnd, padStart, shownWidth, visibleInLine } from "../visible.ts"

type Cell = unknown

/** @param widest letters of a column; longer sentences go on in the next line */
export function textTable(
  rows: ReadonlyArray<Readonly<Record<string, Cell>>>,
  indent = "",
  widest = Number.POSITIVE_INFINITY,
): string {
  const columns = Object.keys(rows[0] ?? {})
  const numeric = new Set(
    columns.filter((name) => rows.every((row) => typeof row[name] === "number" || row[name] === null)),
  )
  const body = rows.flatMap((row) => {
    const cells = columns.map((name) => wrapped(visibleInLine(cellText(row[name])), widest))
    const height = cells.reduce((height, lines) => Math.max(height, lines.length), 1)
    return Array.from({ length: height }, (_, line) => cells.map((lines) => lines[line] ?? ""))
  })
  const heads = columns.map(visibleInLine)
  const widths = heads.map(shownWidth)
  for (const cells of body)
    for (const [i, cell] of cells.entries()) widths[i] = Math.max(widths[i]!, shownWidth(cell))
  const line = (cells: ReadonlyArray<string>): string =>
    `${indent}${cells.map((cell, i) => (numeric.has(columns[i]!) ? padStart : padEnd)(cell, widths[i]!)).join("  ")}`.trimEnd()
  return [line(heads), line(widths.map((width) => "─".repeat(width))), ...body.map(line)].join("\n")
}

/** Broken between words, so that no line has more than `widest` letters unless it is one word. */
function wrapped(text: string, widest: number): ReadonlyArray<string> {
  const lines = [""]
  for (const word of text.split(" ")) {
    const last = lines.at(-1)!
    const longer = last === "" ? word : `${last} ${word}`
    if (shownWidth(longer) <= widest || last === "") lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines
}

export function cellText(cell: Cell): string {
  if (cell === null || cell === undefined) return "–"
  if (typeof cell === "number") return numberText(cell)
  return typeof cell === "string" ? cell : JSON.stringify(cell)
}

/** Integers as they are; others with four decimals, or three digits where that would say nothing. */
export const numberText = (value: number): string => {
  if (Number.isInteger(value)) return String(value)
  const size = Math.abs(value)
  return size >= 1000 ? value.toFixed(1) : size >= 0.01 ? value.toFixed(4) : value.toPrecision(3)
}
