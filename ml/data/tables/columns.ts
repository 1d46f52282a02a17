// What the columns of a table are: pinned by whoever declares them, and otherwise inferred once from all cells.
import * as Schema from "effect/Schema"
import { isNumber, isTime } from "./cell-texts.ts"
import { type Cells, columnOf, TableError } from "./cells.ts"

/**
 * A column as it is pinned. `missing` says what a missing cell does: fail, drop its row, be filled by the mean or median of the
 * part to train on, or be a category of its own.
 */
export const Column = Schema.Union(
  Schema.Struct({
    type: Schema.Literal("number"),
    missing: Schema.optionalWith(Schema.Literal("error", "drop", "mean", "median"), { exact: true }),
  }),
  Schema.Struct({
    type: Schema.Literal("category"),
    /** In the order of their numbers. Left out: those of the file, by code units. */
    values: Schema.optionalWith(Schema.Array(Schema.String).pipe(Schema.minItems(1)), { exact: true }),
    missing: Schema.optionalWith(Schema.Literal("error", "drop", "own"), { exact: true }),
  }),
  Schema.Struct({ type: Schema.Literal("date") }),
  Schema.Struct({ type: Schema.Literal("text") }),
)
export type Column = typeof Column.Type
export type Columns = Readonly<Record<string, Column>>

/** What a missing cell does where its column does not say. */
export const Missing = Schema.Struct({
  number: Schema.optionalWith(Schema.Literal("error", "drop", "mean", "median"), { default: () => "error" }),
  category: Schema.optionalWith(Schema.Literal("error", "drop", "own"), { default: () => "error" }),
  /** What stands for a missing cell, beside nothing. */
  marks: Schema.optionalWith(Schema.Array(Schema.String), { default: () => [] }),
})

/** Categories of a column that is no number; with more, and more than half of its cells different, it is text. */
const mostCategories = 100

/**
 * The columns of a table, each pinned or inferred: `number` if all cells are, `date` if all are ISO 8601 dates, `category` if its
 * cells repeat, and otherwise `text`, which is no feature.
 *
 * @throws TableError when a pinned column is not there, or one mixes numbers and texts
 */
export function columnsOf(cells: Cells, pinned: Columns, missing: typeof Missing.Type): Columns {
  for (const name of Object.keys(pinned)) columnOf(cells, name)
  return Object.fromEntries(
    cells.names.map((name, at) => [
      name,
      withValues(cells, at, pinned[name] ?? inferred(cells, at, missing), missing),
    ]),
  )
}

export const isMissing = (
  text: string | null,
  { marks }: { readonly marks: ReadonlyArray<string> },
): boolean => text === null || text === "" || marks.includes(text)

function inferred(cells: Cells, at: number, missing: typeof Missing.Type): Column {
  const column = cells.columns[at]!
  const [rows, values] = [[] as Array<number>, new Set<string>()]
  let [numbers, dates] = [0, 0]
  for (const [row, text] of column.entries()) {
    if (isMissing(text, missing)) continue
    rows.push(row)
    values.add(text!)
    if (isNumber(text!)) numbers += 1
    else if (isTime(text!)) dates += 1
  }
  if (rows.length === 0)
    throw new TableError(
      `column "${cells.names[at]}" has no cell that is not missing: leave it out, or pin its type`,
    )
  const isText = cells.areText[at]!
  if (dates === rows.length) return { type: "date" }
  if (!isText && numbers === rows.length) return { type: "number" }
  if (!isText && numbers > 0) throw mixed(cells, at, rows, numbers)
  const isCategory = values.size <= mostCategories || 2 * values.size <= rows.length
  return { type: isCategory ? "category" : "text" }
}

/** Names the cells that are the fewer. */
function mixed(cells: Cells, at: number, rows: ReadonlyArray<number>, numbers: number): TableError {
  const column = cells.columns[at]!
  const areNumbersFewer = 2 * numbers < rows.length
  const odd = rows.find((row) => isNumber(column[row]!) === areNumbersFewer)!
  const name = cells.names[at]
  return new TableError(
    `${cells.where(odd)}, column "${name}": ${JSON.stringify(column[odd])} is ${areNumbersFewer ? "a number" : "no number"}, and ${Math.max(numbers, rows.length - numbers)} of ${rows.length} cells are ${areNumbersFewer ? "none" : "numbers"}: correct it, name it in missing.marks if it stands for nothing, or pin the column as { type: "category" }`,
  )
}

function withValues(cells: Cells, at: number, column: Column, missing: typeof Missing.Type): Column {
  if (column.type !== "category" || column.values !== undefined) return column
  const values = new Set(
    cells.columns[at]!.filter((text) => !isMissing(text, missing)) as ReadonlyArray<string>,
  )
  return { ...column, values: [...values].sort() }
}
