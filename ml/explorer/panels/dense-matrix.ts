// A small convolution as the matrix of a dense layer: point at a row and its patch lights up, point at a pixel and the rows
// that see it do.

import { channels, ordered } from "../../charts/colours.ts"
import { columnsOf, type DenseEntries, denseEntries, rowsOf } from "../dense-entries.ts"
import type { PageData } from "../page-data.ts"
import { pixelAt, seenBy } from "../places.ts"
import { resample } from "../resample.ts"
import type { ExplorerState } from "../state.ts"
import { counted, grouped, times } from "../words.ts"
import { element, section, slider } from "./element.ts"
import { beforeNextPicture } from "./frame.ts"
import { moved, Tile } from "./tile.ts"

/** What is pointed at: an output of the layer, or a pixel of its input. */
type Lit = { readonly row: number } | { readonly column: number }

export function denseMatrixPanel({ trained: { inputShape } }: PageData, state: ExplorerState): HTMLElement {
  const drawing = new Drawing(inputShape, state)
  const counts = element("ol", { class: "counts" })
  let [size, kernel] = [6, 3]
  const show = (): void => {
    const entries = denseEntries(size, kernel)
    counts.replaceChildren(...countItems(entries))
    drawing.show(entries)
  }
  const control = (
    name: string,
    id: string,
    least: number,
    most: number,
    value: number,
    set: (to: number) => void,
  ): HTMLElement =>
    slider({ name, id, least, most, value }, (to) => {
      set(to)
      show()
    }).element
  show()
  state.follow(beforeNextPicture(() => drawing.paint()))
  return section(
    "dense",
    "A convolution is a dense layer with two constraints",
    "A row is one output, a column one pixel, a colour one weight: point at rows, one after the other, and watch the same colours move along. Point at a pixel to see which outputs use it, each with another weight.",
    element(
      "div",
      { class: "sliders inline" },
      control("image", "dense-size", 4, 8, size, (to) => {
        size = to
      }),
      control("filter", "dense-kernel", 2, 4, kernel, (to) => {
        kernel = to
      }),
    ),
    drawing.element,
    counts,
  )
}

function countItems({ rows, columns, free }: DenseEntries): ReadonlyArray<HTMLElement> {
  const item = (count: number, name: string, words: string): HTMLElement =>
    element(
      "li",
      {},
      element("b", {}, grouped(count)),
      element("span", {}, element("strong", {}, name), ` ${words}`),
    )
  return [
    item(
      free.dense,
      "Dense:",
      `${rows} outputs × ${columns} pixels, each entry a weight of its own, and ${counted(rows, "bias").replace("biass", "biases")}.`,
    ),
    item(
      free.local,
      "Zero outside the patch:",
      "an output sees its window and nothing else, so all other entries are 0.",
    ),
    item(
      free.shared,
      "Shared weights:",
      "every output uses the same filter, so equal colours are one weight, and one bias serves all.",
    ),
  ]
}

/** The image, the matrix and the output, side by side. */
class Drawing {
  readonly element = element("div", { class: "dense-drawing" })
  readonly #inputShape: readonly [number, number, number]
  readonly #state: ExplorerState
  readonly #words = element("p", { class: "readout", role: "status" })
  #entries: DenseEntries | undefined
  #tiles: { readonly image: Tile; readonly matrix: Tile; readonly output: Tile } | undefined
  #lit: Lit = { row: 0 }

  constructor(inputShape: readonly [number, number, number], state: ExplorerState) {
    this.#inputShape = inputShape
    this.#state = state
  }

  show(entries: DenseEntries): void {
    this.#entries = entries
    const [side] = entries.conv.input as readonly [number, number, number]
    const [out] = entries.conv.output as readonly [number, number, number]
    const image = new Tile(side, side, `The image in ${times([side, side])} pixels`)
    const matrix = new Tile(
      entries.rows,
      entries.columns,
      `A matrix of ${entries.rows} rows and ${entries.columns} columns`,
    )
    const output = new Tile(out, out, `${times([out, out])} outputs`)
    this.#tiles = { image, matrix, output }
    const middle = Math.floor(out / 2)
    this.#lit = { row: middle * out + middle }
    const pad = (
      tile: Tile,
      name: string,
      words: string,
      lit: (y: number, x: number) => Lit,
      from: () => number,
    ): HTMLElement => this.#pad(tile, name, words, lit, from)
    this.element.replaceChildren(
      pad(
        image,
        "pixels",
        "Pixels. Arrow keys move over them.",
        (y, x) => ({ column: y * side + x }),
        () => ("column" in this.#lit ? this.#lit.column : 0),
      ),
      pad(
        matrix,
        "matrix",
        "The matrix. Up and down go from row to row.",
        (y) => ({ row: y }),
        () => ("row" in this.#lit ? this.#lit.row * entries.columns : 0),
      ),
      pad(
        output,
        "outputs",
        "Outputs. Arrow keys move over them.",
        (y, x) => ({ row: y * out + x }),
        () => ("row" in this.#lit ? this.#lit.row : 0),
      ),
      this.#words,
    )
    this.paint()
  }

  #pad(
    tile: Tile,
    name: string,
    words: string,
    lit: (y: number, x: number) => Lit,
    from: () => number,
  ): HTMLElement {
    const light = ({ y, x }: { readonly y: number; readonly x: number }): void => {
      this.#lit = lit(y, x)
      this.paint()
    }
    tile.canvas.addEventListener("pointermove", (event) => light(tile.pixelOf(event)))
    tile.canvas.addEventListener("click", (event) => light(tile.pixelOf(event)))
    const pad = element(
      "div",
      { class: "pad", role: "application", tabindex: 0, "aria-label": words, "data-testid": `dense-${name}` },
      tile.element,
    )
    pad.addEventListener("keydown", (event) => {
      const at = from()
      const to = moved(event, { y: Math.floor(at / tile.width), x: at % tile.width }, tile.height, tile.width)
      if (to === undefined) return
      event.preventDefault()
      light(to)
    })
    pad.addEventListener(
      "focus",
      () =>
        pad.matches(":focus-visible") &&
        light({ y: Math.floor(from() / tile.width), x: from() % tile.width }),
    )
    return element("figure", { class: `picture dense-${name}` }, element("figcaption", {}, name), pad)
  }

  paint(): void {
    const entries = this.#entries!
    const { image, matrix, output } = this.#tiles!
    const lit = this.#lit
    const rows = new Set("row" in lit ? [lit.row] : rowsOf(entries, lit.column))
    this.#paintImage(image)
    paintMatrix(matrix, entries, lit)
    output.paint((rgba) => {
      for (let row = 0; row < entries.rows; row++) rgba.set(this.#outputColour(row, rows), 4 * row)
    })
    const out = output.width
    const window =
      "row" in lit ? seenBy(entries.conv, pixelAt(Math.floor(lit.row / out), lit.row % out)) : undefined
    image.outline("window", window)
    image.outline(
      "point",
      "column" in lit ? pixelAt(Math.floor(lit.column / image.width), lit.column % image.width) : undefined,
    )
    matrix.outline(
      "window",
      "row" in lit
        ? { top: lit.row, left: 0, height: 1, width: entries.columns }
        : { top: 0, left: lit.column, height: entries.rows, width: 1 },
    )
    output.outline("point", "row" in lit ? pixelAt(Math.floor(lit.row / out), lit.row % out) : undefined)
    this.#words.textContent = litWords(entries, lit, image.width, out)
  }

  /** A lit output has the colour of the weight by which it sees the pixel. */
  #outputColour(row: number, rows: ReadonlySet<number>): ReadonlyArray<number> {
    const entries = this.#entries!
    if (!rows.has(row)) return FAINT
    if ("row" in this.#lit) return LIT
    return [...colourOf(entries, entries.weights[row * entries.columns + this.#lit.column]!), 255]
  }

  /** Pixels of the patch have the colours of the weights that they meet. */
  #paintImage(tile: Tile): void {
    const entries = this.#entries!
    const [height, width, step] = this.#inputShape
    const values = Float64Array.from(
      { length: height * width },
      (_, i) => this.#state.shown.pixels[i * step]!,
    )
    const small = resample({ height, width, values }, tile.height, tile.width)
    tile.paint((rgba) => {
      for (const [i, grey] of small.entries()) {
        const weight = "row" in this.#lit ? entries.weights[this.#lit.row * entries.columns + i]! : -1
        rgba.set(weight < 0 ? [grey, grey, grey, 255] : [...colourOf(entries, weight), 255], 4 * i)
      }
    })
  }
}

/** Of what is not there, and of what is not lit, on either paper. */
const FAINT = [128, 136, 148, 40] as const
const LIT = [128, 136, 148, 200] as const

const colourOf = ({ free }: DenseEntries, weight: number): readonly [number, number, number] =>
  channels(ordered(free.shared)[weight]!)

function paintMatrix(tile: Tile, entries: DenseEntries, lit: Lit): void {
  const colours = ordered(entries.free.shared).map(channels)
  tile.paint((rgba) => {
    entries.weights.forEach((weight, i) => {
      const [row, column] = [Math.floor(i / entries.columns), i % entries.columns]
      const isLit = "row" in lit ? row === lit.row : column === lit.column
      rgba.set(weight < 0 ? FAINT : [...colours[weight]!, isLit ? 255 : 120], 4 * i)
    })
  })
}

function litWords(entries: DenseEntries, lit: Lit, side: number, out: number): string {
  if ("row" in lit) {
    const seen = columnsOf(entries, lit.row)
    return `Row ${lit.row + 1} is the output at row ${Math.floor(lit.row / out) + 1}, column ${(lit.row % out) + 1}: ${seen.length} of its ${entries.columns} entries are weights, the other ${entries.columns - seen.length} are 0.`
  }
  const seeing = rowsOf(entries, lit.column)
  return `Column ${lit.column + 1} is the pixel at row ${Math.floor(lit.column / side) + 1}, column ${(lit.column % side) + 1}: ${counted(seeing.length, "output")} ${seeing.length === 1 ? "sees" : "see"} it.`
}
