// A few numbers in coloured cells, in rows and columns; larger tables are coloured and not written.
import { boundOf, signedCell } from "../ramp.ts"
import { short } from "../words.ts"
import { element } from "./element.ts"
import { ramp } from "./scheme.ts"

/** Cells along a side that have room for a number. */
const WRITTEN = 5

export interface CellsOptions {
  readonly columns: number
  /** What full colour means; the largest number if left out. */
  readonly bound?: number
  /** A cell to mark. */
  readonly marked?: number | undefined
}

/** A table of numbers as a picture with a description; undefined leaves a cell empty. */
export function cells(
  label: string,
  values: ReadonlyArray<number | undefined>,
  { columns, bound, marked }: CellsOptions,
): HTMLElement {
  const most = bound ?? boundOf(values.map((value) => value ?? 0))
  const isWritten = columns <= WRITTEN && values.length / columns <= WRITTEN
  const look = `--columns: ${columns}`
  const table = element("div", { class: isWritten ? "cells" : "cells small", role: "img", style: look })
  const written = values.map((value) => (value === undefined ? "margin" : short(value)))
  table.setAttribute("aria-label", isWritten ? `${label}: ${written.join(", ")}` : label)
  table.append(
    ...values.map((value, i) => {
      const cell = element("span", { class: i === marked ? "cell marked" : "cell" })
      if (value === undefined) return cell
      const { fill, ink } = signedCell(value, most, ramp())
      cell.style.background = fill
      cell.style.color = ink
      if (isWritten) cell.textContent = short(value)
      return cell
    }),
  )
  return table
}

/** The same under a caption. */
export const captioned = (caption: string, content: HTMLElement): HTMLElement =>
  element("figure", { class: "cells-figure" }, element("figcaption", {}, caption), content)
