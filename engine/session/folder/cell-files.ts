// All rows of the cells that a page does not show, or that have no file of their own: a table for a spreadsheet for each stage.
import { join } from "node:path"
import { type Digest, digestOf } from "../../content/digest.ts"
import type { Steps } from "../../content/steps.ts"
import { type CellTable, isLong, rowOf } from "../../report/page/cell-tables.ts"
import type { PageResult } from "../../report/page/facts.ts"
import { writeWhole } from "../../store/whole-file.ts"
import { cellFiles } from "./result-files.ts"

/** A file of a run's folder that is no copy. */
export interface CellFile {
  readonly stage: string
  readonly file: string
  readonly digest: Digest
  readonly size: number
}

export function* writeCellFiles(
  folder: string,
  all: ReadonlyArray<CellTable>,
): Steps<ReadonlyArray<CellFile>> {
  const tables = all.filter((table) => isLong(table) || table.cells.some(({ file }) => file === undefined))
  const files = cellFiles(tables.map(({ stage }) => stage))
  const written: Array<CellFile> = []
  for (const [i, { stage, cells }] of tables.entries()) {
    const file = files[i]!
    const bytes = Buffer.from(yield* csvOf(cells))
    writeWhole(join(folder, file), bytes)
    written.push({ stage, file, digest: digestOf(bytes), size: bytes.length })
  }
  return written
}

/** A table of cells of which each measures something else would be empty for the most part. */
const mostColumns = 1000

/** RFC 4180: the task, then the axes and metrics of all of them, in the order in which they are first met. */
function* csvOf(cells: ReadonlyArray<PageResult>): Steps<string> {
  const columns = new Set<string>()
  for (const cell of cells) {
    yield
    for (const name of Object.keys(rowOf(cell))) if (columns.size < mostColumns) columns.add(name)
  }
  const lines = [["task", ...columns].map(field).join()]
  for (const cell of cells) {
    yield
    const row = rowOf(cell)
    lines.push([cell.task, ...Array.from(columns, (name) => row[name])].map(field).join())
  }
  return `${lines.join("\r\n")}\r\n`
}

/** Numbers as they are, so that none loses a digit. */
function field(value: unknown): string {
  const text = value === undefined ? "" : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
