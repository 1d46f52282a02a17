// The cells of an Arrow file or stream, by arquero's reader. Numbers become their text, which gives the same number back.
import { type Cells, checkNames, TableError } from "./cells.ts"

/** @throws TableError when the bytes are no Arrow table, cut off, or hold what no cell can say */
export async function arrowCells(bytes: Uint8Array): Promise<Cells> {
  const { fromArrow } = await import("arquero")
  const table = orDamaged(() => fromArrow(bytes))
  const names = table.columnNames()
  const count = table.numRows()
  checkNames(names)
  if (count === 0) throw new TableError("the table has no rows")
  const areText = names.map(() => false)
  const columns = names.map((name, at) => {
    const column = table.column(name)!
    return Array.from({ length: count }, (_, row) => {
      const value: unknown = orDamaged(() => column.at(row))
      if (typeof value === "string") areText[at] = true
      return textOf(value, name, row)
    })
  })
  return { names, columns, areText, count, where: (row) => `row ${row + 1}` }
}

function textOf(value: unknown, name: string, row: number): string | null {
  if (value === null || value === undefined) return null
  if (typeof value === "string") return value.trim()
  if (typeof value === "number" || typeof value === "bigint") return String(value)
  if (typeof value === "boolean") return value ? "1" : "0"
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString()
  throw new TableError(
    `row ${row + 1}, column "${name}": only numbers, texts, truth values and dates are read; leave the column out when the file is written`,
  )
}

function orDamaged<A>(work: () => A): A {
  try {
    return work()
  } catch (failure) {
    throw new TableError(
      `the file is no Arrow table, or cut off or damaged (${(failure as Error).message}): write it again, without compression`,
    )
  }
}
