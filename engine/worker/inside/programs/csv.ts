// Tables as CSV (RFC 4180), which every program reads and writes: what cells are is told by how they are written. Pure.
import type { Row } from "../../../content/kind.ts"

type Cell = Row[string]

/** Text is quoted where it would be taken for something else, and an empty cell is none. */
export function csvOf(rows: ReadonlyArray<Row>): string {
  const columns = Object.keys(rows[0] ?? {})
  if (columns.length === 0) return ""
  const lines = rows.map((row) => columns.map((name) => cellText(row[name]!)).join(","))
  return `${[columns.map(quotedText).join(","), ...lines].join("\n")}\n`
}

const cellText = (cell: Cell): string =>
  cell === null ? "" : typeof cell === "string" ? quotedText(cell) : String(cell)

const isNumber = (text: string): boolean => /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)
const isTruth = (text: string): boolean => /^(true|false)$/i.test(text)
/** Not a number, as R, Python and C write it; a cell without a value is one that is empty. */
const isMissing = (text: string): boolean => text === "" || text === "NA" || /^-?nan$/i.test(text)

function quotedText(text: string): string {
  const isPlain = !/[",\r\n]|^\s|\s$/.test(text) && !isMissing(text) && !isNumber(text) && !isTruth(text)
  return isPlain ? text : `"${text.replaceAll('"', '""')}"`
}

/** A cell as it is written. */
interface Written {
  readonly text: string
  readonly isQuoted: boolean
}

/**
 * The rows of a table. A column is numbers where each of its cells is one or is missing, else true and false, else text; what is
 * quoted is text.
 *
 * @throws TypeError, with the line
 */
export function rowsOf(text: string): ReadonlyArray<Row> {
  const [header, ...lines] = writtenRows(text.replace(/^\uFEFF/, ""))
  if (header === undefined) return []
  const names = header.map((cell) => cell.text)
  const unnamed = names.indexOf("")
  if (unnamed >= 0)
    throw new TypeError(
      `its column ${unnamed + 1} has no name in the first line (of R, write.csv(…, row.names = FALSE); of pandas, to_csv(…, index=False))`,
    )
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) throw new TypeError(`two of its columns are called ${JSON.stringify(twice)}`)
  for (const [i, line] of lines.entries())
    if (line.length !== names.length)
      throw new TypeError(`its row ${i + 1} has ${line.length} cells, and the first line ${names.length}`)
  const read = names.map((name, at) =>
    readerOf(
      name,
      lines.map((line) => line[at]!),
    ),
  )
  return lines.map((line) => Object.fromEntries(names.map((name, at) => [name, read[at]!(line[at]!)])))
}

/** What a column's cells are. */
function readerOf(name: string, cells: ReadonlyArray<Written>): (cell: Written) => Cell {
  const present = cells.filter(({ text, isQuoted }) => isQuoted || !isMissing(text))
  const isEach = (is: (text: string) => boolean): boolean =>
    present.every(({ text, isQuoted }) => !isQuoted && is(text))
  const isGap = ({ text, isQuoted }: Written): boolean => !isQuoted && isMissing(text)
  const isInfinite = (text: string): boolean => /^[+-]?inf(inity)?$/i.test(text)
  if (isEach(isNumber)) return (cell) => (isGap(cell) ? null : Number(cell.text) + 0 || 0)
  if (isEach((text) => isNumber(text) || isInfinite(text)))
    throw new TypeError(
      `its column ${JSON.stringify(name)} holds an infinity, and a table holds finite numbers: leave the cell empty`,
    )
  if (isEach(isTruth)) return (cell) => (isGap(cell) ? null : cell.text.toLowerCase() === "true")
  return (cell) => (!cell.isQuoted && cell.text === "" ? null : cell.text)
}

/** Cells by rows; an empty last line is none. @throws TypeError for a quotation that does not end */
function writtenRows(text: string): ReadonlyArray<ReadonlyArray<Written>> {
  const rows: Array<ReadonlyArray<Written>> = []
  let row: Array<Written> = []
  const cell = /("(?:[^"]|"")*"|[^",\r\n][^,\r\n]*|)(,|\r\n|\n|\r|$)/y
  for (let at = 0; at < text.length || row.length > 0; at = cell.lastIndex) {
    cell.lastIndex = at
    const [, written = "", end] = cell.exec(text) ?? []
    if (end === undefined)
      throw new TypeError(`its row ${rows.length} holds a quotation mark that nothing answers`)
    const isQuoted = written.startsWith('"')
    row.push({ text: isQuoted ? written.slice(1, -1).replaceAll('""', '"') : written, isQuoted })
    if (end === ",") continue
    rows.push(row)
    row = []
    if (end === "") break
  }
  return rows
}
