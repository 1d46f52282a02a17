// The file as a table to learn from: typed, and without the rows that lack something.
import { Schema } from "effect"
import { type Row, stage } from "refold"
import { csvCells } from "refold/ml"

export const clean = stage("clean", {
  doc: "Types the columns and leaves out rows in which one is empty",
  params: Schema.Struct({
    /** Columns that hold numbers; the others hold text. */
    numbers: Schema.Array(Schema.String),
  }),
  inputs: { raw: "csv" },
  outputs: { rows: "table:clean", counts: "metrics" },
  run: async ({ params: { numbers }, inputs: { raw } }) => {
    const { names, columns, count, where } = await csvCells(raw, ",")
    const wrong = numbers.find((name) => !names.includes(name))
    if (wrong !== undefined) throw new Error(`there is no column "${wrong}", but ${names.join(", ")}`)
    const typed = (name: string, text: string, row: number) => {
      if (!numbers.includes(name)) return text
      const value = Number(text)
      if (Number.isFinite(value)) return value
      throw new Error(`${where(row)}: "${text}" in column ${name} is no number`)
    }
    const rows: Array<Row> = []
    for (let row = 0; row < count; row++) {
      const cells = names.map((name, at) => [name, columns[at]![row]] as const)
      if (cells.some(([, text]) => text == null || text === "")) continue
      rows.push(Object.fromEntries(cells.map(([name, text]) => [name, typed(name, text!, row)])))
    }
    return { rows, counts: { kept: rows.length, "left out": count - rows.length } }
  },
})
