// The cells of a CSV file, by arquero's reader; rows that are too short or too long, which it passes over, are refused here.
import { type Cells, checkNames, TableError } from "./cells.ts"

/** Characters among which the header ends. */
const headerWithin = 1_000_000

/**
 * Reads a CSV file whose first line names its columns. Blank lines are passed over, and spaces around a cell.
 *
 * @param delimiter one character
 * @throws TableError naming the line when it has fewer or more cells than the first, or a quotation mark is not closed
 */
export async function csvCells(given: string, delimiter: string): Promise<Cells> {
  const { fromCSV } = await import("arquero")
  const text = given.replace(/^\uFEFF/, "")
  const options = { header: false, autoType: false, delimiter } as const
  if (text.trim() === "") throw new TableError("the file is empty: its first line names the columns")
  const width = fromCSV(text.slice(0, headerWithin), options).numCols()
  // A first row with one cell more than the header: what any row has too much shows in the last column.
  const table = fromCSV(`${delimiter.repeat(width)}\n${text}`, options)
  const read = Array.from({ length: width + 1 }, (_, at) => table.columnAt(at)!)
  const cell = (row: number, at: number): string | null | undefined => read[at]!.at(row) as never
  const names = Array.from({ length: width }, (_, at) => (cell(1, at) ?? "").trim())
  const { rows, lines } = rowsOf(table.numRows(), width, cell)
  checkQuotes(text, names.length, cell, table.numRows() - 1, lines.at(-1) ?? 1)
  checkNames(names)
  if (rows.length === 0) throw new TableError("the table has no rows below the names of its columns")
  return {
    names,
    columns: names.map((_, at) => rows.map((row) => cell(row, at)?.trim() ?? null)),
    areText: names.map(() => false),
    count: rows.length,
    where: (row) => `line ${lines[row]}`,
  }
}

type CellAt = (row: number, at: number) => string | null | undefined

/** The rows below the header that are not blank, each with the line that it begins in. */
function rowsOf(count: number, width: number, cell: CellAt) {
  const rows: Array<number> = []
  const lines: Array<number> = []
  let line = 1
  for (let row = 1; row < count; row++) {
    let held = 0
    let breaks = 0
    for (let at = 0; at <= width; at++) {
      const text = cell(row, at)
      if (text !== undefined) held += 1
      if (text) breaks += text.split(/\r\n|\r|\n/).length - 1
    }
    const isBlank = held === 1 && (cell(row, 0) ?? "").trim() === ""
    if (!isBlank && held !== width)
      throw new TableError(
        `line ${line} has ${held > width ? "more cells than the" : `${held} ${held === 1 ? "cell" : "cells"}, and not the`} ${width} that the first line names: add or remove delimiters there, or put quotation marks around a cell that holds one`,
      )
    if (row > 1 && !isBlank) {
      rows.push(row)
      lines.push(line)
    }
    line += 1 + breaks
  }
  return { rows, lines }
}

/** The reader takes all that follows an open quotation mark into one last cell, and keeps the mark. */
function checkQuotes(text: string, width: number, cell: CellAt, row: number, line: number): void {
  let last = width - 1
  while (last > 0 && cell(row, last) === undefined) last -= 1
  if (cell(row, last)?.startsWith('"') !== true || (text.split('"').length - 1) % 2 === 0) return
  throw new TableError(`line ${line} opens a quotation mark that nothing closes: close it, or remove it`)
}
