// The cells of one column as numbers, class numbers or moments; what a cell cannot be is named by its place. It fills nothing in.
import { isNumber, numberOf, timeOf } from "./cell-texts.ts"
import { type Cells, TableError } from "./cells.ts"
import { type Column, isMissing, type Missing } from "./columns.ts"

/** What a missing cell does: `keep` leaves it to whoever encodes. */
type Policy = "error" | "drop" | "keep"

interface Reading {
  readonly cells: Cells
  /** The place of the column. */
  readonly at: number
  readonly missing: typeof Missing.Type
  readonly policy: Policy
  /** Rows that are left out, which grows. */
  readonly dropped: Set<number>
}

const placeOf = ({ cells, at }: Reading, row: number): string =>
  `${cells.where(row)}, column "${cells.names[at]}"`

/** Calls `take` with every cell that is there. @throws TableError for a missing one, where that is an error */
function eachCell(reading: Reading, remedy: string, take: (text: string, row: number) => void): void {
  const { cells, at, missing, policy, dropped } = reading
  for (const [row, text] of cells.columns[at]!.entries()) {
    if (!isMissing(text, missing)) take(text!, row)
    else if (policy === "drop") dropped.add(row)
    else if (policy === "error")
      throw new TableError(
        `${placeOf(reading, row)}: the cell is ${text ? `${JSON.stringify(text)}, which stands for nothing` : "empty"}: ${remedy}`,
      )
  }
}

/** Floats of 32 bits as floats of 64, NaN where the cell is missing. @throws TableError for what is no finite number */
export function numbersOf(reading: Reading, remedy: string): Float64Array {
  const values = new Float64Array(reading.cells.count).fill(Number.NaN)
  eachCell(reading, remedy, (text, row) => {
    if (!isNumber(text))
      throw new TableError(
        `${placeOf(reading, row)}: ${JSON.stringify(text)} is no number: correct it, or name it in missing.marks if it stands for nothing`,
      )
    const value = Math.fround(numberOf(text))
    if (!Number.isFinite(value))
      throw new TableError(
        `${placeOf(reading, row)}: ${text} is no finite number of 32 bits: correct it, or name it in missing.marks if it stands for nothing`,
      )
    values[row] = value
  })
  return values
}

/** Places among the column's values, -1 where the cell is missing. @throws TableError for a value that is not among them */
export function codesOf(
  reading: Reading,
  { values = [] }: Extract<Column, { type: "category" }>,
  remedy: string,
): Int32Array {
  const places = new Map(values.map((value, place) => [value, place]))
  const codes = new Int32Array(reading.cells.count).fill(-1)
  eachCell(reading, remedy, (text, row) => {
    const place = places.get(text)
    if (place === undefined)
      throw new TableError(
        `${placeOf(reading, row)}: ${JSON.stringify(text)} is not among its categories (${values.slice(0, 10).join(", ")}${values.length > 10 ? ", …" : ""}): correct it, or pin the column with a list of values that has it`,
      )
    codes[row] = place
  })
  return codes
}

/** Numbers as they are, dates as milliseconds since 1970. @throws TableError for a cell that is missing or neither */
export function momentsOf(reading: Reading): Float64Array {
  const values = new Float64Array(reading.cells.count)
  eachCell(reading, "every row needs its time; fill it in, or take the row out", (text, row) => {
    values[row] = timeOf(text) ?? (isNumber(text) ? numberOf(text) : Number.NaN)
    if (!Number.isFinite(values[row]))
      throw new TableError(
        `${placeOf(reading, row)}: ${JSON.stringify(text)} is neither a number nor an ISO 8601 date, 2026-01-31: correct it`,
      )
  })
  return values
}

/** The text of every cell. @throws TableError for one that is missing */
export function groupsOf(reading: Reading): ReadonlyArray<string> {
  const groups = new Array<string>(reading.cells.count)
  eachCell(reading, "every row needs its group; fill it in, or take the row out", (text, row) => {
    groups[row] = text
  })
  return groups
}
