// A table as examples: which columns are features, which is the target, by what rows belong together. It holds nothing out.
import type { ArrayOf } from "../arrays/array.ts"
import type { Marks } from "../splits/hold-out.ts"
import { type Cells, columnOf, TableError } from "./cells.ts"
import { type Column, type Columns, columnsOf, type Missing } from "./columns.ts"
import type { Feature } from "./features.ts"
import { codesOf, groupsOf, momentsOf, numbersOf } from "./values.ts"

export interface Wanted {
  /** The column to predict: a category or a number. */
  readonly target: string
  /** Columns whose type is not inferred. */
  readonly columns: Columns
  readonly missing: typeof Missing.Type
  /** The column that says what a row belongs to; no feature. */
  readonly group: string | null
  /** The column that says when a row was; no feature. */
  readonly time: string | null
  /** Columns that are no features: an identity tells nothing, or too much. */
  readonly leaveOut: ReadonlyArray<string>
}

export interface Table {
  /** Places of the rows that are kept, in the order of the file. */
  readonly rows: Uint32Array
  readonly features: ReadonlyArray<Feature>
  /** Of every row of the file. */
  readonly targets: ArrayOf
  readonly marks: Marks
  /** Names by class number; null where the target is a number. */
  readonly classes: ReadonlyArray<string> | null
  /** All columns as they were read, to be pinned. */
  readonly columns: Columns
  /** Columns that are no features because they are text or dates. */
  readonly aside: ReadonlyArray<string>
}

/** @throws TableError naming the first cell, or the column, that cannot be what it must be */
export function tableOf(cells: Cells, wanted: Wanted): Table {
  const { target, group, time, leaveOut } = wanted
  for (const name of [target, group, time, ...leaveOut]) if (name !== null) columnOf(cells, name)
  const columns = columnsOf(cells, wanted.columns, wanted.missing)
  const dropped = new Set<number>()
  const { missing } = wanted
  const reading: ReadingOf = (name, policy) => ({
    cells,
    at: columnOf(cells, name),
    missing,
    policy,
    dropped,
  })
  const { targets, labels, classes } = targetOf(reading, columns[target]!, wanted)
  const marked = [target, group, time, ...leaveOut]
  const candidates = cells.names.filter((name) => !marked.includes(name))
  const features = candidates.flatMap((name) => featureOf(reading, name, columns[name]!, missing))
  const marks = {
    labels,
    groups: group === null ? null : groupsOf(reading(group, "error")),
    times: time === null ? null : Array.from(momentsOf(reading(time, "error"))),
  }
  if (features.length === 0) throw new TableError("no column is a feature: all are text, dates or left out")
  const rows = Uint32Array.from(cells.columns[0]!.keys()).filter((row) => !dropped.has(row))
  if (rows.length === 0)
    throw new TableError("every row has a missing cell and is left out: fill them another way")
  const aside = candidates.filter((name) => !features.some((feature) => feature.name === name))
  return { rows, features, targets, marks, classes, columns, aside }
}

type ReadingOf = (name: string, policy: "error" | "drop" | "keep") => Parameters<typeof numbersOf>[0]

function targetOf(reading: ReadingOf, column: Column, { target, missing }: Wanted) {
  const remedy = `what is to be predicted cannot be filled in; say missing "drop" of the column to leave such rows out`
  const own = "missing" in column ? column.missing : undefined
  const policy = own ?? missing[column.type === "number" ? "number" : "category"]
  const cells = reading(target, policy === "drop" ? "drop" : "error")
  if (column.type === "number") {
    const data = Float32Array.from(numbersOf(cells, remedy))
    return { targets: { shape: [data.length], data }, labels: null, classes: null }
  }
  if (column.type !== "category")
    throw new TableError(
      `the target "${target}" is ${column.type === "date" ? "a date" : "text that hardly repeats"}: a category or a number can be predicted; pin it as { type: "category" } if that is meant`,
    )
  const classes = column.values!
  const codes = codesOf(cells, column, remedy)
  if (classes.length < 2 || classes.length > 256)
    throw new TableError(`the target "${target}" has ${classes.length} classes: 2 to 256 are read`)
  const data = Uint8Array.from(codes)
  return { targets: { shape: [data.length], data }, labels: data, classes }
}

function featureOf(
  reading: ReadingOf,
  name: string,
  column: Column,
  missing: typeof Missing.Type,
): ReadonlyArray<Feature> {
  if (column.type === "number") {
    const policy = column.missing ?? missing.number
    const fill = policy === "mean" || policy === "median" ? policy : null
    const remedy = `fill it in, or say missing "drop", "mean" or "median" of the column or with missing.number`
    const values = numbersOf(reading(name, fill === null ? (policy as "error") : "keep"), remedy)
    return [{ type: "number", name, values, fill }]
  }
  if (column.type === "category") {
    const policy = column.missing ?? missing.category
    const remedy = `fill it in, or say missing "drop" or "own" of the column or with missing.category`
    const codes = codesOf(reading(name, policy === "own" ? "keep" : policy), column, remedy)
    return [{ type: "category", name, categories: column.values!, codes, hasOwn: policy === "own" }]
  }
  return []
}
