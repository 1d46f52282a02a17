// `read-table`: a CSV or Arrow file as an array of floats `[n, features]` and its targets, class numbers or floats.
import * as Schema from "effect/Schema"
import { form, stage } from "refold"
import {
  arrowCells,
  type Cells,
  csvCells,
  encodedFeatures,
  featureNames,
  fittedFills,
  MissingCells,
  rows,
  type Table,
  TableColumn,
  TableError,
  tableOf,
} from "refold/ml"
import { givenParts, held, marksAt, partOutputs, type Read, Test } from "./parts.ts"

const Name = Schema.NonEmptyString
const columns = {
  /** The column to predict: a category, whose values become class numbers, or a number. */
  target: Name,
  /** What columns are, by name. The types of others are inferred from all cells; `facts.columns` gives all, to be pinned here. */
  columns: Schema.optionalWith(Schema.Record({ key: Schema.String, value: TableColumn }), {
    default: () => ({}),
  }),
  missing: Schema.optionalWith(MissingCells, {
    default: () => ({ number: "error", category: "error", marks: [] }) as const,
  }),
  /** The column of what a row belongs to, such as a patient: no feature, but what splits are made by. */
  group: Schema.optionalWith(Schema.NullOr(Name), { default: () => null }),
  /** The column of when a row was, a date or a number: no feature, but what splits are made by. */
  time: Schema.optionalWith(Schema.NullOr(Name), { default: () => null }),
  /** Columns that are no features, such as an identity. */
  leaveOut: Schema.optionalWith(Schema.Array(Name), { default: () => [] }),
}
const delimiter = Schema.optionalWith(Schema.String.pipe(Schema.length(1)), { default: () => "," })
const Wanted = Schema.Struct(columns)
type Log = (line: string) => void

const outputs = partOutputs

export const readTable = stage("read-table", {
  doc: "Reads a table into arrays of features and targets, to train and to test on",
  forms: {
    /** One CSV file, of which a part is held out to test on. */
    csv: form({
      params: Schema.Struct({ ...columns, delimiter, test: Test }),
      inputs: { rows: "csv" },
      outputs,
      run: async ({ params, inputs, log }) =>
        oneTable(await csvCells(inputs.rows, params.delimiter), params, log),
    }),
    /** Two CSV files; the columns are those of the one to train on. */
    csvs: form({
      params: Schema.Struct({ ...columns, delimiter }),
      inputs: { train: "csv", test: "csv" },
      outputs,
      run: async ({ params, inputs, log }) => {
        const read = (role: "train" | "test") => within(role, () => csvCells(inputs[role], params.delimiter))
        return twoTables(await read("train"), await read("test"), params, log)
      },
    }),
    /** One Arrow file. */
    arrow: form({
      params: Schema.Struct({ ...columns, test: Test }),
      inputs: { rows: "arrow" },
      outputs,
      run: async ({ params, inputs, log }) => oneTable(await arrowCells(inputs.rows), params, log),
    }),
    /** Two Arrow files. */
    arrows: form({
      params: Wanted,
      inputs: { train: "arrow", test: "arrow" },
      outputs,
      run: async ({ params, inputs, log }) => {
        const read = (role: "train" | "test") => within(role, () => arrowCells(inputs[role]))
        return twoTables(await read("train"), await read("test"), params, log)
      },
    }),
  },
})

function oneTable(cells: Cells, params: typeof Wanted.Type & { readonly test: typeof Test.Type }, log: Log) {
  const table = tableOf(cells, params)
  tell(table, cells, log)
  const { train, validation } = held(table.rows.length, marksAt(table.marks, table.rows), params.test, log)
  const [trained, tested] = [train, validation].map((part) => part.map((at) => table.rows[at]!)) as [
    Uint32Array,
    Uint32Array,
  ]
  const fills = fittedFills(table.features, trained)
  return givenParts(
    examples(cells, table, trained, fills),
    examples(cells, table, tested, fills),
    factsOf(table, params.target, fills),
    log,
  )
}

async function twoTables(train: Cells, test: Cells, params: typeof Wanted.Type, log: Log) {
  const table = await within("train", () => tableOf(train, params))
  tell(table, train, log)
  const other = await within("test", () => tableOf(test, { ...params, columns: table.columns }))
  const fills = fittedFills(table.features, table.rows)
  return givenParts(
    examples(train, table, table.rows, fills),
    examples(test, other, other.rows, fills),
    factsOf(table, params.target, fills),
    log,
  )
}

/** Of two files a message says which it is about. */
async function within<A>(role: "train" | "test", work: () => A | Promise<A>): Promise<A> {
  try {
    return await work()
  } catch (failure) {
    if (failure instanceof TableError) throw new TableError(`${role}: ${failure.message}`)
    throw failure
  }
}

const examples = (
  cells: Cells,
  { features, targets, marks }: Table,
  at: Uint32Array,
  fills: Readonly<Record<string, number>>,
): Read => ({
  inputs: encodedFeatures(features, at, fills),
  targets: rows(targets, at),
  marks: marksAt(marks, at),
  nameOf: (row) => cells.where(at[row]!),
})

const factsOf = (
  { classes, features, columns }: Table,
  target: string,
  fills: Readonly<Record<string, number>>,
) => ({ classes, target, features: featureNames(features), columns, fills })

function tell({ aside, rows, columns }: Table, cells: Cells, log: Log): void {
  if (aside.length > 0)
    log(`no features: ${aside.map((name) => `${name} (${columns[name]!.type})`).join(", ")}`)
  if (rows.length < cells.count)
    log(`${cells.count - rows.length} of ${cells.count} rows have a missing cell and are left out`)
}
