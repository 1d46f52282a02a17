// What a placeholder points at: `EXPERIMENT params.NAME`, `EXPERIMENT METRIC`, or a cell of a table. Knows no files.

/** `[column=text]`, `[least column]`, `[most column]`, or `[3]`, from 0, from the end where negative. */
export type Selector =
  | { readonly by: "text"; readonly column: string; readonly text: string }
  | { readonly by: "least" | "most"; readonly column: string }
  | { readonly by: "place"; readonly at: number }

export interface Reference {
  /** An experiment's name, or `run:NAME` of one with other params. */
  readonly of: string
  /** A dotted name: a param, a metric, a value, a picture, or a table. */
  readonly name: string
  readonly selectors: ReadonlyArray<Selector>
  /** Of the row that the selectors leave. */
  readonly column: string | undefined
}

const form = /^(?<of>[\w:-]+) (?<name>[^[\]]+?)(?<selectors>(?:\[[^\]]+\])*)(?:(?<=\])\.(?<column>.+))?$/

/** @throws SyntaxError naming what it could not read */
export function parseReference(text: string): Reference {
  const { of, name, selectors, column } = form.exec(text.trim())?.groups ?? {}
  if (of === undefined || name === undefined)
    throw new SyntaxError(
      `"${text}" points at nothing: EXPERIMENT NAME, or EXPERIMENT TABLE[column=text].column`,
    )
  const chosen = [...(selectors ?? "").matchAll(/\[([^\]]+)\]/g)].map(([, inside]) => selectorOf(inside!))
  if (chosen.length > 0 && column === undefined)
    throw new SyntaxError(`"${text}" chooses a row, and no column: add .COLUMN`)
  return { of, name, selectors: chosen, column }
}

function selectorOf(inside: string): Selector {
  if (/^-?\d+$/.test(inside)) return { by: "place", at: Number(inside) }
  const [, extreme, of] = /^(least|most) (.+)$/.exec(inside) ?? []
  if (of !== undefined) return { by: extreme as "least" | "most", column: of }
  const [column, text] = inside.split(/=(.*)/s) as [string, string | undefined]
  if (text === undefined)
    throw new SyntaxError(`[${inside}] chooses no row: [column=text], [least column], [most column] or [3]`)
  return { by: "text", column, text }
}

type Row = Readonly<Record<string, unknown>>

/** The one cell that selectors and a column leave of a table. @throws RangeError saying what there is instead */
export function cellOf(rows: ReadonlyArray<Row>, { selectors, column }: Reference): unknown {
  let left = rows
  for (const selector of selectors) left = narrowed(left, selector)
  if (left.length !== 1)
    throw new RangeError(`${left.length} rows are left, not one: choose by another column`)
  return at(left[0]!, column!)
}

function narrowed(rows: ReadonlyArray<Row>, selector: Selector): ReadonlyArray<Row> {
  if (selector.by === "place") return rows.slice(selector.at).slice(0, 1)
  const { column } = selector
  if (selector.by === "text") {
    const found = rows.filter((row) => String(at(row, column)) === selector.text)
    if (found.length > 0) return found
    const there = [...new Set(rows.map((row) => String(row[column])))].join(", ")
    throw new RangeError(`no row has "${selector.text}" in the column "${column}", but ${there}`)
  }
  const sign = selector.by === "least" ? 1 : -1
  const [first, ...others] = rows
  let best = first!
  for (const row of others) if (sign * (Number(at(row, column)) - Number(at(best, column))) < 0) best = row
  return [best]
}

function at(row: Row, column: string): unknown {
  if (column in row) return row[column]
  throw new RangeError(`there is no column "${column}", but ${Object.keys(row).join(", ")}`)
}
